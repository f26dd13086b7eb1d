#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who refused is found again after the fact, where the kernel had it from elsewhere: ICMP
# errors end requests of one listener while another one is busy; a program picks one of a
# group (SO_REUSEPORT); a rule gives a listener to SYNs for another one's port (TPROXY). The
# witness is sk_drops of each listener, as ss shows it: nobody is blamed for more, and
# where the choice is known, for no less.
#
# Kernels: each; who chooses a listener, when, and what a packet carries of it differs

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

readonly GUILTY=8080 INNOCENT=9090 STEERED=7070 PROXY=9000 SYNS=12
server='' peer='' group='' front='' client=''

# sk_drops PORT: of each listener there, as ss lists them
sk_drops() {
	in_ns "$1" ss -Hltnm "sport = :$2" | grep -o 'd[0-9]*)' | tr -d 'd)'
}

# refused NS PORT: what each listener there is blamed for, drops that have a cause
refused() {
	tcpulse_get -N "$1" refusals >"$TMP/$1/r" || return
	awk -v port="$2" '/^[0-9]/ && $4 == port { print $13 + $14 + $15 + $16 + $19 + $20 }' "$TMP/$1/r"
}

# blamed_as_dropped NS PORT: one by one, in whatever order; who is sent SYN-ACKs again may
# refuse again meanwhile
blamed_as_dropped() {
	local drops blame
	drops=$(sk_drops "$1" "$2" | sort -n | xargs)
	blame=$(refused "$1" "$2" | sort -n | xargs)
	if [ -z "$drops" ] || [ "$drops" != "$blame" ]; then
		echo ":$2: sk_drops $drops, blamed for $blame"
		return 1
	fi
}

are_blamed_as_dropped() {
	busywait 20 blamed_as_dropped "$@" >"$TMP/blamed" || { cat "$TMP/blamed"; return 1; }
}

# some_drops NS PORT
some_drops() {
	[ "$(sk_drops "$1" "$2" | sort -n | tail -n 1)" -gt 0 ] || { echo ":$2 dropped nothing"; return 1; }
}

nobody_blamed() {
	local blame
	blame=$(refused "$1" "$2" | sort -n | tail -n 1)
	[ "$blame" -eq 0 ] || { echo ":$2 is blamed for $blame"; return 1; }
}

# --- ICMP -----------------------------------------------------------------------

setup_peer() {
	local gone=$1
	setup_ns server peer
	setup_veth "$server" "$peer"
	ip -n "$server" route add "$gone" via "$2"
	ip -n "$peer" route add "$3" "$gone"
	in_ns "$peer" sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 \
		net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
	in_ns "$peer" sysctl -qew net.ipv4.icmp_msgs_per_sec=100000
}

# invented FAMILY ADDRESS: SYNs from those whose host says that they are not reachable
invented() {
	start_overload "$server" guilty serve -a 8 "$1,$GUILTY,64"
	start_overload "$server" innocent serve -a 8 "$1,$INNOCENT,64"
	in_ns "$peer" blamed syns "$SYNS" "$2" "$GUILTY" "$INNOCENT" >"$TMP/syns" 2>&1 ||
		{ cat "$TMP/syns"; return 1; }
	busywait 20 some_drops "$server" "$GUILTY" >/dev/null
	some_drops "$server" "$GUILTY" && are_blamed_as_dropped "$server" "$GUILTY" &&
		nobody_blamed "$server" "$INNOCENT" && assert_refusals "$server"
}

unreachable4() {
	setup_peer 198.18.0.0/24 192.0.2.2 unreachable
	invented v4 192.0.2.1
}

# What is only not reachable, IPv6 takes for a passing trouble.
prohibited6() {
	setup_peer 2001:db8:bad::/64 2001:db8::2 prohibit
	invented dual 2001:db8::1
}

# --- a program ------------------------------------------------------------------

steered() {
	setup_ns group
	set_sysctl "$group" ipv4.tcp_syncookies 0
	rm -f "$TMP/orders"
	mkfifo "$TMP/orders"
	exec 3<>"$TMP/orders"
	start_in "$group" blamed steered "$SYNS" "$STEERED" <"$TMP/orders" >"$TMP/steered" 2>&1 3>&-
	busywait 20 grep -qx ready "$TMP/steered" || { cat "$TMP/steered"; return 1; }
	busywait 20 some_drops "$group" "$STEERED" >/dev/null
	assert_refusals "$group" && some_drops "$group" "$STEERED" && are_blamed_as_dropped "$group" "$STEERED"
}

# --- a rule -----------------------------------------------------------------------

has_tproxy() {
	modprobe -q -a nft_tproxy nf_tproxy_ipv4 2>/dev/null
	setup_ns front client
	setup_veth "$front" "$client"
	ip -n "$front" rule add fwmark 1 lookup 100
	ip -n "$front" route add local 0.0.0.0/0 dev lo table 100
	in_ns "$front" nft -f - 2>"$TMP/nft" <<-EOF
		table ip t {
			chain p {
				type filter hook prerouting priority -150
				iifname "eth0" tcp dport $INNOCENT tproxy to 127.0.0.1:$PROXY meta mark set 1 accept
			}
		}
	EOF
}

given() {
	set_sysctl "$front" ipv4.tcp_syncookies 0
	start_overload "$front" innocent serve -a 8 "v4,$INNOCENT,64"
	rm -f "$TMP/orders"
	mkfifo "$TMP/orders"
	exec 3<>"$TMP/orders"
	start_in "$front" blamed given "$PROXY" <"$TMP/orders" >"$TMP/proxy" 2>&1 3>&-
	busywait 20 grep -qx ready "$TMP/proxy" || { cat "$TMP/proxy"; return 1; }
	start_overload "$client" hold hold -n "$SYNS" "192.0.2.1,$INNOCENT"
	busywait 20 some_drops "$front" "$PROXY" >/dev/null
	kill -KILL "$started_pid"
	assert_refusals "$front" && some_drops "$front" "$PROXY" &&
		are_blamed_as_dropped "$front" "$PROXY" && nobody_blamed "$front" "$INNOCENT"
}

overflow_of() {
	tcpulse_get -N "$front" overflow | awk -v what="$1" '
		$1 == what && $2 == "listen-drops" { print $3 }'
}

# more_unattributed THAN
more_unattributed() {
	[ "$(overflow_of unattributed)" -gt "$1" ]
}

# Nothing says who was given what when segments are not counted: then nobody is blamed.
given_unseen() {
	local before
	tcpulse_get -N "$front" segments-set 0 || return
	before=$(overflow_of unattributed)
	start_overload "$client" hold hold -n "$SYNS" "192.0.2.1,$INNOCENT"
	busywait 20 more_unattributed "$before" || { echo "unattributed: $(overflow_of unattributed)"; return 1; }
	kill -KILL "$started_pid"
	nobody_blamed "$front" "$INNOCENT"
}

need_listeners
need_tool nft
ktap_plan 5
check "ICMP: unreachable" unreachable4
check "ICMPv6: prohibited" prohibited6
check "a program picks one of a group" steered
if has_tproxy; then
	check "a rule gives a listener to SYNs" given
	check "without segments nobody is blamed" given_unseen
else
	ktap_skip "a rule gives a listener to SYNs" "no TPROXY: $(head -n 1 "$TMP/nft")"
	ktap_skip "without segments nobody is blamed" "no TPROXY"
fi
