#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# nginx with a backlog of 8, driven past it by wrk, IPv4 and IPv6: what it refused
# equals the kernel's counters; a reload loses nothing of it, for its listeners
# stay; and when nginx has ended, it is kept as that of gone ones.
#
#   server (nginx)  eth0 <--- veth ---> eth0  client (wrk)
#
# Kernels: source; refusals are compared with the kernel's counters and ss

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

server='' client=''

overflows() {
	tcpulse_get -N "$server" overflow |
		awk '$1 == "kernel" && $2 == "listen-overflows" { print $3 }'
}

has_overflowed() {
	[ "$(overflows)" -ge "$1" ]
}

both_refused() {
	[ "$(tcpulse_get -N "$server" listeners | awk '$13 + $14 + $15 > 0' | wc -l)" -eq 2 ]
}

# Workers that do not accept for a moment, as when they wait for a disk. Of a slow wrk's
# connections nginx may have accepted all by then, and waits for what they ask: others
# come as well.
drive() {
	local workers late
	start_wrk "$client" 600 100 "http://192.0.2.1:$port/"
	wrk4=$wrk_pid
	start_wrk "$client" 600 100 "http://[2001:db8::1]:$port/"
	wrk6=$wrk_pid
	await_traffic "$client" 400
	workers=$(children "$nginx_pid")
	# shellcheck disable=SC2086 # a list
	freeze $workers
	start_overload "$client" late hold -n 30 "192.0.2.1,$port" "2001:db8::1,$port"
	late=$started_pid
	busywait 20 has_overflowed $(($(overflows) + 100)) || die "nothing is refused"
	busywait 20 both_refused || die "one family is never refused: $(<"$TMP/$client/wrk")"
	# shellcheck disable=SC2086
	thaw $workers
	kill -KILL "$late"
	await_traffic "$client" 400
	kill -KILL "$wrk4" "$wrk6"
	busywait 10 is_gone "$wrk4"
	busywait 10 is_gone "$wrk6"
}

# One more than the backlog fits, and one more for each CPU beside the first.
exact() {
	local most=$((8 + $(nproc)))
	assert_refusals "$server" && assert_causes "$server" "accept-full-syn>0" &&
		column_is "$server" limit "" 8 8 && column_is "$server" asked "" 8 8 || return
	! column "$server" accept-peak | awk -v most="$most" '$1 < 9 || $1 > most' | grep .
}

# Old workers may still wait for their last connections.
reloaded() {
	[ "$(children "$nginx_pid" | tr ' ' '\n' | grep -cvxF "$old_workers")" -ge 2 ]
}

reload() {
	local ids
	ids=$(column "$server" id)
	keep_totals "$server"
	old_workers=$(children "$nginx_pid" | tr ' ' '\n')
	kill -HUP "$nginx_pid"
	busywait 30 reloaded || { echo "nginx does not reload"; return 1; }
	assert_refusals "$server" && assert_not_less "$server" || return
	[ "$(column "$server" id)" = "$ids" ] || { echo "other listeners"; return 1; }
}

quit() {
	kill -TERM "$nginx_pid"
	wait_gone "$nginx_pid" 30 && assert_gone "$server" 2 &&
		[ "$(overflow_info "$server" listeners)" -eq 0 ]
}

need_listeners
need_tool nginx wrk
ktap_plan 4
setup_ns server client
setup_veth "$server" "$client"
port=$(random_port)
start_nginx "$server" "$port" 1 8
drive
check "the kernel's numbers, and ss's" exact
check "reloaded: nothing is lost" reload
drive
check "driven again" exact
check "ended: all is kept" quit
