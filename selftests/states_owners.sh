#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the owner of a socket may do to it, and no segment asks for: a listener is
# disconnected and connected while children are born; sockets of IPv6 become sockets of
# IPv4; connections are there that nobody opened; two sockets differ by their interface
# only. All is counted as ss shows it, before and after it ends, and nothing is left over.
#
# Kernels: each; what a child copies, when, and of what memory it is made is the kernel's

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/segments.sh"

readonly N=${N:-12} SECONDS_OF_RACE=${SECONDS_OF_RACE:-4}
ns='' owner_pid=''

is_ready() {
	grep -qx ready "$TMP/owner.said"
}

# start_owner OPTION...: until it is ready; sets owner_pid
start_owner() {
	rm -f "$TMP/orders"
	mkfifo "$TMP/orders"
	exec 3<>"$TMP/orders"
	# or it would have both ends of it
	start_in "$ns" owner "$@" <"$TMP/orders" >"$TMP/owner.said" 2>&1 3>&-
	owner_pid=$started_pid
	busywait 60 is_ready || die "owner $*: $(<"$TMP/owner.said")"
}

end_owner() {
	exec 3>&-
	wait_gone "$owner_pid" 20
}

info() {
	tcpulse_get -N "$ns" info | awk -v key="$1" '$1 == key { print $2 }'
}

# info_is KEY VALUE
info_is() {
	local value
	value=$(info "$1")
	[ "$value" = "$2" ] || { echo "$1 is $value, not $2"; return 1; }
}

# edge_is FAMILY FROM TO COUNT
edge_is() {
	local n
	n=$(tcpulse_get -N "$ns" transitions | awk -v edge="$1 $2 $3" '
		$1 " " $2 " " $3 == edge { n += $5 } END { print n + 0 }')
	[ "$n" -eq "$4" ] || { echo "$1 $2 -> $3: $n, not $4"; return 1; }
}

peak_of_established() {
	tcpulse_get -N "$ns" states | awk -v family="$1" '$1 == family && $2 == "ESTAB" { print $4 }'
}

turned_over() {
	start_owner addrform "$N" && assert_exact "$ns" && info_is addrform "$N"
}

turned_over_and_gone() {
	end_owner && assert_exact "$ns" && info_is addrform "$N"
}

# There were two at a time, and one more for a moment that a CPU sees before another.
never_many() {
	local peak
	start_owner turnover 200 && end_owner && assert_exact "$ns" && info_is addrform 200 || return
	peak=$(peak_of_established inet6)
	[ "$peak" -le 4 ] || { echo "peak $peak"; return 1; }
}

completed() {
	awk '$2 == "active" || $2 == "passive" { n += $3 }
	     $2 ~ /^handshake:/ { n += $3 + $4 }
	     END { print n + 0 }' "$TMP/$ns/segments"
}

repaired() {
	start_owner repair "$N" && assert_exact "$ns" && read_segments "$ns" || return
	[ "$(completed)" -eq 0 ] || { echo "handshakes: $(completed)"; return 1; }
	edge_is inet SYN-SENT ESTAB $((2 * N)) && end_owner && assert_exact "$ns"
}

add_twin_device() {
	ip -n "$ns" -batch - <<-EOF
		link add d0 type dummy
		address add 10.9.0.1/24 dev d0
		link set d0 up
		route add default dev d0
		address add 10.8.0.8/32 dev lo
		address add 10.8.0.9/32 dev lo
	EOF
}

# The request and the twin are let go, each by an edge of its own.
twins() {
	start_owner twin d0 && assert_exact "$ns" && end_owner || return
	assert_exact "$ns" && edge_is inet LISTEN SYN-RECV 1 && edge_is inet SYN-RECV CLOSED 1 &&
		edge_is inet SYN-SENT CLOSED 1
}

many_lives() {
	start_owner relisten "$SECONDS_OF_RACE" && end_owner && assert_exact "$ns"
}

need_tcpulse
ktap_plan 6
setup_ns ns
check "IPV6_ADDRFORM: followed" turned_over
check "IPV6_ADDRFORM: nothing is left of it" turned_over_and_gone
setup_ns ns
check "IPV6_ADDRFORM: never more than there were" never_many
setup_ns ns
check "TCP_REPAIR: connections, and no handshake" repaired
setup_ns ns
if add_twin_device; then
	check "two that differ by their interface" twins
else
	ktap_skip "two that differ by their interface" "no dummy device"
fi
setup_ns ns
check "a listener connects while children are born" many_lives
