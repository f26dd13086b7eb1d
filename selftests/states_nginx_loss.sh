#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# nginx and wrk over a link that loses 8 % of the packets both ways, IPv4 and
# IPv6. Populations of both namespaces equal ss, with wrk stopped in the middle
# and after it has ended.
#
#   server (nginx)  eth0 <--- veth, 8 % loss each way ---> eth0  client (wrk)
#
# Kernels: source; populations are compared with ss while the kernel recovers from
#   losses

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

server='' client=''

both_exact() {
	local bad=0 ns
	for ns in "$server" "$client"; do
		assert_exact "$ns" || { echo "in $ns"; bad=1; }
	done
	return "$bad"
}

# In the middle there is more than what has ended.
both_exact_and_busy() {
	local ns
	both_exact || return
	for ns in "$server" "$client"; do
		[ "$(grep -cvE '^(LISTEN|TIME-WAIT) ' "$TMP/$ns/ss")" -ge 10 ] || {
			echo "hardly a connection in $ns"
			return 1
		}
	done
}

# lose NS: one of twelve packets; but who asks for the peer's link address asks until
# he knows it, where the kernel gives up after three times, and wrk then does as well
lose() {
	set_sysctl "$1" ipv4.neigh.eth0.mcast_solicit 100
	set_sysctl "$1" ipv6.neigh.eth0.mcast_solicit 100
	lossy "$1" eth0 loss 8%
}

# Both families have seen connections begin and end.
both_families_work() {
	[ "$(tcpulse_get -N "$server" states | grep -c 'TIME-WAIT [1-9]')" -eq 2 ]
}

segments_were_lost() {
	local n
	n=$(in_ns "$server" tc -s qdisc show dev eth0 | grep -o 'dropped [0-9]*')
	[ "${n#dropped }" -gt 20 ] || { echo "$n"; return 1; }
}

need_tcpulse
need_tool nginx wrk tc
ktap_plan 5
start_bystander
setup_ns server client
setup_veth "$server" "$client"
lose "$server"
lose "$client"
port=$(random_port)
start_nginx "$server" "$port"
start_wrk "$client" 600 100 "http://192.0.2.1:$port/"
wrk4=$wrk_pid
start_wrk "$client" 600 100 "http://[2001:db8::1]:$port/"
wrk6=$wrk_pid

busywait 30 both_families_work || die "nginx does not answer: $(cat "$TMP/$client/wrk")"
for i in first second; do
	await_traffic "$client" 1500
	freeze "$wrk4" "$wrk6"
	check "stopped in the middle, $i time: exact" both_exact_and_busy
	thaw "$wrk4" "$wrk6"
done
kill -KILL "$wrk4" "$wrk6"
busywait 10 is_gone "$wrk4"
busywait 10 is_gone "$wrk6"
check "wrk has ended: exact" both_exact
check "packets were lost" segments_were_lost
check "other namespaces did not move" assert_bystander_unmoved
