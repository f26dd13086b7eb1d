# SPDX-License-Identifier: GPL-2.0
# Judges readings of "tcpulse_get all"; lib.sh calls it, one question a call:
#
#   -v question=still A B          the two readings are of one and the same rest
#   -v question=populations A SS [EXPECTED]
#                                  A's populations are those of "ss -H -tan"
#                                  (and those of "FAMILY STATE count" lines)
#   -v question=conserved A        baseline + entered - left = now, transitions
#                                  add up, nothing unexpected, below zero or lost
#   -v question=timewait BASE A    TIME_WAIT's counters are the kernel's own
#
# Prints what differs; exit status 1 when anything does. -v present="STATE..."
# names states that must not be empty in either family.

function differ(fmt, a, b, c, d, e)
{
	printf fmt "\n", a, b, c, d, e
	bad = 1
}

BEGIN {
	split("LISTEN SYN-SENT SYN-RECV ESTAB FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT " \
	      "CLOSE-WAIT LAST-ACK CLOSING", states, " ")
	split("inet inet6", families, " ")
}

FNR == 1 { file++ }

# --- reading ---------------------------------------------------------------

question == "still" && $1 == "moving" { moving = 1 }
question == "still" && $1 == "state" {
	row[file, FNR] = $2 " " $3 " " $4 " " $7 " " $8 " " $9
}
question == "still" && ($1 == "transition" || $1 == "time-wait" || $1 == "kernel") {
	row[file, FNR] = $0
}
question == "still" { lines[file] = FNR }

question == "populations" && file == 2 {
	family = $4 ~ /^(\[|\*[:%]|.*::)/ ? "inet6" : "inet"
	ss[family, $1]++
	next
}
question == "populations" && file == 3 {
	if (NF == 3) {
		expected[$1, $2] = $3
		expecting = 1
	}
	next
}

$1 == "state" {
	rows++
	now[file, $2, $3] = $4
	baseline[file, $2, $3] = $7
	entered[file, $2, $3] = $8
	left[file, $2, $3] = $9
}
$1 == "transition" {
	arrived[$2, $4] += $6
	if ($3 != "LISTEN" || $4 != "SYN-RECV")
		departed[$2, $3] += $6
	if ($7 == "unexpected" && $6 > 0)
		unexpected = unexpected " " $2 ":" $3 "->" $4 "=" $6
}
$1 == "info" { info[$2] = $3 }
$1 == "kernel" { kernel[file, $2] = $3 }
$1 == "time-wait" {
	alive[file] = $2
	created[file] = $4
	refused[file] = $5
	gone[file] = $6 + $7 + $8 + $9
	how[file] = $6 " " $7 " " $8 " " $9
}

# --- judging ---------------------------------------------------------------

function is_wanted(s)
{
	return index(" " present " ", " " s " ")
}

function judge_populations(    f, s, i, j)
{
	for (i = 1; i <= 2; i++) {
		for (j = 1; j <= 10; j++) {
			f = families[i]
			s = states[j]
			if (now[1, f, s] + 0 != ss[f, s] + 0)
				differ("%-5s %-10s tcpulse %d, ss %d", f, s,
				       now[1, f, s], ss[f, s])
			if (expecting && now[1, f, s] + 0 != expected[f, s] + 0)
				differ("%-5s %-10s tcpulse %d, made %d", f, s,
				       now[1, f, s], expected[f, s])
			if (is_wanted(s) && ss[f, s] + 0 == 0)
				differ("%-5s %-10s none there: nothing was compared", f, s)
			delete ss[f, s]
		}
	}
	for (i in ss) {
		split(i, j_, SUBSEP)
		if (ss[i] > 0 && j_[2] != "UNCONN" && j_[2] != "BOUND-INACTIVE")
			differ("%-5s %-10s ss %d: a state without a row", j_[1], j_[2], ss[i])
	}
}

# What changes its family comes by no transition.
function judge_conserved(    f, s, i, j, n)
{
	arrived["inet", "ESTAB"] += info["addrform"]
	departed["inet6", "ESTAB"] += info["addrform"]
	for (i = 1; i <= 2; i++) {
		for (j = 1; j <= 10; j++) {
			f = families[i]
			s = states[j]
			n = baseline[1, f, s] + entered[1, f, s] - left[1, f, s]
			if (n != now[1, f, s])
				differ("%-5s %-10s baseline + entered - left = %d, now %d",
				       f, s, n, now[1, f, s])
			if (entered[1, f, s] != arrived[f, s] + 0)
				differ("%-5s %-10s entered %d, transitions in %d", f, s,
				       entered[1, f, s], arrived[f, s])
			if (left[1, f, s] != departed[f, s] + 0)
				differ("%-5s %-10s left %d, transitions out %d", f, s,
				       left[1, f, s], departed[f, s])
		}
	}
	if (unexpected)
		differ("unexpected transitions:%s", unexpected)
	if (info["unexpected"] != 0)
		differ("unexpected: %s", info["unexpected"])
	if (info["below-zero"] != 0)
		differ("below-zero: %s", info["below-zero"])
	if (info["lost-events"] != 0)
		differ("lost-events: %s", info["lost-events"])
	if (info["lost-fin-wait-2"] != 0)
		differ("lost-fin-wait-2: %s", info["lost-fin-wait-2"])
}

function judge_timewait(    n, m)
{
	n = created[2] - created[1]
	m = kernel[2, "TW"] + kernel[2, "TWKilled"] - kernel[1, "TW"] - kernel[1, "TWKilled"]
	if (n != m)
		differ("created %d, TW + TWKilled %d", n, m)
	if (alive[2] != kernel[2, "tw"])
		differ("alive %d, sockstat tw %d", alive[2], kernel[2, "tw"])
	n = refused[2] - refused[1]
	m = kernel[2, "TCPTimeWaitOverflow"] - kernel[1, "TCPTimeWaitOverflow"]
	if (n != m)
		differ("refused %d, TCPTimeWaitOverflow %d", n, m)
	n = created[2] - created[1]
	m = gone[2] - gone[1] + alive[2] - alive[1]
	if (n != m)
		differ("created %d, gone + alive %d (expired reset reused other: %s -> %s, alive %s)",
		       n, m, how[1], how[2], alive[1] " -> " alive[2])
}

function judge_still(    i)
{
	bad = moving || lines[1] != lines[2]
	for (i in row) {
		split(i, j_, SUBSEP)
		if (row[1, j_[2]] != row[2, j_[2]])
			bad = 1
	}
}

END {
	if (question == "still") {
		judge_still()
		exit bad
	}
	if (rows != (question == "timewait" ? 40 : 20))
		differ("%d rows of states: not a reading", rows)
	if (question == "populations")
		judge_populations()
	else if (question == "conserved")
		judge_conserved()
	else if (question == "timewait")
		judge_timewait()
	exit bad
}
