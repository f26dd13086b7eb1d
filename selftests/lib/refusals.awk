# SPDX-License-Identifier: GPL-2.0
# Judges one reading of listeners; lib_listeners.sh calls it with
#
#   file=refusals F file=nstat F file=ss F [file=before F file=after F]
#
# refusals is that table of tcpulse_get, nstat is "nstat -asz", ss is "ss -H -tane
# state listening state syn-recv". before and after are nstat just before and
# after counting began, nothing for a fresh namespace. With -v ephemeral=PORT the
# ports from there on are also those of request socks whose listener is gone. With
# -v cut=CPUS counting began while so many CPUs were at segments.
#
# Prints what differs; exit status 1 when anything does.

function differ(fmt, a, b, c, d, e)
{
	printf fmt "\n", a, b, c, d, e
	bad = 1
}

# excess(PART, N, WHOLE, M): of the row at hand; where counting began in the middle, the
# second half of what a CPU was at counts alone
function excess(part, n, whole, m)
{
	if (n <= m)
		return
	halves += n - m
	if (halves > cut)
		differ("listener %s: %s %d, %s %d", $1, part, n, whole, m)
}

BEGIN {
	refusals = split("accept-full-syn accept-full-ack accept-full-cookie " \
		"syn-full-drop syn-full-cookie syn-always-cookie max-syn-backlog " \
		"other-drop abort-reset cookies-sent cookies-valid cookies-invalid",
		refusal, " ")
	full = "accept-full-syn accept-full-ack accept-full-cookie"
	parts["listen-overflows"] = full
	parts["listen-drops"] = full " syn-full-drop max-syn-backlog other-drop"
	parts["req-q-full-drop"] = "syn-full-drop"
	parts["req-q-full-do-cookies"] = "syn-full-cookie syn-always-cookie"
	parts["syncookies-sent"] = "cookies-sent"
	parts["syncookies-recv"] = "cookies-valid"
	parts["syncookies-failed"] = "cookies-invalid"
	mib["listen-overflows"] = "ListenOverflows"
	mib["listen-drops"] = "ListenDrops"
	mib["req-q-full-drop"] = "TCPReqQFullDrop"
	mib["req-q-full-do-cookies"] = "TCPReqQFullDoCookies"
	mib["syncookies-sent"] = "SyncookiesSent"
	mib["syncookies-recv"] = "SyncookiesRecv"
	mib["syncookies-failed"] = "SyncookiesFailed"
}

# --- reading ---------------------------------------------------------------

file == "refusals" && !/^[0-9]/ { overflow[$1, $2] = $3 }

file == "refusals" && /^[0-9]/ {
	rows++
	by_inode[$32] = $1
	if ($1 <= youngest)
		differ("listener %s after %s: not oldest first, or twice", $1, youngest)
	youngest = $1
	local_end[$1] = spell($2, $3, $34) ":" $4
	limit[$1] = $5
	syn_depth[$4] += $7
	accept_depth[$1] = $10
	if ($8 < $7 || $9 < $7 || $8 < $9 || $11 < $10 || $12 < $10 || $11 < $12)
		differ("listener %s: peaks below depths: %s", $1,
		       $7 " " $8 " " $9 ", " $10 " " $11 " " $12)
	for (i = 1; i <= refusals; i++) {
		n[refusal[i]] = $(12 + i)
		sum[refusal[i]] += $(12 + i)
	}
	excess("accept-full-cookie", n["accept-full-cookie"], "cookies-valid", n["cookies-valid"])
	excess("cookies-sent", n["cookies-sent"], "SYNs",
	       n["syn-full-cookie"] + n["syn-always-cookie"])
	excess("abort-reset", n["abort-reset"], "accept-full-ack and other-drop",
	       n["accept-full-ack"] + n["other-drop"])
}

file == "nstat" || file == "before" || file == "after" {
	sub(/^TcpExt/, "", $1)
	nstat[file, $1] = $2
}

file == "ss" && $1 == "LISTEN" {
	ss_rows++
	if (!match($0, /ino:[0-9]+/))
		next
	inode = substr($0, RSTART + 4, RLENGTH - 4)
	ss_limit[inode] = $3
	ss_depth[inode] = $2
	ss_end[inode] = $4
}

file == "ss" && $1 == "SYN-RECV" {
	sub(/^.*:/, "", $4)
	half_open[$4]++
}

# ss's way: both families, IPv6 only, IPv6, IPv4
function spell(family, address, flags)
{
	if (family == "inet6" && address == "::" && flags !~ /v6only/)
		return "*"
	return family == "inet6" ? "[" address "]" : address
}

# --- judging ---------------------------------------------------------------

# what GROUP of refusals has of the kernel's counter NAME
function part(group, name,    i, n, causes, cause)
{
	n = split(parts[name], causes, " ")
	for (i = 1; i <= n; i++)
		cause += overflow[group, causes[i]]
	return cause + 0
}

function judge_counter(name,    kernel, listening, gone, unattributed, at_start)
{
	kernel = overflow["kernel", name]
	listening = part("listening", name)
	gone = part("gone", name)
	unattributed = overflow["unattributed", name]
	if (kernel != listening + gone + unattributed || unattributed != 0)
		differ("%s: kernel %d, listening %d, gone %d, unattributed %d", name, kernel,
		       listening, gone, unattributed)
	at_start = nstat["nstat", mib[name]] - kernel
	if (at_start < nstat["before", mib[name]] + 0 || at_start > nstat["after", mib[name]] + 0)
		differ("%s: kernel %d, nstat %d, at the start %d to %d", name, kernel,
		       nstat["nstat", mib[name]], nstat["before", mib[name]],
		       nstat["after", mib[name]])
}

function judge_listeners(    inode, id, p)
{
	if (rows + 0 != ss_rows + 0 || overflow["info", "listeners"] != rows + 0)
		differ("%d rows, listeners %d, ss %d", rows, overflow["info", "listeners"],
		       ss_rows)
	for (inode in ss_end) {
		if (!(inode in by_inode)) {
			differ("no row for %s, inode %s", ss_end[inode], inode)
			continue
		}
		id = by_inode[inode]
		if (local_end[id] != ss_end[inode])
			differ("listener %s: %s, ss %s", id, local_end[id], ss_end[inode])
		if (limit[id] != ss_limit[inode])
			differ("%s: limit %d, ss %d", ss_end[inode], limit[id], ss_limit[inode])
		if (accept_depth[id] != ss_depth[inode])
			differ("%s: accept queue %d, ss %d", ss_end[inode], accept_depth[id],
			       ss_depth[inode])
	}
	for (p in syn_depth)
		if (syn_depth[p] > half_open[p] + 0 ||
		    (syn_depth[p] != half_open[p] + 0 && !(ephemeral && p + 0 >= ephemeral)))
			differ("port %s: SYN queues %d, ss %d", p, syn_depth[p], half_open[p])
}

END {
	for (name in mib)
		judge_counter(name)
	for (i = 1; i <= refusals; i++) {
		name = refusal[i]
		if (sum[name] + 0 != overflow["listening", name])
			differ("%s: listening %d, rows %d", name, overflow["listening", name],
			       sum[name])
	}
	judge_listeners()
	if (overflow["info", "lost-listeners"] != 0)
		differ("lost-listeners: %s", overflow["info", "lost-listeners"])
	exit bad
}
