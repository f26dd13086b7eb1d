#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module is loaded on a machine full of connections, in the middle of
# traffic, LOADS times: it adopts what exists, and is exact from then on, as the
# table of ss shows when the traffic is frozen, has gone on, and has ended.
# Sockets held in every state are all found, and their ends are all seen.
#
#   held: sockets at rest in every state
#   busy: lifecycles, 16 threads, lo
#   server <--- veth ---> client: nginx, wrk
#
# Kernels: each; what is found in a kernel's tables, and what its tracepoints tell
#   from then on, must fit together
# CPUs: parallel; the tables are scanned on one CPU while sockets come and go on
#   another
# RCU: normal; loading has phases that last a grace period each, and sockets come
#   and go in all of them

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly LOADS=${LOADS:-2}
readonly EVERY="listen=1 estab=3 syn-sent=2 syn-recv=4 syn-recv-full=2 \
	fin-wait-1=2 fin-wait-1-orphan=1 fin-wait-2=2 fin-wait-2-orphan=3 \
	last-ack=2 closing=2 time-wait=4"

held='' busy='' server='' client=''

# The rows' baselines are what was made before the module came.
baseline_is_made() {
	awk 'NR == FNR { if (NF == 3) made[$1, $2] = $3; next }
	     $1 == "state" && $7 != made[$2, $3] {
		print $2, $3, "baseline", $7, "made", made[$2, $3]; bad = 1 }
	     END { exit bad }' "$TMP/$held/made" "$TMP/$held/a"
}

# --- loading at rest -------------------------------------------------------

held_is_adopted() {
	assert_exact "$held" "$TMP/$held/made" && baseline_is_made
}

held_at_rest() {
	setup_ns held
	# shellcheck disable=SC2086 # a list
	start_hold "$held" $EVERY
	load_module || die "the module cannot be loaded"
	# The counters of TIME_WAIT are compared from here on.
	rebase "$held"
	check "at rest: every state is adopted" held_is_adopted
	unmute_hold "$held" || die "hold does not answer"
	check "at rest: adopted sockets go on" assert_exact "$held"
	release_hold "$held"
	check "at rest: adopted sockets end" assert_exact "$held"
	unload_module || die "the module cannot be unloaded"
}

# --- loading under churn ----------------------------------------------------

start_traffic() {
	setup_ns busy server client
	setup_veth "$server" "$client"
	# ss lists them all, each time
	set_sysctl "$server" ipv4.tcp_max_tw_buckets 1000
	port=$(random_port)
	start_nginx "$server" "$port"
	start_wrk "$client" 600 30 "http://192.0.2.1:$port/"
	wrk4=$wrk_pid
	start_wrk "$client" 600 30 "http://[2001:db8::1]:$port/"
	wrk6=$wrk_pid
	start_lifecycles "$busy" -t 16 -n 1000000
	busywait 20 has_sockets "$busy" || die "lifecycles do not run"
	busywait 20 has_sockets "$server" || die "wrk does not run"
}

has_sockets() {
	[ "$(in_ns "$1" ss -H -tan | wc -l)" -gt 200 ]
}

stop_traffic() {
	freeze "$lifecycles_pid" "$wrk4" "$wrk6"
}

resume_traffic() {
	thaw "$lifecycles_pid" "$wrk4" "$wrk6"
}

# all three namespaces, by the same ASSERTION
everywhere() {
	local bad=0 ns
	for ns in "$busy" "$server" "$client"; do
		"$@" "$ns" || { echo "in $ns"; bad=1; }
	done
	return "$bad"
}

# populations and transitions; what TIME_WAIT did before we looked is unknown
adopted_exactly() {
	snapshot "$1" && assert_equal_populations "$1" && assert_conserved "$1" &&
		cp "$TMP/$1/a" "$TMP/$1/base"
}

one_load() {
	resume_traffic
	load_module || die "the module cannot be loaded"
	await_traffic "$busy" 200
	await_traffic "$client" 200
	stop_traffic
	check "load $1: frozen: exact" everywhere adopted_exactly
	resume_traffic
	await_traffic "$busy" 500
	stop_traffic
	check "load $1: went on, frozen again: exact" everywhere assert_exact
	if [ "$1" -lt "$LOADS" ]; then
		resume_traffic
		unload_module || die "the module cannot be unloaded"
	fi
}

end_traffic() {
	kill -KILL "$lifecycles_pid" "$wrk4" "$wrk6"
	kill_tree "$nginx_pid"
	wait_gone "$lifecycles_pid" 10
}

need_reload
need_tool nginx wrk
mark_log
ktap_plan $((3 + 2 * LOADS + 2))
held_at_rest
start_traffic
for ((i = 1; i <= LOADS; i++)); do
	one_load "$i"
done
end_traffic
check "all killed: exact" everywhere assert_exact
check "no message of the kernel" assert_no_splat
