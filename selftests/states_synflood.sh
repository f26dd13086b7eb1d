#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SYNs from invented addresses beside honest connections, IPv4 and IPv6, with
# SYN cookies off, on demand and always. Populations equal ss with the flood
# frozen in the middle, and when the listeners are gone while request socks are
# still there.
#
#   invented peers --- raw sockets, lo ---> listeners on 198.51.100.1, 2001:db8:5::1
#   sink (dummy) swallows the SYN-ACKs
#
# Kernels: source; populations are compared with ss, and request socks are each
#   kernel's own
# Older: one; listeners_synflood makes the same request socks on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

ns=''

# start_flood 4|6
start_flood() {
	start_in "$ns" synflood "-$1" -b 64 -n 1000000 -r 500 >"$TMP/$ns/flood$1" 2>&1
	busywait 20 grep -q ready "$TMP/$ns/flood$1" || die "synflood: $(<"$TMP/$ns/flood$1")"
}

# Honest connections got through, or the flood tested less than it says.
somebody_connected() {
	awk '$1 == "transition" && $3 == "SYN-RECV" && $4 == "ESTAB" { n[$2] = $6 }
	     END { exit !(n["inet"] && n["inet6"]) }' "$TMP/$ns/a"
}

# flood SYNCOOKIES
flood() {
	local pids syn_recv=SYN-RECV
	# with cookies for all there are no requests
	[ "$1" -ne 2 ] || syn_recv=''
	setup_ns ns
	setup_sink "$ns"
	set_sysctl "$ns" ipv4.tcp_syncookies "$1"
	start_flood 4
	pids=$started_pid
	start_flood 6
	pids="$pids $started_pid"
	await_traffic "$ns" 50
	# shellcheck disable=SC2086 # a list
	freeze $pids
	present="LISTEN $syn_recv" check "syncookies=$1: frozen in mid flood: exact" assert_exact "$ns"
	# shellcheck disable=SC2086
	thaw $pids
	await_traffic "$ns" 50
	check "syncookies=$1: honest connections were made" somebody_connected
	# shellcheck disable=SC2086
	kill -KILL $pids
	# how many requests are left depends on when their timers look
	check "syncookies=$1: listeners gone: exact" assert_exact "$ns"
}

need_tcpulse
ktap_plan 10
start_bystander
for cookies in 0 1 2; do
	flood "$cookies"
done
check "other namespaces did not move" assert_bystander_unmoved
