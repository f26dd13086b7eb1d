#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Namespaces are deleted with connections alive in every state, under traffic.
# The peer's namespace, two others and the first namespace stay exact; the kernel
# has nothing to say.
#
#   doomed (wrk, lifecycles, hold)  eth0 <--- veth ---> eth0  server (nginx)
#   sibling: sockets in every state, which end by their own timers as time goes on
#   bystander: sockets that only we can move
#
# Kernels: each; kernels differ in how a namespace ends, and in what becomes of its
#   sockets
# CPUs: parallel; a namespace ends on one CPU while its sockets and their peers are
#   busy on another

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly EVERY="listen=1 estab=2 syn-sent=1 syn-recv=2 syn-recv-full=1 \
	fin-wait-1=1 fin-wait-1-orphan=1 fin-wait-2=1 fin-wait-2-orphan=2 \
	last-ack=1 closing=1 time-wait=2"
readonly ROUNDS=${ROUNDS:-3}

doomed='' server='' sibling=''

# The machine's own namespace is like any other, but not ours: it may be busy.
first_is_exact() {
	tcpulse_get all >"$TMP/first" && rows conserved "$TMP/first"
}

live_and_die() {
	setup_ns doomed server
	setup_veth "$server" "$doomed"
	port=$(random_port)
	start_nginx "$server" "$port"
	start_wrk "$doomed" 600 30 "http://192.0.2.1:$port/"
	start_wrk "$doomed" 600 30 "http://[2001:db8::1]:$port/"
	start_lifecycles "$doomed" -t 8 -n 100000
	# shellcheck disable=SC2086 # a list
	start_hold "$doomed" $EVERY
	await_traffic "$doomed" 1000
	delete_ns "$doomed" || die "ip netns del"
}

need_tcpulse
need_tool nginx wrk dmesg
mark_log
ktap_plan $((ROUNDS + 4))
start_bystander
setup_ns sibling
# shellcheck disable=SC2086 # a list
start_hold "$sibling" $EVERY
for ((i = 1; i <= ROUNDS; i++)); do
	live_and_die
	present=LISTEN check "deleted in mid traffic ($i): its peer's namespace is exact" \
		assert_exact "$server"
	kill_tree "$nginx_pid"
done
check "a sibling with sockets in every state is exact" assert_exact "$sibling"
check "nothing moved in another" assert_bystander_unmoved
check "the first namespace adds up" first_is_exact
check "no message of the kernel" assert_no_splat
