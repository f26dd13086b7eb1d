#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Connections that do not move, as tcpulse stuck groups them: whose they are, why, and
# what ends them; ss has as many. A listener is found by the kernel's rules, for a
# client that gave up in its accept queue as well, which nobody has closed.
#
#   server 192.0.2.1, 2001:db8::1 <--- veth ---> 192.0.2.2, 2001:db8::2 client
#
# Kernels: each; what a socket without an inode is, and which timer it names, is the
#   kernel's

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

server='' client='' server_pid=''

# start_still NS NAME ARGUMENT...: until it is ready
start_still() {
	local ns=$1 name=$2
	shift 2
	start_in "$ns" still "$@" >"$TMP/$name" 2>&1
	busywait 60 says_ready "$TMP/$name" || die "still $*: $(<"$TMP/$name")"
}

# fresh [SERVE-ARGUMENT...]: two namespaces that know each other, and a server
fresh() {
	local mac
	setup_ns server client
	setup_veth "$server" "$client"
	mac=$(ip -n "$client" -o link show eth0 | sed "s/.*ether \([^ ]*\).*/\1/")
	ip -n "$server" neighbour replace 192.0.2.2 lladdr "$mac" dev eth0 nud permanent
	[ $# -eq 0 ] || start_still "$server" serve serve "$@"
	server_pid=$started_pid
}

# From here on the client's segments do not arrive.
vanish() {
	lossy "$client" eth0 loss 100%
}

# ask FILTER: the rows that fit, of the server, each a line of JSON
ask() {
	"$cli" -N "$server" -j stuck --silent 0.5 2>"$TMP/err" >"$TMP/said" &&
		jq -c ".stuck[] | select($1)" "$TMP/said"
}

# has FILTER COUNT: one row fits, of so many connections
has() {
	local rows
	rows=$(ask "$1") && [ "$(jq -s 'length' <<<"$rows")" = 1 ] &&
		[ "$(jq '.count' <<<"$rows")" = "$2" ]
}

# there_are COUNT STATE [FILTER]: ss has as many in that state, and there is one such row
there_are() {
	local n
	busywait 20 has ".state == \"${2//-/_}\" and (${3:-true})" "$1" ||
		{ cat "$TMP/said" "$TMP/err"; return 1; }
	n=$(in_ns "$server" ss -H -tan state "$2" | wc -l)
	[ "$n" -eq "$1" ] || { echo "ss has $n in $2, not $1"; return 1; }
}

# owned: the owner is the server's process; of a listener's row, the listener's
owned() {
	echo "(.pid // .listener[0].process[0].pid) == $server_pid"
}

# --- the cases -------------------------------------------------------------

clients_give_up_in_the_queue() {
	fresh -a 5 0.0.0.0 8080
	start_still "$client" connect connect -n 20 -s 18 -c 192.0.2.1 8080
	busywait 20 has ".state == \"close_wait\" and .owner == \"listener\" and $(owned)
		and .reason == \"accept_queue\" and .listener[0].accept_depth == 15
		and (.ends | test(\"accept.2. and close.2. it.*keepalive is off\"))" 15 &&
		has ".owner == \"process\" and .reason == \"unread\" and $(owned)" 5 &&
		[ "$(in_ns "$server" ss -H -tan state close-wait | wc -l)" -eq 20 ] &&
		"$cli" -N "$server" timewait --halfclosed >"$TMP/said" &&
		! grep "closed by" "$TMP/said" && return
	cat "$TMP/said" "$TMP/err"
	return 1
}

last_ack_never_comes() {
	fresh 0.0.0.0 80
	start_in "$client" overload hold -m -n 7 192.0.2.1,80 >"$TMP/hold" 2>&1
	there_are 7 syn-recv ".reason == \"retransmitting\" and .retransmits_max >= 1 and $(owned)
		and (.why | test(\"queue has room\")) and .listener[0].accept_depth == 0
		and (.ends | test(\"tcp_synack_retries = 5\"))"
}

peers_vanish() {
	fresh -r 0.0.0.0 4151
	start_still "$client" connect connect -n 9 -s 18 192.0.2.1 4151
	vanish
	there_are 9 established ".reason == \"quiet\" and .silent_max_ms >= 500 and .timer == \"none\" and $(owned)
		and .ends == \"keepalive is off: no timer ends it\""
}

keepalive_ends_them() {
	fresh -r -k 1 0.0.0.0 4151
	set_sysctl "$server" ipv4.tcp_keepalive_probes 5
	start_still "$client" connect connect -n 3 192.0.2.1 4151
	vanish
	there_are 3 established ".timer == \"keepalive\" and .retransmits_max >= 1
		and (.ends | test(\"^keepalive: [1-5] of 5 probes\"))" || return
	busywait 30 none_established || { echo "they are still there"; return 1; }
}

none_established() {
	[ -z "$(in_ns "$server" ss -H -tan state established)" ]
}

window_is_closed() {
	fresh -s 100000000 0.0.0.0 4151
	start_still "$client" connect connect -n 2 -w 4096 192.0.2.1 4151
	there_are 2 established ".reason == \"window\" and .timer == \"window\" and .bytes_max > 1 and $(owned)
		and .why == \"the peer's window is closed\""
}

process_leaks() {
	fresh -r 0.0.0.0 3128
	start_still "$client" connect connect -n 6 -f 192.0.2.1 3128
	there_are 6 close-wait ".owner == \"process\" and .reason == \"quiet\" and .bytes_max == 0 and $(owned)
		and (.ends | test(\"^its process must close.2. it\"))"
}

# The client's FIN is heard, ours is lost.
last_ack_piles_up() {
	fresh -x 0.0.0.0 80
	start_still "$client" connect connect -n 8 192.0.2.1 80
	lossy "$server" eth0 loss 100%
	kill -TERM "$started_pid"
	there_are 8 last-ack ".owner == \"closed\" and .timer == \"retransmit\" and .retransmits_max >= 1
		and (.why | test(\"FIN sent again\")) and .listener[0].process[0].pid == $server_pid
		and (.ends | test(\"tcp_orphan_retries = 0, which means 8\"))"
}

# in_queue ADDRESS PORT COUNT FILTER: so many wait in the queue of that listener
in_queue() {
	start_still "$client" "connect-$2-${1//:/_}" connect -n "$3" -c "$1" "$2"
	there_are_of "$2" "$3" "$4"
}

there_are_of() {
	busywait 20 has ".reason == \"accept_queue\" and (.local | endswith(\":$1\")) and ($3)" "$2" ||
		{ cat "$TMP/said" "$TMP/err"; return 1; }
}

listeners_are_found() {
	fresh
	start_still "$server" any serve -a 0 0.0.0.0 7001
	start_still "$server" dual serve -a 0 :: 7002
	start_still "$server" six serve -a 0 -o :: 7001
	in_queue 192.0.2.1 7001 2 '.listener[0].local == "0.0.0.0:7001"' &&
		in_queue 192.0.2.1 7002 3 '.listener[0].local == "*:7002"' &&
		in_queue 2001:db8::1 7001 4 '.listener[0].local == "[::]:7001"'
}

several_are_named() {
	fresh -a 0 -c 3 0.0.0.0 7003
	in_queue 192.0.2.1 7003 9 '(.listener | length) == 3 and ([.listener[].accept_depth] | add) == 9'
}

nothing_is_stuck() {
	fresh -r 0.0.0.0 7004
	start_still "$client" connect connect -n 4 192.0.2.1 7004
	"$cli" -N "$server" stuck >"$TMP/said" || return
	[ "$(head -n 1 "$TMP/said")" = "no connection is stuck" ] || { cat "$TMP/said"; return 1; }
}

need_tcpulse
need_cli
need_tool jq
ktap_plan 10
check "clients that gave up wait in the accept queue, and nobody has closed them" clients_give_up_in_the_queue
check "the last ACK never comes: SYN-ACKs are sent again, the queue has room" last_ack_never_comes
check "peers vanished, without keepalive: nothing ends it" peers_vanish
check "keepalive asks and then ends them" keepalive_ends_them
check "the peer does not read: its window is closed" window_is_closed
check "a process has read the end, and does not close" process_leaks
check "a FIN is sent again, and its process is gone" last_ack_piles_up
check "IPv4, IPv6 only, or both: the listener that the kernel has chosen" listeners_are_found
check "listeners that share a port are all named" several_are_named
check "what has just been made is not stuck" nothing_is_stuck
