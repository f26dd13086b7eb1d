#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# FREE of timewait --headroom is what connect(2) then gets: a client connects until
# there is no port, in each of many situations. Where the kernel does not tell which
# of two it is, FREE is a range, and both ends are what is got in one of the two.
#
# Kernels: each; their rules differ, and what they list

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/headroom.sh"

ns=''
readonly TO=127.0.0.1,7001 OTHER=127.0.0.2,7002 SELF=127.0.0.1 FAR=10.1.1.1

# fills NAME WANT ORDER...: in a namespace of its own; SYSCTLS are set there before
fills() {
	local name=$1 want=$2 sysctl
	shift 2
	new_ports_ns ns
	for sysctl in "${SYSCTLS[@]}"; do
		set_sysctl "$ns" "${sysctl%%=*}" "${sysctl#*=}"
	done
	check "$name" came_true "$want" "$@"
}

came_true() {
	local want=$1
	shift
	use_ports "$ns" "$@" && each_is_right "$want"
}

readonly SOME=connect,-,0,$TO,5,- FILL="fill,-,0,$TO,0,-"

plain() {
	SYSCTLS=()
	fills "plain" exact "$SOME" ask "$FILL"
	fills "none left" exact "connect,-,0,$TO,40,-" ask "$FILL"
	fills "a source without a port of its own" exact \
		"connect,$SELF,0,$TO,5,-" ask "fill,$SELF,0,$TO,0,-"
	fills "the range asked for by the socket" exact "$SOME" ask "fill,-,0,$TO,0,l"
	fills "IPv6" exact "connect,-,0,::1,7001,5,-" ask "fill,-,0,::1,7001,0,-"
	fills "IPv4-mapped sockets take IPv4's ports" exact \
		"connect,-,0,$TO,5,m" "$SOME" ask "$FILL"
	fills "IPv6 has IPv4's bound ports too" listed "bind,$SELF,40010,7,-" \
		"connect,-,0,::1,7001,5,-" ask "fill,-,0,::1,7001,0,-"
	fills "a client of a device" exact "connect,-,0,$TO,5,d" ask "fill,-,0,$TO,0,d"
	fills "ports of a device's connections are there for others" high \
		"connect,-,0,$TO,5,d" "connect,-,0,$TO,1,-" ask "$FILL"
}

# Each is taken from all destinations, whatever the address.
bound() {
	fills "bound by hand" listed "bind,$SELF,40010,7,-" "$SOME" ask "$FILL"
	fills "bound to another address" listed "bind,$FAR,40010,7,-" "$SOME" ask "$FILL"
	fills "bound with SO_REUSEADDR" listed "bind,0.0.0.0,40010,7,r" "$SOME" ask "$FILL"
	fills "bound with SO_REUSEPORT" listed "bind,0.0.0.0,40010,7,p" "$SOME" ask "$FILL"
	fills "bound to ::" listed "bind,::,40010,7,-" "$SOME" ask "$FILL"
	fills "a listener in the range" exact "listen,0.0.0.0,40010" "listen,::1,40012" \
		"$SOME" ask "$FILL"
	fills "bound before it connected, to another" low "connect,$SELF,0,$OTHER,9,b" \
		"$SOME" ask "$FILL"
	fills "bound before it connected, with SO_REUSEADDR" low \
		"connect,$SELF,40020,$OTHER,9,br" "$SOME" ask "$FILL"
	fills "bound before it connected, to the same" exact "connect,$SELF,0,$TO,9,b" \
		ask "$FILL"
	fills "chosen by connect(2), to another" high "connect,-,0,$OTHER,9,-" "$SOME" \
		ask "$FILL"
	fills "chosen by connect(2), by another source" high "connect,$FAR,0,$TO,9,-" \
		"connect,$SELF,0,$TO,5,-" ask "fill,$SELF,0,$TO,0,-"
	fills "two destinations, both filled" within "connect,-,0,$OTHER,20,-" \
		"connect,-,0,$TO,20,-" ask "$FILL" "fill,-,0,$OTHER,0,-"
	fills "what bind(2) gets of a source" exact "connect,$SELF,0,$TO,9,b" \
		"connect,$SELF,0,$OTHER,9,b" ask "bindfill,$SELF,0,0,-"
}

# tw NAME WANT REUSE TIMESTAMPS SRC DST: nine in TIME-WAIT, with or without timestamps
tw() {
	SYSCTLS=(ipv4.tcp_tw_reuse="$3" ipv4.tcp_timestamps="$4")
	fills "$1" "$2" "connect,$5,0,$6,9,t" "connect,$5,0,$6,5,-" wait \
		ask "fill,$5,0,$6,0,-"
}

time_waits() {
	tw "TIME-WAIT, tcp_tw_reuse 0" exact 0 1 "$SELF" "$TO"
	tw "TIME-WAIT, tcp_tw_reuse 1, timestamps" high 1 1 "$SELF" "$TO"
	tw "TIME-WAIT, tcp_tw_reuse 1, no timestamps" low 1 0 "$SELF" "$TO"
	tw "TIME-WAIT, tcp_tw_reuse 2, loopback" high 2 1 "$SELF" "$TO"
	tw "TIME-WAIT, tcp_tw_reuse 2, not loopback" exact 2 1 "$FAR" 10.1.1.2,7001
	tw "TIME-WAIT, tcp_tw_reuse 1, not loopback" high 1 1 "$FAR" 10.1.1.2,7001
	tw "TIME-WAIT of IPv6, tcp_tw_reuse 2" high 2 1 ::1 ::1,7001
}

delayed() {
	local name="TIME-WAIT, not before tcp_tw_reuse_delay"
	if ! in_ns "$ns" test -e /proc/sys/net/ipv4/tcp_tw_reuse_delay; then
		ktap_skip "$name" "this kernel has none"
		return
	fi
	SYSCTLS=(ipv4.tcp_tw_reuse=1 ipv4.tcp_tw_reuse_delay=60000)
	fills "$name" exact "connect,-,0,$TO,9,t" "$SOME" ask "$FILL"
}

ranges() {
	SYSCTLS=("ipv4.ip_local_reserved_ports=40003-40009,40020,40100")
	fills "reserved ports" exact "$SOME" ask "$FILL"
	SYSCTLS=(ipv4.ip_local_port_range="40000 40010")
	fills "an odd range" within "$SOME" ask "$FILL"
	SYSCTLS=(ipv4.ip_local_port_range="40000 40000")
	fills "a range of one" exact "connect,-,0,$TO,1,-" ask "$FILL"
}

need_tcpulse
need_cli
need_tool jq
ktap_plan 33
plain
bound
time_waits
delayed
ranges
