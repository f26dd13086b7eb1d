#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A table of LISTENERS listeners: as many are counted and listed as ss has, also
# after the module was loaded with all of them there. Counting, and a new
# listen(2) while the table is being dumped, take what they take with few. They
# are unloaded with, and closed.
#
# Kernels: any; the table and its dumps are the module's own

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

readonly LISTENERS=${LISTENERS:-5000} OTHERS=500 RUNS=5
table='' few='' others=''

now_us() {
	echo "${EPOCHREALTIME/./}"
}

# start_fifo NS COMMAND...: with a standard input that does not end
start_fifo() {
	local ns=$1
	shift
	rm -f "$TMP/$ns/in"
	mkfifo "$TMP/$ns/in"
	start_in "$ns" "$@" <>"$TMP/$ns/in" >"$TMP/$ns/said" 2>&1
	busywait 300 says_ready "$TMP/$ns/said" ||
		skip_all "cannot open so many sockets: $(<"$TMP/$ns/said")"
}

# Counted, listed and in ss: the same number, each row once.
all_are_there() {
	local n
	n=$(in_ns "$table" ss -H -tln | wc -l)
	[ "$n" -eq "$LISTENERS" ] || { echo "ss: $n"; return 1; }
	tcpulse_get -N "$table" listeners >"$TMP/dump" || return
	n=$(awk '{ print $3, $4 }' "$TMP/dump" | sort -u | wc -l)
	echo "listed: $n, $(wc -l <"$TMP/dump") rows"
	[ "$n" -eq "$LISTENERS" ] && [ "$(wc -l <"$TMP/dump")" -eq "$n" ] || return
	n=$(tcpulse_get -N "$table" overflow | awk '$2 == "listeners" { print $3 }')
	[ "$n" -eq "$LISTENERS" ] || { echo "overflow-get: $n"; return 1; }
	assert_exact "$table"
}

# --- times ------------------------------------------------------------------------

# time_others: us for OTHERS listeners to be opened and closed, the least of RUNS
time_others() {
	local i start
	for ((i = 0; i < RUNS; i++)); do
		start=$(now_us)
		in_ns "$others" manylisteners -n "$OTHERS" </dev/null >/dev/null
		echo $(($(now_us) - start))
	done | sort -n | head -n 1
}

dump_until_enough() {
	trap - EXIT
	while [ ! -e "$TMP/enough" ]; do
		tcpulse_get -N "$table" listeners >"$TMP/dump-loop"
		echo >>"$TMP/dumps"
	done
}

measure() {
	local start pid
	start=$(now_us)
	tcpulse_get -N "$table" listeners >/dev/null
	dump_ms=$((($(now_us) - start) / 1000))
	start=$(now_us)
	in_ns "$table" ss -H -tln >/dev/null
	ss_ms=$((($(now_us) - start) / 1000))
	time_both "$few" "$table"
	alone_us=$(time_others)
	: >"$TMP/dumps"
	dump_until_enough &
	pid=$!
	disown "$pid"
	defer kill -KILL "$pid"
	busywait 120 test -s "$TMP/dumps" || die "no dump ends"
	meanwhile_us=$(time_others)
	# A loop that is killed leaves a program behind that has yet to begin.
	: >"$TMP/enough"
	busywait 60 is_gone "$pid" || die "a dump does not end"
	busywait 10 nobody_asks || die "a dump is over, and the module in use"
}

# Does nothing but us use the module?
nobody_asks() {
	[ "$(</sys/module/tcpulse/refcnt)" -eq 0 ]
}

say_times() {
	echo "# $LISTENERS listeners: dump $dump_ms ms, ss -tln $ss_ms ms;" \
		"state-get $many_ns ns, with none $few_ns ns"
	echo "# $OTHERS others: $alone_us us, while dumps run $meanwhile_us us"
}

# both processes want a CPU, and the machine may have no other
is_not_held_up() {
	[ "$meanwhile_us" -le $((alone_us * 5 + 200000)) ]
}

counts_as_fast() {
	[ "$many_ns" -le $((few_ns * 2)) ]
}

# --- load and unload -----------------------------------------------------------------

reload() {
	local start unload_ms
	start=$(now_us)
	unload_module || return
	unload_ms=$((($(now_us) - start) / 1000))
	start=$(now_us)
	load_module || return
	echo "# unloaded in $unload_ms ms, loaded in $((($(now_us) - start) / 1000)) ms," \
		"of which $(tcpulse_get info | awk '$1 == "baseline-us" { print $2 }') us adopting" >&3
	rebase "$table"
	all_are_there
}

close_all() {
	kill -KILL "$pid"
	busywait 120 is_gone "$pid" && rebase "$table" && assert_gone "$table" "$LISTENERS"
}

need_reload
need_tool nstat
load_module || die "the module cannot be loaded"
mark_log
ktap_plan 7
exec 3>&1
setup_ns table few others
start_fifo "$table" manylisteners -n "$LISTENERS"
pid=$started_pid
check "$LISTENERS listeners: counted and listed as ss has them" all_are_there
measure
say_times
check "counting takes as long as with none" counts_as_fast
check "a new listen(2) does not wait for a dump" is_not_held_up
check "unloaded and loaded with all of them" reload
check "all closed" close_all
check "unloaded" unload_module
check "no message of the kernel" assert_no_splat
