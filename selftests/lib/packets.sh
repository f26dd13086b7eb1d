# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # lib.sh's variables
#
# Worlds for packets_fuzz.sh: what is between two namespaces, host and peer, is drawn
# from a seed; all of it that this kernel has. The addresses are those of
# fuzz/packet/flow.c, and most devices of the host have one Ethernet address.
#
#	peer eth0 192.0.2.2 ---- 192.0.2.1 eth0 host, with tun, tap, tunnels, ...
#
# A sender of packets through a VRF and a chain "type route" in output are never
# together: from 6.12 on the kernel dies of that, without tcpulse too, when a packet
# socket's packet comes from :: (ip6_route_output_flags takes that for a socket of IPv6).
# With seed 369280847 6.1 keeps a device for 150 s after its namespace has gone, without
# tcpulse too.

host='' peer='' doomed=''
ways=() xdp=() made=() missing=() fleeting=()
chance=0 drawn=0

# Neighbours have nothing in common.
begin_chance() {
	chance=$((($1 * 2654435761 ^ $1 >> 13) & 0x7fffffff))
	draw 2
	draw 2
}

# draw N: sets drawn, 0 to N - 1, of the seed alone
draw() {
	chance=$(((chance * 1103515245 + 12345) & 0x7fffffff))
	drawn=$(((chance >> 16) % $1))
}

# pick WORD...: sets drawn to one of them
pick() {
	draw $#
	shift "$drawn"
	drawn=$1
}

# one_in N
one_in() {
	draw "$1"
	[ "$drawn" -eq 0 ]
}

# try NAME COMMAND [ARGUMENT]...: part of this world, if the kernel has it
try() {
	local name=$1
	shift
	if "$@" >>"$TMP/tried" 2>&1; then
		made+=("$name")
	else
		missing+=("$name")
	fi
}

# maybe N NAME COMMAND [ARGUMENT]...: one time in N
maybe() {
	one_in "$1" || return 0
	shift
	try "$@"
}

# host_ip: lines of "ip -batch" on stdin; ends at the first that fails
host_ip() {
	ip -n "$host" -batch -
}

# soft_sysctl NS NAME VALUE: if it is there
soft_sysctl() {
	in_ns "$1" tee "/proc/sys/net/${2//.//}" <<<"$3" >/dev/null
}

# What the kernel has, once; a module is not loaded when a device of its is made by name.
load_modules() {
	modprobe -qa tun bridge br_netfilter vrf macvlan 8021q ipip sit ip_gre ip6_tunnel \
		ip6_gre geneve vxlan xfrm_interface esp4 esp6 dummy sch_netem sch_ingress \
		cls_u32 act_gact act_mirred nft_dup_ipv4 nft_dup_ipv6 nft_masq nft_redir nft_nat
}

# --- devices -----------------------------------------------------------------

add_tun() {
	pick tun tun-vnet tun-napi
	ways+=("$host:$drawn:tun0")
	host_ip <<-EOF
		tuntap add tun0 mode tun
		link set tun0 up
		address add 10.9.0.1/24 dev tun0
		address add 2001:db8:9::1/64 dev tun0 nodad
	EOF
}

# add_tap NAME [OPTION...]: without an address
add_tap() {
	local name=$1
	shift
	host_ip <<-EOF || return
		tuntap add $name mode tap
		link set $name address 02:00:00:00:00:01 $* up
	EOF
	pick tap tap-vnet tap-frags
	ways+=("$host:$drawn:$name")
}

# What comes in by one port may leave by another, netfilter between them.
add_bridge() {
	draw 2
	host_ip <<-EOF && add_tap tap-a master br0 && add_tap tap-b master br0 || return
		link add br0 type bridge vlan_filtering $drawn
		link set br0 address 02:00:00:00:00:01 up
		address add 10.7.0.1/24 dev br0
	EOF
	maybe 2 br_netfilter soft_sysctl "$host" bridge.bridge-nf-call-iptables 1
}

add_vrf() {
	host_ip <<-EOF && add_tap tap-red master red || return
		link add red type vrf table 100
		link set red up
	EOF
	host_ip <<<'address add 10.6.0.1/24 dev tap-red'
}

# over_eth0 NAME TYPE [OPTION]...: a device upon the link to the peer, which may go
over_eth0() {
	local name=$1
	shift
	host_ip <<-EOF || return
		link add link eth0 name $name type $*
		link set $name up
	EOF
	ways+=("$host:packet:$name")
	fleeting+=("$name")
}

# add_tunnel TYPE [OPTION]...: that or in metadata mode, which one the seed says
add_tunnel() {
	local type=$1 name="t-$1" options=${*:2}
	# sit has no such mode
	if one_in 2 && [ "$type" != sit ]; then
		options=external
		[ "$type" != vxlan ] || options='external dstport 4789'
	fi
	host_ip <<-EOF || return
		link add $name type $type $options
		link set $name up
	EOF
	! one_in 2 || host_ip <<<"link set $name address 02:00:00:00:00:01"
	[ "$options" = "${*:2}" ] || made+=("(the next in metadata mode)")
	ways+=("$host:packet:$name")
	fleeting+=("$name")
}

add_tunnels() {
	local v4='local 192.0.2.1 remote 192.0.2.2' v6='local 2001:db8::1 remote 2001:db8::2' type
	for type in ipip sit gre gretap; do
		# shellcheck disable=SC2086 # words
		maybe 2 "$type" add_tunnel "$type" $v4
	done
	for type in ip6tnl ip6gre; do
		# shellcheck disable=SC2086 # words
		maybe 2 "$type" add_tunnel "$type" $v6
	done
	maybe 2 geneve add_tunnel geneve id 42 remote 192.0.2.2
	maybe 2 vxlan add_tunnel vxlan id 42 dstport 4789 remote 192.0.2.2
}

# State and policy neither hide nor sign, so that anybody can make such packets.
add_xfrm() {
	local mode='if_id 42'
	local what="proto esp spi 0x100 mode tunnel if_id 42 enc ecb(cipher_null) \"\" auth digest_null \"\""
	! one_in 2 || mode=external
	host_ip <<-EOF
		link add t-xfrm type xfrm $mode
		link set t-xfrm up
		xfrm state add src 192.0.2.2 dst 192.0.2.1 $what
		xfrm state add src 2001:db8::2 dst 2001:db8::1 $what
		xfrm policy add dir in if_id 42 tmpl proto esp mode tunnel
	EOF
}

# --- where packets are dropped --------------------------------------------------

# Addresses of the list that lead nowhere, each in its own way; those of .192 in none.
add_routes() {
	host_ip <<-EOF
		route add blackhole 203.0.113.0/26
		route add unreachable 203.0.113.64/26
		route add prohibit 203.0.113.128/26
		route add blackhole 2001:db8:8:0::/64
		route add unreachable 2001:db8:8:1::/64
		route add prohibit 2001:db8:8:2::/64
	EOF
}

add_default_route() {
	host_ip <<-EOF
		route add default via 192.0.2.2
		route add default via 2001:db8::2
	EOF
}

add_sink() {
	host_ip <<-EOF
		link add sink type dummy
		link set sink up
		address add 198.51.100.1/24 dev sink
		address add 2001:db8:5::1/64 dev sink nodad
	EOF
}

add_netem() {
	in_ns "$1" tc qdisc replace dev eth0 root netem delay 1ms 1ms loss 2% duplicate 2% \
		corrupt 1% reorder 5%
}

# a part of all packets, by a number in them
readonly SOME4='protocol ip u32 match u8 1 3 at 5' SOME6='protocol ipv6 u32 match u8 1 3 at 5'

# tc_some HOOK ACTION...: what happens to some packets at eth0
tc_some() {
	local hook=$1
	shift
	in_ns "$host" tc qdisc add dev eth0 clsact 2>/dev/null
	# shellcheck disable=SC2086 # words
	in_ns "$host" tc filter add dev eth0 "$hook" $SOME4 action "$@" &&
		in_ns "$host" tc filter add dev eth0 "$hook" $SOME6 action "$@"
}

# nft_some FAMILY HOOK PRIORITY VERDICT [TYPE]: a chain of its own. Loopback is left
# alone, for the connections that are not fuzzed.
nft_some() {
	local device='' lo='iifname lo accept; oifname lo accept;'
	local table=$((${#made[@]} + ${#missing[@]}))
	case $1-$2 in
	netdev-*) device='device eth0' lo='' ;;
	*-prerouting | *-input) lo='iifname lo accept;' ;;
	*-output | *-postrouting) lo='oifname lo accept;' ;;
	esac
	in_ns "$host" nft -f - <<-EOF
		table $1 t$table {
			chain c {
				type ${5:-filter} hook $2 $device priority $3; policy accept;
				$lo
				@nh,40,8 & 3 == $((table % 3)) $4
			}
		}
	EOF
}

# Each hook, priority and verdict there is; the kernel says which go together.
add_rule() {
	local family hook priority verdict
	pick ip ip6 inet inet netdev bridge
	family=$drawn
	pick prerouting prerouting input forward output postrouting
	hook=$drawn
	[ "$family" != netdev ] || { pick ingress ingress egress && hook=$drawn; }
	pick -300 -200 -150 -100 0 50 100 225
	priority=$drawn
	pick drop drop drop reject 'reject with tcp reset' 'queue num 9' notrack
	verdict=$drawn
	case $hook in input | forward | output) ;; *) verdict=${verdict/reject*/drop} ;; esac
	try "nft $family $hook $priority $verdict" nft_some "$family" "$hook" "$priority" "$verdict"
}

# What is more than a drop, each only where it can be.
add_rewriting() {
	maybe 3 'nft dup' nft_some ip prerouting -150 'dup to 192.0.2.2 device eth0'
	maybe 3 'nft dup6' nft_some ip6 prerouting -150 'dup to 2001:db8::2 device eth0'
	maybe 3 'nft dnat' nft_some ip prerouting -100 'dnat to 192.0.2.2' nat
	maybe 3 'nft redirect' nft_some inet prerouting -100 'meta l4proto tcp redirect to :8000' nat
	maybe 3 'nft masquerade' nft_some inet postrouting 100 masquerade nat
	maybe 3 'nft snat' nft_some ip6 postrouting 100 'snat to 2001:db8::1' nat
}

# --- settings -----------------------------------------------------------------------

# Each a name, and the values one of which it gets.
readonly SYSCTLS='
ipv4/conf/all/rp_filter 0 1 2
ipv4/conf/all/accept_local 0 1
ipv4/conf/all/route_localnet 0 1
ipv4/conf/all/accept_source_route 0 1
ipv4/ip_forward 0 1 1
ipv6/conf/all/forwarding 0 1 1
ipv4/ip_early_demux 0 1 1
ipv4/tcp_syncookies 0 1 1 2
ipv4/tcp_tw_reuse 0 1 2
ipv4/tcp_rfc1337 0 1
ipv4/tcp_abort_on_overflow 0 1
ipv4/tcp_synack_retries 0 1 2
ipv4/tcp_fin_timeout 2 10 60
ipv4/tcp_timestamps 0 1 1
ipv4/tcp_l3mdev_accept 0 1
'

# draw_sysctls: a line each, of name and value
draw_sysctls() {
	local name values
	while read -r name values; do
		[ "$name" ] || continue
		# shellcheck disable=SC2086 # words
		pick $values
		echo "$name $drawn"
	done <<<"$SYSCTLS"
}

# write_sysctls NS: what there is of lines on stdin, in one process
write_sysctls() {
	# shellcheck disable=SC2016 # for the other shell
	in_ns "$1" bash -c 'while read -r name value; do
			echo "$value" >"/proc/sys/net/$name"
		done' 2>>"$TMP/tried" || :
}

# --- worlds ------------------------------------------------------------------------

set_addresses() {
	ip -n "$1" -batch - <<-EOF
		link set eth0 address 02:00:00:00:00:0$2
		address add fe80::ff:fe00:$2/64 dev eth0 nodad
	EOF
}

base_world() {
	setup_ns host peer
	setup_veth "$host" "$peer"
	set_addresses "$host" 1 && set_addresses "$peer" 2 || die "no addresses for eth0"
	ways=("$host:raw" "$peer:raw" "$host:packet:eth0" "$host:packet:lo")
	ways+=("$peer:packet:eth0" "$peer:packet:eth0" "$peer:packet:eth0")
	pick packet-vnet packet-bypass
	ways+=("$peer:$drawn:eth0" "$host:$drawn:eth0")
	draw_sysctls >"$TMP/sysctls"
	write_sysctls "$host" <"$TMP/sysctls"
	write_sysctls "$peer" <"$TMP/sysctls"
}

draw_devices() {
	maybe 2 tun add_tun
	maybe 2 tap add_tap tap0
	maybe 2 bridge add_bridge
	maybe 2 vrf add_vrf
	maybe 2 macvlan over_eth0 mv0 macvlan mode bridge
	maybe 2 vlan over_eth0 vlan3 vlan id 3
	add_tunnels
	maybe 2 xfrm add_xfrm
}

draw_drops() {
	local i rules
	maybe 2 routes add_routes
	maybe 2 'default route' add_default_route
	maybe 2 sink add_sink
	maybe 3 'netem host' add_netem "$host"
	maybe 3 'netem peer' add_netem "$peer"
	maybe 3 'tc ingress drop' tc_some ingress drop
	maybe 3 'tc egress drop' tc_some egress drop
	maybe 3 'tc ingress mirror' tc_some ingress mirred egress mirror dev eth0
	maybe 3 'tc ingress redirect' tc_some ingress mirred ingress redirect dev lo
	maybe 4 'small mtu' host_ip <<<'link set eth0 mtu 1280'
	draw 6
	rules=$drawn
	for ((i = 0; i < rules; i++)); do add_rule; done
	add_rewriting
	# at one end only: two that reflect packets would do it for ever
	! one_in 3 || xdp=(-x "$host:eth0")
}

# make_world SEED: sets ways and xdp, what pktfuzz is told; made and missing
make_world() {
	begin_chance "$1"
	ways=() xdp=() made=() missing=() fleeting=()
	: >"$TMP/tried"
	base_world
	draw_devices
	draw_drops
}

end_world() {
	delete_ns "$host"
	delete_ns "$peer"
}
