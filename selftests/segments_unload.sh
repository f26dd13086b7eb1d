#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module goes and comes back under traffic while it counts the segments of
# some namespaces, not of others, and one is switched all the time. What was
# switched before does not come back.
#
# Kernels: each; kernels differ in how they call probes and hooks, and in what one
#   waits for when these go
# CPUs: parallel; hooks run on one CPU while another takes them away or switches
#   them
# RCU: normal; unloading under load waits for grace periods, in the middle of
#   traffic

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly CYCLES=${CYCLES:-2}
on='' off='' toggled=''

# Ends with the module, and begins again with it.
toggle() {
	while :; do
		tcpulse_get -N "$toggled" segments-set 0
		tcpulse_get -N "$toggled" segments-set 1
	done >/dev/null 2>&1
}

enabled() {
	tcpulse_get -N "$1" segments | head -n 1
}

cycle() {
	local fresh
	load_module || return
	fresh=$(enabled "$on")
	[ "$(enabled "$off")" = "$fresh" ] || { echo "not as fresh: $(enabled "$off")"; return 1; }
	tcpulse_get -N "$on" segments-set 1 && tcpulse_get -N "$off" segments-set 1 || return
	tcpulse_get -N "$off" segments-set 0 || return
	await_traffic "$on" 50
	await_traffic "$off" 50
	[ "$(tcpulse_get -N "$on" segments | grep -cE ' (syn|fin)-(in|out) [1-9]')" -eq 8 ] || {
		echo "nothing is counted"
		return 1
	}
	unload_module
}

need_reload
mark_log
ktap_plan $((CYCLES + 1))
setup_ns on off toggled
for ns in "$on" "$off" "$toggled"; do
	start_lifecycles "$ns" -t 2 -n 1000000
done
toggle &
toggle_pid=$!
disown "$toggle_pid"
defer kill -KILL "$toggle_pid"
for ((i = 1; i <= CYCLES; i++)); do
	check "cycle $i" cycle
done
kill -KILL "$toggle_pid"
check "the log is clean" assert_no_splat
