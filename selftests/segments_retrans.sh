#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SYNs and SYN-ACKs sent again, each kind of sender alone: a connect(), by the timer and
# because an ICMP error says that the SYN was too large; a request sock, and a full
# socket in SYN-RECV, of a simultaneous open. What is counted
# is what tcpdump sees twice on loopback, and TCPSynRetrans.
#
# Kernels: source; kernels differ in what the tracepoint of retransmissions tells, and
#   when
# Older: one; half a minute of CPU; transitions_regular and states_basic are on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/segments.sh"

ns='' router=''

syn_retrans() {
	tcpulse_get -N "$ns" kernel | awk '$1 == "TCPSynRetrans" { print $2 }'
}

# have_sent_again syn|syn-ack FAMILIES: each of them
have_sent_again() {
	[ "$(syn_retrans)" -ge 2 ] &&
		[ "$(tcpulse_get -N "$ns" segments | grep -cE -- " $1-retrans [1-9]")" -eq "$2" ]
}

# again KINDS SYN|SYN-ACK RECIPE: one of each kind, some are sent again
again() {
	local kinds=$1 kind=$2 families=1 bad=0
	[[ $kinds != *,* ]] || families=2
	setup_ns ns
	count_segments "$ns"
	start_capture "$ns" lo
	start_hold "$ns" -k "$kinds" "$3=1"
	busywait 20 have_sent_again "$kind" "$families" || { echo "only $(syn_retrans) sent again"; return 1; }
	kill -KILL "$hold_pid"
	busywait 60 host_is_quiet "$ns" || { echo "never quiet"; return 1; }
	end_capture "$ns" 127.0.0.1
	read_segments "$ns" || return
	assert_equal_capture "$ns" "127.0.0.1 ::1" || bad=1
	assert_equal_kernel "$ns" || bad=1
	[ "$(grep -cE -- " $kind-retrans [1-9]" "$TMP/$ns/captured")" -eq "$families" ] ||
		{ echo "captured:"; grep -- -retrans "$TMP/$ns/captured"; bad=1; }
	return "$bad"
}

# Behind the router packets have to be smaller, and it says so.
setup_narrow_path() {
	setup_ns ns router
	setup_veth "$ns" "$router"
	in_ns "$router" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0
	ip -n "$router" -batch - <<-EOF || die "cannot set up the router"
		link add narrow mtu 800 type dummy
		address add 198.18.0.1/24 dev narrow
		link set narrow up
	EOF
	ip -n "$ns" route add 198.18.0.0/24 via 192.0.2.2
	set_sysctl "$ns" ipv4.tcp_fastopen 5
}

sent_again() {
	[ "$(syn_retrans)" -ge 1 ]
}

# The timer may send it again, too; it is the first one that no timer does.
too_large() {
	setup_narrow_path
	count_segments "$ns"
	start_capture "$ns" eth0
	start_in "$ns" acts toolarge 198.18.0.9 80
	busywait 20 sent_again || { echo "never sent again"; return 1; }
	kill -KILL "$started_pid"
	busywait 60 host_is_quiet "$ns" || { echo "never quiet"; return 1; }
	end_capture "$ns" 192.0.2.2
	read_segments "$ns" && assert_equal_capture "$ns" "192.0.2.1 2001:db8::1" &&
		assert_equal_kernel "$ns"
}

need_tcpulse
need_tool tcpdump
ktap_plan 7
check "connect()" again v4,v6 syn syn-sent
check "connect(), v4-mapped" again mapped syn syn-sent
check "request sock" again v4,v6 syn-ack syn-recv
check "request sock, v4-mapped" again mapped syn-ack syn-recv
check "simultaneous open" again v4,v6 syn-ack syn-recv-full
check "simultaneous open, v4-mapped" again mapped syn-ack syn-recv-full
check "a SYN that was too large" too_large
