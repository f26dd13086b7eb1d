#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The list of listeners: with 10 000 of them complete, each once; while others
# come and go still complete, or rather all that stay are there, and it ends, and
# says that it was disturbed. It costs what the listeners cost, whatever else is
# open beside them.
#
# Kernels: newest; it compares the CPU time of short programs, which User Mode Linux
#   only has in ticks

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

readonly ROUNDS=25 LISTENERS=10000 SOCKETS=${SOCKETS:-30000} DUMPS=5
table='' few='' lots=''

# start_fifo NS COMMAND...: with a standard input that does not end; its words in
# $TMP/NS/COMMAND
start_fifo() {
	local ns=$1 name=$2
	shift
	mkfifo "$TMP/$ns/$name.in"
	start_in "$ns" "$@" <>"$TMP/$ns/$name.in" >"$TMP/$ns/$name" 2>&1
	busywait 100 says_ready "$TMP/$ns/$name" ||
		skip_all "cannot open so many sockets: $(<"$TMP/$ns/$name")"
}

each_once() {
	assert_refusals "$table" || return
	[ "$(awk '/^[0-9]/ { print $3, $4 }' "$TMP/$table/r" | sort -u | wc -l)" -eq "$LISTENERS" ]
}

# one_dump STABLE: what is there all the time is there, once; 4 when flagged
one_dump() {
	local status=0
	within 30 tcpulse_get -N "$table" listeners >"$TMP/dump" 2>"$TMP/dump.err" || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 4 ] || { cat "$TMP/dump.err"; return 1; }
	awk -v stable="$1" '
	$1 <= last { print "id " $1 " after " last; bad = 1 }
	{ last = $1 }
	$3 ~ /^127\.1\./ { n++ }
	NR > 2 * stable { print "more rows than there can be"; exit }
	END {
		if (n != stable)
			print n " of " stable " that stay"
		exit bad || n != stable || NR > 2 * stable
	}' "$TMP/dump" || return 1
	return "$status"
}

disturbed() {
	local flagged=0 status i
	for ((i = 0; i < DUMPS; i++)); do
		status=0
		one_dump "$LISTENERS" || status=$?
		[ "$status" -ne 1 ] || return 1
		[ "$status" -eq 0 ] || flagged=$((flagged + 1))
	done
	echo "$flagged of $DUMPS were flagged"
	echo "# $flagged of $DUMPS dumps of $LISTENERS were flagged" >"$TMP/flagged"
	[ "$flagged" -gt 0 ]
}

# --- cost --------------------------------------------------------------------

# cpu_ms COMMAND...: user and system together
cpu_ms() {
	TIMEFORMAT='%U %S'
	{ time "$@" >/dev/null; } 2>&1 | awk '{ printf "%d\n", ($1 + $2) * 1000 }'
}

# In turns, and the least of them: what else the machine does only adds to it, and
# not to all. Until all is as it should be, or for good.
measure() {
	local i ns
	for ((i = 1; i <= ROUNDS; i++)); do
		for ns in few lots; do
			cpu_ms tcpulse_get -N "${!ns}" listeners >>"$TMP/get-$ns"
			cpu_ms "$cli" -N "${!ns}" listeners >>"$TMP/cli-$ns"
			cpu_ms in_ns "${!ns}" ss -tln >>"$TMP/ss-$ns"
		done
		get_few=$(least get-few) get_lots=$(least get-lots)
		cli_few=$(least cli-few) cli_lots=$(least cli-lots)
		ss_few=$(least ss-few) ss_lots=$(least ss-lots)
		[ "$i" -lt 5 ] || ! costs_little || return 0
	done
}

say_costs() {
	echo "# 1000 listeners, CPU ms alone / beside $SOCKETS sockets:" \
		"tcpulse_get $get_few / $get_lots, tcpulse $cli_few / $cli_lots," \
		"ss -tln $ss_few / $ss_lots"
}

# is_constant FEW LOTS: a walk over the others would take many times as long;
# half is what emulation and the start of a program differ by
is_constant() {
	[ "$(($2 * 2))" -le "$(($1 * 3 + 40))" ]
}

# ss writes less of each
get_is_cheap() {
	[ "$get_lots" -le $((ss_lots * 2)) ]
}

cli_is_cheap() {
	[ "$cli_lots" -le $((ss_lots * 3)) ]
}

costs_little() {
	is_constant "$get_few" "$get_lots" && is_constant "$cli_few" "$cli_lots" &&
		get_is_cheap && cli_is_cheap
}

# both tools have a line for each
all_listed() {
	local ns n
	for ns in "$few" "$lots"; do
		n=$(tcpulse_get -N "$ns" listeners | wc -l)
		[ "$n" -eq 1000 ] || { echo "tcpulse_get: $n lines"; return 1; }
		n=$("$cli" -N "$ns" -j listeners | jq '[.. | objects | select(has("syn_queue"))] |
			length')
		[ "$n" -eq 1000 ] || { echo "tcpulse: $n listeners"; return 1; }
	done
}

need_listeners
need_cli
need_tool jq
ktap_plan 9
setup_ns table few lots
start_fifo "$table" manylisteners -n "$LISTENERS"
pid=$started_pid
check "$LISTENERS listeners: all are there, once" each_once
kill -KILL "$pid"
busywait 60 is_gone "$pid"
check "all gone" assert_gone "$table" "$LISTENERS"

rm "$TMP/$table/manylisteners.in"
start_fifo "$table" manylisteners -c -n "$LISTENERS"
pid=$started_pid
check "others come and go: those that stay are there, once" disturbed
cat "$TMP/flagged" 2>/dev/null
echo >"$TMP/$table/manylisteners.in"
kill -STOP "$pid"
check "at rest again: the same as ss" assert_refusals "$table"
kill -KILL "$pid"
busywait 60 is_gone "$pid"

start_fifo "$few" manylisteners -n 1000
start_fifo "$lots" manylisteners -n 1000
start_fifo "$lots" manysocks -n "$SOCKETS"
check "1000 listeners: both tools list them" all_listed
measure
say_costs
check "tcpulse_get listeners: whatever else is open" is_constant "$get_few" "$get_lots"
check "tcpulse listeners: whatever else is open" is_constant "$cli_few" "$cli_lots"
check "tcpulse_get listeners: hardly dearer than ss" get_is_cheap
check "tcpulse listeners: hardly dearer than ss" cli_is_cheap
