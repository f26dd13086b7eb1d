#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Everything is done that makes the module allocate memory, then it is unloaded:
# kmemleak finds nothing that nobody points to any more. For a kernel that has it.
#
# Kernels: debian; kernels differ in what is freed when, only those for debugging have
#   kmemleak, and that of User Mode Linux finds nothing

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly KMEMLEAK=/sys/kernel/debug/kmemleak
readonly NAMESPACES=${NAMESPACES:-6}
busy='' quiet=''

# What looked lost before is none of ours.
forget() {
	echo scan >"$KMEMLEAK"
	echo clear >"$KMEMLEAK"
}

# An object is only reported that has been there for 5 seconds, by kmemleak's own
# clock, and that two looks have found no pointer to.
nothing_is_lost() {
	sleep 6
	echo scan >"$KMEMLEAK"
	sleep 6
	echo scan >"$KMEMLEAK"
	! grep . "$KMEMLEAK"
}

traffic() {
	start_lifecycles "$busy" -t 4 -n 1000000
	namespaces -n "$NAMESPACES" -p 2 lifecycles -t 1 -n 2 >"$TMP/namespaces" &&
		await_traffic "$busy" 30
}

# Listeners that refuse have counters, those that are gone leave some behind.
listeners() {
	start_in "$busy" overload serve -a 0 v4,8080,1 dual,8081,1,2 >"$TMP/serve"
	busywait 20 grep -q ready "$TMP/serve" &&
		in_ns "$busy" overload press -n 60 127.0.0.1,8080 ::1,8081 >"$TMP/press" &&
		tcpulse_get -N "$busy" listeners >"$TMP/listeners" &&
		in_ns "$busy" tcpulse_set listener 0.0.0.0 8080 limit=9 &&
		kill "$started_pid" && wait_gone "$started_pid" 20
}

has_expired() {
	tcpulse_get -N "$busy" changes | grep -q action=expire
}

changes() {
	in_ns "$busy" tcpulse_set tcp_fin_timeout=9 tcp_rfc1337=1 confirm=600 &&
		in_ns "$busy" tcpulse_set revert &&
		in_ns "$busy" tcpulse_set tcp_fin_timeout=9 confirm=1 &&
		busywait 10 has_expired &&
		in_ns "$busy" tcpulse_set tcp_fin_timeout=9 confirm=600
}

# The rows of a history point at each other, and one that the kernel's worker made
# stays on its stack for long, which is looked at too: these are made by processes
# that end.
changes_without_worker() {
	in_ns "$quiet" tcpulse_set tcp_fin_timeout=9 tcp_rfc1337=1 &&
		in_ns "$quiet" tcpulse_set tcp_fin_timeout=8
}

need_reload
[ -w "$KMEMLEAK" ] || skip_all "this kernel has no kmemleak"
grep -qs kmemleak=off /proc/cmdline && skip_all "kmemleak is off"
# A history that is not freed (mutant 17) is found on x86, and never there.
[[ $(uname -r) != *-tcpulse-uml* ]] || skip_all "kmemleak of User Mode Linux finds nothing"
mark_log
ktap_plan 7
forget
setup_ns busy quiet
check "loaded" load_module
check "traffic, in namespaces that come and go" traffic
check "listeners that refuse" listeners
check "changes, confirmed, reverted and left pending" changes
check "changes that no worker has seen" changes_without_worker
unload_module
freeze "$lifecycles_pid"
check "nothing is lost" nothing_is_lost
check "no message of the kernel" assert_no_splat
