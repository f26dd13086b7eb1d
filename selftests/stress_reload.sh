#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module is loaded and unloaded CYCLES times under traffic. Each time it is
# read, and counts; every EVERY-th time the traffic is frozen and all is as ss
# says. In the end the kernel's memory is what it was.
#
# The traffic leaves the CPUs some time: loading waits until every task has gone
# to sleep once.
#
#   busy: two listeners and RATE connections a second to them, lo
#
# Kernels: each; kernels differ in how they call probes, and in what one waits for
#   when these go (RCU, SRCU)
# CPUs: parallel; probes run on one CPU while another takes them away
# RCU: normal; unloading under load waits for grace periods, in the middle of
#   traffic

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/stress.sh"

readonly CYCLES=${CYCLES:-3} EVERY=${EVERY:-25} RATE=${RATE:-100}
# The kernel's own caches move by less; 2 kB a cycle is less than any table.
readonly SLACK_KB=$((4096 + 2 * CYCLES))
busy='' traffic=()

start_traffic() {
	setup_ns busy
	start_in "$busy" overload serve -a 50 v4,7001,4 dual,7002,4 >"$TMP/serve" 2>&1
	traffic+=("$started_pid")
	busywait 20 grep -qx ready "$TMP/serve" || die "overload serve: $(<"$TMP/serve")"
	start_in "$busy" overload press -n 100000000 -r "$RATE" 127.0.0.1,7001 127.0.0.1,7002 \
		::1,7002 >"$TMP/press" 2>&1
	traffic+=("$started_pid")
}

frozen_exact() {
	local status=0
	freeze "${traffic[@]}"
	snapshot "$busy" && assert_equal_populations "$busy" && assert_conserved "$busy" || status=1
	thaw "${traffic[@]}"
	return "$status"
}

one_cycle() {
	load_module || { echo "load $1 failed"; return 1; }
	await_traffic "$busy" 1
	if [ $(($1 % EVERY)) -eq 1 ]; then
		frozen_exact || { echo "load $1"; return 1; }
	fi
	unload_module || { echo "unload $1 failed"; return 1; }
}

cycles() {
	local i start
	start=$(now_ms)
	for ((i = 1; i <= CYCLES; i++)); do
		one_cycle "$i" || return
		[ $((i % 100)) -ne 0 ] || echo "# $i cycles, $((($(now_ms) - start) / i)) ms each" >&3
	done
	echo "# $CYCLES cycles, $((($(now_ms) - start) / CYCLES)) ms each" >&3
}

nothing_is_left() {
	! tcpulse_get info >/dev/null 2>&1 && ! grep '^tcpulse' /proc/modules /proc/slabinfo
}

need_reload
mark_log
ktap_plan 4
exec 3>&1
start_traffic
one_cycle 1 >/dev/null || die "it cannot be loaded and unloaded once"
keep_memory before
check "loaded and unloaded $CYCLES times under traffic, exact" cycles
keep_memory after
check "nothing is left" nothing_is_left
check "the kernel's memory did not grow" assert_memory before after "$SLACK_KB"
say_memory before after
check "no message of the kernel" assert_no_splat
