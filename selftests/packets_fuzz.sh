#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: packets_fuzz.sh [-s SEED] [-n PACKETS] [-t SECONDS]
#
# Packets, random and mutated, by all ways into a namespace and out of it, dropped at
# all places, in worlds that are drawn from the seed too, while connections live and
# end: the kernel has nothing to complain about, and when all is at rest, each number
# of the module is the kernel's. The seeds are those of fuzz/packet/seeds, with -s that
# one alone. What a kernel lacks is said, and makes its world of a seed another one. -n is
# how many packets of each seed, -t for how long at most. New seeds are for make fuzz:
# kernels have faults of their own, and there is somebody to look.
#
# Kernels: each; what a freed packet looks like is the kernel's choice
# Older: one; half a minute of CPU; packets_metadata is on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"
. "$SELFTESTS/lib/packets.sh"

readonly SEEDS=$SELFTESTS/fuzz/packet/seeds
packets=1500 seconds=600 pause=0

# How many packets between two comparisons: few, but time is for packets.
set_pause() {
	pause=$((packets / 8))
	[ "$pause" -ge 1000 ] || pause=1000
	[ "$pause" -le 10000 ] || pause=10000
}

# --- while packets fly -----------------------------------------------------------

# Devices go, and with them what packets on their way are bound to.
lose_devices() {
	local device
	for device in "${fleeting[@]}"; do
		is_gone "$1" && return
		! one_in 3 || ip -n "$host" link del "$device" 2>/dev/null
		nap
	done
}

# A namespace ends with packets, sockets of all states and a queue of delayed packets.
# lose_namespace SEED
lose_namespace() {
	setup_ns doomed
	ip link add eth1 netns "$peer" type veth peer name eth0 netns "$doomed"
	ip -n "$peer" link set eth1 up
	ip -n "$doomed" link set eth0 up address 02:00:00:00:00:01
	ip -n "$doomed" -batch - <<-EOF
		address add 192.0.2.1/24 dev eth0
		address add 192.0.2.2/24 dev eth0
		address add 2001:db8::1/64 dev eth0 nodad
		address add 2001:db8::2/64 dev eth0 nodad
	EOF
	in_ns "$doomed" tc qdisc add dev eth0 root netem delay 100ms 2>/dev/null
	start_in "$doomed" pktfuzz -s "$1" -n 1000000 "$doomed" "$doomed" \
		"$doomed:raw" "$doomed:packet:eth0" "$doomed:packet:lo" "$peer:packet:eth1" \
		>"$TMP/doomed" 2>&1
	busywait 30 has_counted "$doomed" 20 || { cat "$TMP/doomed" && return 1; }
	kill -KILL "$started_pid"
	delete_ns "$doomed"
}

# has_paused_or_ended PID
has_paused_or_ended() {
	is_gone "$1" || is_stopped "$1"
}

# fuzz SEED: and each time that it pauses, compares
fuzz() {
	local pid bad=0 namespace=''
	! one_in 3 || namespace=goes
	start_in "$host" pktfuzz -s "$1" -n "$packets" -p "$pause" -t "$seconds" "${xdp[@]}" \
		"$host" "$peer" "${ways[@]}" >"$TMP/said" 2>&1
	pid=$started_pid
	start_lifecycles "$host" -t 1 -n 1000000 -s "$1"
	! one_in 2 || lose_devices "$pid"
	[ -z "$namespace" ] || lose_namespace "$1" || bad=1
	until is_gone "$pid"; do
		busywait 150 has_paused_or_ended "$pid" || return
		freeze "$lifecycles_pid"
		all_exact || bad=1
		thaw "$lifecycles_pid"
		is_gone "$pid" || thaw "$pid"
	done
	kill -KILL "$lifecycles_pid"
	return "$bad"
}

# --- what it came to ----------------------------------------------------------------

describe() {
	echo "seed $1: ${made[*]/%/,}"
	[ ${#missing[@]} -eq 0 ] || echo "missing: ${missing[*]/%/,}"
	cat "$TMP/said"
}

all_exact() {
	local ns bad=0
	for ns in "$host" "$peer"; do
		assert_exact "$ns" || { echo "in ${ns%%-*}" && bad=1; }
	done
	return "$bad"
}

made_all() {
	grep -q '^[0-9]* packets made' "$TMP/said"
}

# one_world SEED: what it says goes past check
one_world() {
	local bad=0
	mark_log
	make_world "$1"
	fuzz "$1" || bad=1
	describe "$1" | ktap_diag >&3
	made_all || bad=1
	all_exact || bad=1
	assert_no_splat || bad=1
	end_world
	return "$bad"
}

sum_of() {
	pktfuzz -d -s "$1" -n 1000
}

same_seed_same_packets() {
	[ "$(sum_of 1)" = "$(sum_of 1)" ] && [ "$(sum_of 1)" != "$(sum_of 2)" ]
}

known_seeds() {
	sed 's/#.*//' "$SEEDS" | awk 'NF { print $1 }'
}

need_tcpulse
need_tool nft tc
PATH=$SELFTESTS/fuzz/packet:$PATH
[ -x "$SELFTESTS/fuzz/packet/pktfuzz" ] || skip_all "not built: make -C selftests/fuzz/packet"
exec 3>&1
load_modules
mapfile -t seeds < <(known_seeds)
while getopts s:n:t: option; do
	case $option in
	s) seeds=("$OPTARG") ;;
	n) packets=$OPTARG ;;
	t) seconds=$OPTARG ;;
	*) exit 1 ;;
	esac
done
set_pause

ktap_plan $((${#seeds[@]} + 2))
start_bystander
check "same seed, same packets" same_seed_same_packets
for seed in "${seeds[@]}"; do
	check "seed $seed: nothing wrong" one_world "$seed"
done
check "another namespace has not moved" assert_bystander_unmoved
