#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module is loaded and unloaded CYCLES times under traffic, and read while
# it is there; nothing is left behind, the kernel has nothing to say, and the
# last one loaded is exact.
#
#   busy: lifecycles, 16 threads, lo
#   server (nginx) <--- veth ---> client (wrk)
#
# Kernels: each; kernels differ in how they call probes, and in what one waits for
#   when these go (RCU, SRCU)
# CPUs: parallel; probes run on one CPU while another takes them away
# RCU: normal; unloading under load waits for grace periods, in the middle of
#   traffic

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly CYCLES=${CYCLES:-3}
busy='' server='' client=''

start_traffic() {
	setup_ns busy server client
	setup_veth "$server" "$client"
	port=$(random_port)
	start_nginx "$server" "$port"
	start_wrk "$client" 600 40 "http://192.0.2.1:$port/"
	wrk4=$wrk_pid
	start_wrk "$client" 600 40 "http://[2001:db8::1]:$port/"
	wrk6=$wrk_pid
	start_lifecycles "$busy" -t 16 -n 1000000
}

cycles() {
	local i
	for ((i = 1; i <= CYCLES; i++)); do
		load_module || { echo "load $i failed"; return 1; }
		tcpulse_get -N "$busy" all >/dev/null || { echo "reading $i failed"; return 1; }
		await_traffic "$busy" 50
		unload_module || { echo "unload $i failed"; return 1; }
	done
}

nothing_is_left() {
	! tcpulse_get info >/dev/null 2>&1 && ! grep '^tcpulse' /proc/modules /proc/slabinfo
}

exact_everywhere() {
	local ns
	load_module || return
	await_traffic "$busy" 200
	freeze "$lifecycles_pid" "$wrk4" "$wrk6"
	for ns in "$busy" "$server" "$client"; do
		if ! { snapshot "$ns" && assert_equal_populations "$ns" && assert_conserved "$ns"; }; then
			echo "in $ns"
			return 1
		fi
	done
}

need_reload
need_tool nginx wrk dmesg
mark_log
ktap_plan 4
start_traffic
check "loaded and unloaded $CYCLES times under traffic" cycles
check "nothing is left" nothing_is_left
check "loaded again: exact" exact_everywhere
unload_module
check "no message of the kernel" assert_no_splat
