#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The same as headroom_connect of mixes that chance draws: ROUNDS of them (6), from
# SEED, which is printed. What connect(2) gets lies between the two ends of FREE of each
# destination, and is FREE itself where that is one number.
#
# Kernels: each; as headroom_connect

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/headroom.sh"

ns=''
readonly ROUNDS=${ROUNDS:-6}
RANDOM=${SEED:-$((SECONDS + $$))}
seed=${SEED:-$RANDOM}
RANDOM=$seed

# one_of WORD...: in $drawn; a subshell would draw the same again
one_of() {
	local words=("$@")
	drawn=${words[RANDOM % $#]}
}
drawn=''

# What may be done before; few enough that ports are left
draw_order() {
	local dst n=$((RANDOM % 5 + 1)) port=$((40000 + RANDOM % 34))
	one_of 127.0.0.1,7001 127.0.0.2,7002
	dst=$drawn
	one_of "connect,-,0,$dst,$n,-" "connect,-,0,$dst,$n,m" "connect,-,0,$dst,$n,t" \
		"connect,127.0.0.1,0,$dst,$n,b" "connect,127.0.0.1,0,$dst,$n,br" \
		"connect,10.1.1.1,0,$dst,$n,bt" "connect,-,0,$dst,$n,d" \
		"connect,-,0,::1,7001,$n,-" "connect,-,0,::1,7001,$n,t" \
		"bind,127.0.0.1,0,$n,-" "bind,10.1.1.1,0,$n,r" "bind,::,0,$n,-" \
		"listen,0.0.0.0,$port"
}

draw() {
	local n=$((RANDOM % 5 + 1))
	orders=("connect,127.0.0.1,0,127.0.0.1,7001,1,-"
		"connect,127.0.0.1,0,127.0.0.2,7002,1,-" "connect,::1,0,::1,7001,1,-")
	while ((n--)); do
		draw_order
		orders+=("$drawn")
	done
	orders+=(wait ask "fill,127.0.0.1,0,127.0.0.1,7001,0,-"
		"fill,127.0.0.1,0,127.0.0.2,7002,0,-" "fill,::1,0,::1,7001,0,-")
}
orders=()

draw_sysctls() {
	set_sysctl "$ns" ipv4.tcp_tw_reuse $((RANDOM % 3))
	set_sysctl "$ns" ipv4.tcp_timestamps $((RANDOM % 2))
	one_of "" 40003-40009 40001,40039
	set_sysctl "$ns" ipv4.ip_local_reserved_ports "$drawn"
	one_of "40000 40039" "40000 40039" "40000 40038"
	set_sysctl "$ns" ipv4.ip_local_port_range "$drawn"
}

round() {
	echo "seed $seed: ${orders[*]}"
	in_ns "$ns" grep -H . /proc/sys/net/ipv4/{tcp_tw_reuse,tcp_timestamps,ip_local_*}
	use_ports "$ns" "${orders[@]}" && each_is_right within
}

need_tcpulse
need_cli
need_tool jq
ktap_plan "$ROUNDS"
echo "# SEED=$seed"
for ((i = 1; i <= ROUNDS; i++)); do
	new_ports_ns ns
	draw
	draw_sysctls
	check "round $i" round
done
