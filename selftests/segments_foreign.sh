#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Segments that pass a host's hooks and are not TCP's, or are its for the second time:
# sent by a filter in somebody's name (REJECT, before and behind TCP), copied (dup), sent
# by raw sockets; behind IPComp, and in a VRF, whose rules see each twice, with and
# without a queue of its own. What is counted as sent is what the kernel counts
# (ActiveOpens, OutRsts), and what the other end gets; SYN cookies, which belong to no
# socket, are counted. Of what comes behind extension headers of IPv6 that is counted
# which the kernel counts (InSegs): not what it refuses there, sends elsewhere, or waits
# for the rest of; and once what is authenticated.
#
# Kernels: each; who owns a segment on its way out, and how often it comes by, is the
#   kernel's choice
# Older: one; half a minute of CPU; segments_switch counts the same segments on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/segments.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/steps.sh"

readonly CONNECTIONS=5
host='' peer=''
steps=0

# addresses of the host, for what connects to it
to_host() {
	export TRAFFIC_ADDRESS4=192.0.2.1 TRAFFIC_ADDRESS6=2001:db8::1
}

# addresses of the peer
to_peer() {
	export TRAFFIC_ADDRESS4=192.0.2.2 TRAFFIC_ADDRESS6=2001:db8::2
}

# tries NS PORT: connections of both families that fail
tries() {
	local kind
	for kind in v4 v6; do
		steps=$((steps + 1))
		start_step "try$steps" "$1" -k "$kind" -p "$2"
		order "try$steps" connect "close c" || return
	done
}

# filter NS HOOK RULE...: of both families
filter() {
	local ns=$1 hook=$2
	shift 2
	in_ns "$ns" nft -f - <<-EOF
		table inet t {
			chain c {
				type filter hook $hook priority 0; policy accept;
				$*
			}
		}
	EOF
}

# segment NS NAME: of both families; "first-syn-out" are those not sent again
segment() {
	tcpulse_get -N "$1" segments | awk -v name="$2" '
		$2 == name || name == "first-syn-out" && $2 == "syn-out" { n += $3 }
		name == "first-syn-out" && $2 == "syn-retrans" { n -= $3 }
		END { print n + 0 }'
}

active_opens() {
	# shellcheck disable=SC2016 # not for this shell
	in_ns "$1" awk '/^Tcp:/ { n = $6 } END { print n }' /proc/net/snmp
}

# counts NS NAME N
counts() {
	local n
	n=$(segment "$1" "$2")
	[ "$n" -eq "$3" ] && return
	echo "$2 is $n, not $3"
	tcpulse_get -N "$1" segments | awk -v name="$2" '$2 == name'
	return 1
}

# What the kernel has counted of what TCP sent.
equals_kernel() {
	counts "$1" first-syn-out "$(active_opens "$1")" && counts "$1" rst-out "$(out_rsts "$1")"
}

setup_pair() {
	unset TRAFFIC_DEVICE
	setup_ns host peer
	setup_veth "$host" "$peer"
	be_slow "$host" || die "no rto_min"
	be_slow "$peer" || die "no rto_min"
	count_segments "$host" "$peer"
}

# be_slow NS [TABLE]: what goes to the other end is sent again after 20 s, not 0.2 s
be_slow() {
	ip -n "$1" route replace 192.0.2.0/24 dev eth0 table "${2:-main}" rto_min 20s &&
		ip -n "$1" -6 route replace 2001:db8::/64 dev eth0 table "${2:-main}" metric 1 rto_min 20s
}

rejected_in() {
	setup_pair
	filter "$host" input tcp dport 99 reject with tcp reset || return
	to_host
	tries "$peer" 99 && equals_kernel "$host" && equals_kernel "$peer" &&
		counts "$host" rst-out 0 && counts "$peer" first-syn-out 2 && counts "$peer" rst-in 2
}

# The filter answers the socket whose SYN it does not like.
rejected_out() {
	setup_pair
	filter "$peer" output tcp dport 99 reject with tcp reset || return
	to_host
	tries "$peer" 99 && equals_kernel "$peer" && counts "$peer" first-syn-out 2 &&
		counts "$peer" rst-out 0
}

add_copies() {
	in_ns "$host" nft -f - <<-EOF
		table ip t {
			chain p {
				type filter hook prerouting priority 0;
				tcp dport 81 dup to 192.0.2.9 device "eth0"
			}
			chain o {
				type filter hook output priority 0;
				tcp sport 81 dup to 192.0.2.9 device "eth0"
			}
		}
	EOF
}

copied() {
	ip -n "$host" neighbour add 192.0.2.9 dev eth0 lladdr 02:00:00:00:00:09
	to_host
	tries "$peer" 81 && equals_kernel "$host" && counts "$host" syn-out 0 &&
		counts "$host" rst-out 2
}

# SYNs of raw sockets are got, not sent; what is answered with cookies has no owner.
cookies() {
	setup_pair
	setup_sink "$host"
	set_sysctl "$host" ipv4.tcp_syncookies 2
	start_in "$host" synflood -4 -n 100 >"$TMP/flood"
	busywait 30 grep -q '^100 ' "$TMP/flood" || { cat "$TMP/flood"; return 1; }
	equals_kernel "$host" && counts "$host" syn-in $((100 + $(segment "$host" syn-retrans))) &&
		counts "$host" syn-ack-out "$(cookies_sent "$host")"
}

cookies_sent() {
	tcpulse_get -N "$1" all | awk '$1 == "kernel" && $2 == "SyncookiesSent" { print $3 }'
}

# in_vrf QUEUE: of the VRF's device
in_vrf() {
	local kind
	setup_pair
	modprobe -q vrf 2>/dev/null
	ip -n "$host" link add red type vrf table 100 && ip -n "$host" link set red up || return
	ip -n "$host" link set eth0 master red
	ip -n "$host" address replace 2001:db8::1/64 dev eth0 nodad
	be_slow "$host" 100 || return
	[ "$1" = none ] || in_ns "$host" tc qdisc add dev red root "$1" || return
	to_peer
	for kind in v4 v6; do
		start_step server "$peer" -k "$kind" -p 80
		TRAFFIC_DEVICE=red start_step client "$host" -k "$kind" -p 80
		order server listen || return
		for _ in $(seq "$CONNECTIONS"); do
			order client connect && order server accept "close s" &&
				order client "close c" || return
		done
		order client connect && order server accept && order client "abort c" || return
	done
	to_host
	tries "$peer" 99 || return
	unset TRAFFIC_DEVICE
	equals_kernel "$host" && equals_kernel "$peer" || return
	counts "$host" first-syn-out $((2 * CONNECTIONS + 2)) &&
		counts "$host" syn-out "$(segment "$peer" syn-in)" && counts "$host" rst-out 4 &&
		counts "$host" fin-out "$(segment "$peer" fin-in)" &&
		counts "$host" fin-out $((2 * CONNECTIONS))
}

# two_ends KIND: one connection that both close, and one that the host aborts
two_ends() {
	to_peer
	start_step server "$peer" -k "$1" -p 80
	start_step client "$host" -k "$1" -p 80
	order server listen && order client connect && order server accept "close s" &&
		order client "close c" connect && order server accept &&
		order client "abort c"
}

# Packets too small to be compressed leave as they are, behind the transformation.
add_compression() {
	local ns
	modprobe -q -a ipcomp deflate xfrm_user 2>/dev/null
	for ns in "$host" "$peer"; do
		ip -n "$ns" -batch - <<-EOF || return
			xfrm state add src 192.0.2.1 dst 192.0.2.2 proto comp spi 0x11 mode transport comp deflate
			xfrm state add src 192.0.2.2 dst 192.0.2.1 proto comp spi 0x12 mode transport comp deflate
		EOF
	done
	ip -n "$host" xfrm policy add src 192.0.2.1 dst 192.0.2.2 dir out tmpl proto comp mode transport
}

compressed() {
	two_ends v4 || return
	equals_kernel "$host" && counts "$host" first-syn-out 2 &&
		counts "$host" syn-out "$(segment "$peer" syn-in)" &&
		counts "$host" fin-out 1 && counts "$host" rst-out 1
}

in_segs() {
	# shellcheck disable=SC2016 # not for this shell
	in_ns "$1" awk '/^Tcp:/ { n = $11 } END { print n }' /proc/net/snmp
}

# behind N KIND: N SYNs, of which TCP counts as many as we do
behind() {
	local before in_before
	before=$(in_segs "$host")
	in_before=$(segment "$host" syn-in)
	TRAFFIC_ADDRESS6=2001:db8::1 in_ns "$host" behind "$1" "$2" || return
	echo "$2: TCP has counted $(($(in_segs "$host") - before)), tcpulse $(($(segment "$host" syn-in) - in_before))"
	[ $(($(in_segs "$host") - before)) -eq $(($(segment "$host" syn-in) - in_before)) ]
}

behind_headers() {
	local kind bad=0
	for kind in options refused options refused-next routed atomic atomic-refused; do
		behind 10 "$kind" || bad=1
	done
	# one after the other, none between
	TRAFFIC_ADDRESS6=2001:db8::1 in_ns "$host" behind 5 refused options refused atomic-refused options
	counts "$host" syn-in "$(in_segs "$host")" || bad=1
	counts "$host" syn-in 40 || bad=1
	return "$bad"
}

# A fragment that is first stays for a minute, and nobody knows whether it is refused.
behind_fragment() {
	behind 10 fragment
}

add_authentication() {
	local ns
	modprobe -q -a ah6 xfrm_user 2>/dev/null
	for ns in "$host" "$peer"; do
		ip -n "$ns" -batch - <<-EOF || return
			xfrm state add src 2001:db8::1 dst 2001:db8::2 proto ah spi 0x21 mode transport auth digest_null ""
			xfrm state add src 2001:db8::2 dst 2001:db8::1 proto ah spi 0x22 mode transport auth digest_null ""
		EOF
	done
	ip -n "$host" xfrm policy add src 2001:db8::1 dst 2001:db8::2 dir out tmpl proto ah mode transport &&
		ip -n "$peer" xfrm policy add src 2001:db8::2 dst 2001:db8::1 dir out tmpl proto ah mode transport
}

authenticated() {
	two_ends v6 || return
	equals_kernel "$host" && counts "$host" first-syn-out 2 &&
		counts "$host" syn-out "$(segment "$peer" syn-in)" &&
		counts "$peer" syn-ack-out "$(segment "$host" syn-ack-in)" &&
		counts "$peer" fin-in 1 && counts "$host" fin-in 1 && counts "$peer" rst-in 1
}

need_tcpulse
need_tool nft tc
ktap_plan 10
check "a filter answers before TCP" rejected_in
check "a filter answers TCP" rejected_out
setup_pair
if add_copies 2>/dev/null; then
	check "a filter copies" copied
else
	ktap_skip "a filter copies" "no dup in nft"
fi
check "raw sockets, and cookies" cookies
check "in a VRF" in_vrf none
check "in a VRF with a queue" in_vrf pfifo
setup_pair
if add_compression 2>/dev/null; then
	check "behind IPComp" compressed
else
	ktap_skip "behind IPComp" "no IPComp"
fi
setup_pair
check "behind extension headers" behind_headers
check "the first of fragments" behind_fragment
setup_pair
if add_authentication 2>/dev/null; then
	check "authenticated" authenticated
else
	ktap_skip "authenticated" "no AH"
fi
