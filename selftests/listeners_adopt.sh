#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module is loaded on listeners whose queues overflow: frozen, and in the
# middle of the overload. From then on what is refused equals the growth of the
# kernel's counters, listener by listener; adopted listeners are marked, those
# that come later are not.
#
#   serve <-- veth, 80 ms --- press
#
# Kernels: each; the module reads queues and counters of listeners where each kernel
#   has them
# CPUs: parallel; listeners refuse on one CPU while another adopts them

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

server='' client=''

start_load() {
	setup_ns server client
	setup_veth "$server" "$client"
	lossy "$server" eth0 delay 20ms
	lossy "$client" eth0 delay 60ms
	set_sysctl "$server" ipv4.tcp_syncookies "$1"
	start_server "$server" "-a 20"
	press "$client" 192.0.2.1 2001:db8::1 -n 100000 -r 500
	busywait 20 drops || die "nothing is refused"
}

drops() {
	[ "$(in_ns "$server" nstat -asz TcpExtListenDrops |
		awk '/^TcpExt/ { print $2 }')" -gt 100 ]
}

# The kernel's counters were between these when counting began.
load() {
	read_nstat "$server" "$TMP/$server/before"
	load_module || die "the module cannot be loaded"
	read_nstat "$server" "$TMP/$server/after"
}

# six adopted, and so many that are not
marked() {
	local got
	got="$(column "$server" flags | grep -c adopted)"
	got="$got $(column "$server" flags | grep -cv adopted)"
	got="$got $(column "$server" asked | grep -cx -)"
	[ "$got" = "6 $1 6" ] || {
		echo "adopted, not adopted, backlog not known: $got"
		return 1
	}
}

# Frozen: the listeners are found, with what waits in their queues.
adopted_at_rest() {
	assert_refusals "$server" && marked 0
}

went_on() {
	assert_refusals "$server" && marked 1
}

more_refused() {
	tcpulse_get -N "$server" overflow |
		awk '$1 == "kernel" && $2 == "listen-drops" { n = $3 } END { exit !(n > 200) }'
}

# Load goes on, with one more listener; then all ends.
go_on() {
	busywait 30 more_refused || die "nothing is refused any more"
	start_overload "$server" new serve -a 0 v4,7009,16
	new_pid=$started_pid
	freeze "$press_pid" "$serve_pid"
	check "$1: went on, frozen: the kernel's numbers, and ss's" went_on
	kill -KILL "$press_pid"
	snapshot_listeners "$server" || die "never at rest"
	kill -KILL "$serve_pid" "$new_pid"
	wait_gone "$serve_pid" 10
	wait_gone "$new_pid" 10
	check "$1: all are gone, nothing is lost" assert_gone "$server" 7
}

need_reload
need_tool nstat tc
mark_log
ktap_plan 8

start_load 0
freeze "$press_pid" "$serve_pid"
load
check "at rest: listeners and their queues are adopted" adopted_at_rest
thaw "$press_pid" "$serve_pid"
go_on "at rest"
unload_module || die "the module cannot be unloaded"

for cookies in 1 2; do
	start_load "$cookies"
	load
	go_on "in the middle, syncookies=$cookies"
	[ "$cookies" -eq 2 ] || unload_module || die "the module cannot be unloaded"
done
check "no message of the kernel" assert_no_splat
