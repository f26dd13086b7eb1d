#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# TCP segments from another host, inside tunnels that tell by metadata whom they come
# from ("external"), and dropped before they are routed: such a packet has a dst
# without a device. Nothing happens, nothing is counted, and what comes after is.
#
# Kernels: each; what a freed packet looks like is the kernel's choice
#
#	peer eth0 192.0.2.2 ---- 192.0.2.1 eth0 host, geneve | vxlan | gre | ipip

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly COUNT=64

# How many packets the tunnel has had.
arrived() {
	ip -n "$host" -s link show dev "tun-$1" | awk '/RX:/ { getline; print $2 }'
}

# The tunnel has handed on them all, so the kernel has dropped them.
all_arrived() {
	[ "$(arrived "$1")" -ge "$COUNT" ]
}

# add_tunnel TYPE: false where the kernel has none
add_tunnel() {
	local options=external
	[ "$1" != vxlan ] || options='external dstport 4789'
	modprobe -q "$1" 2>/dev/null
	# shellcheck disable=SC2086 # words
	ip -n "$host" link add "tun-$1" type "$1" $options 2>/dev/null &&
		ip -n "$host" link set "tun-$1" up
}

# Another host sends, and so does a process of this one.
survives() {
	in_ns "$peer" tunnelled -n "$COUNT" "$1" 198.51.100.1 192.0.2.1 || return
	busywait 10 all_arrived "$1" ||
		{ echo "$(arrived "$1") of $COUNT packets arrived"; return 1; }
	in_ns "$host" tunnelled -n "$COUNT" "$1" 198.51.100.1 192.0.2.1
	snapshot "$host" && rows still "$TMP/$host/before" "$TMP/$host/a"
}

try_tunnel() {
	if add_tunnel "$1"; then
		check "$1: segments that are dropped unrouted" survives "$1"
	else
		ktap_skip "$1: segments that are dropped unrouted" "no $1 in metadata mode"
	fi
}

need_tcpulse
host='' peer=''
setup_ns host peer
setup_veth "$host" "$peer"

ktap_plan 6
mark_log
snapshot "$host"
cp "$TMP/$host/a" "$TMP/$host/before"
for tunnel in geneve vxlan gre ipip; do
	try_tunnel "$tunnel"
done
start_hold "$host" -k v4,v6 listen=1 estab=1 fin-wait-2=1
check "what comes after is counted" assert_exact "$host" "$TMP/$host/made"
check "the kernel has nothing to complain about" assert_no_splat
