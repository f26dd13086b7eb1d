#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sockets that are bound to a device, whose segments come by another one: by lo for an
# address of the device's own, link-local or not; inside a VRF; by a VRF for a listener
# that is bound to none. Held in every state, and let go, they are those that ss shows;
# through many lives likewise; minisocks end for the reasons they are made to end for;
# a RST is attributed to the state of who sent it.
#
# Kernels: each; which device a segment is said to have come by is the kernel's choice
# Older: one; a minute of CPU; states_basic and segments_switch are on both, the newest
#   has it as well

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/segments.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/steps.sh"

readonly EVERY="listen=1 estab=3 syn-sent=2 syn-recv=4 syn-recv-full=2 \
	fin-wait-1=2 fin-wait-1-orphan=1 fin-wait-2=2 fin-wait-2-orphan=3 \
	last-ack=2 closing=2 time-wait=4"
readonly CYCLES=${CYCLES:-80}
# Who answers is no full socket, or none at all, or is gone when the answer is sent.
readonly ANSWERS="closed-port ack-to-listener syn-in-window linger2-fin-wait-2 data-fin-wait-2"

ns=''
export TRAFFIC_ADDRESS4=192.0.2.1 TRAFFIC_ADDRESS6=2001:db8::1
export TRAFFIC_DEVICE TRAFFIC_LISTENERS_ANYWHERE

add_device() {
	ip -n "$ns" -batch - <<-EOF || die "cannot make a device"
		link add d0 type veth peer name d1
		link set d1 up
		link set d0 up
		address add 192.0.2.1/24 dev d0
		address add 2001:db8::1/64 dev d0 nodad
	EOF
	busywait 10 link_is_up "$ns" d0 || die "d0 does not come up"
}

add_vrf() {
	modprobe -q vrf 2>/dev/null
	ip -n "$ns" link add red type vrf table 100 2>/dev/null || return
	ip -n "$ns" link set red up
}

# The address by which d0 talks to its link; sets it for the traffic.
has_link_local() {
	TRAFFIC_ADDRESS6=$(ip -n "$ns" -6 -o address show dev d0 scope link -tentative |
		sed -n 's/.*inet6 \([^/]*\).*/\1%d0/p')
	[ "$TRAFFIC_ADDRESS6" ]
}

# --- places: each makes one, and says what sockets are bound to ---------------------

own() {
	add_device
	TRAFFIC_DEVICE=d0
}

link_local() {
	own
	busywait 20 has_link_local || die "d0 has no address of its link"
}

vrf() {
	add_vrf || return
	add_device
	ip -n "$ns" link set d0 master red
	# which takes its addresses of IPv6 away, or not
	ip -n "$ns" address replace 2001:db8::1/64 dev d0 nodad
	TRAFFIC_DEVICE=red
}

anywhere() {
	vrf || return
	set_sysctl "$ns" ipv4.tcp_l3mdev_accept 1
	TRAFFIC_LISTENERS_ANYWHERE=y
}

# --- what is tried ---------------------------------------------------------------------

held() {
	assert_exact "$ns" "$TMP/$ns/made" || return
	unmute_hold "$ns" || { echo "hold does not answer"; return 1; }
	assert_exact "$ns" || return
	release_hold "$ns"
	assert_exact "$ns"
}

lived() {
	start_lifecycles "$ns" -n "$CYCLES" -t 2 -k v4,v6,mapped
	wait_gone "$lifecycles_pid" 120 || return
	assert_cycles_done "$ns" && assert_exact "$ns"
}

# time_wait N: of alive, limit, created, refused, expired, reset, reused, other
time_wait() {
	tcpulse_get -N "$ns" time-wait | cut -d' ' -f"$1"
}

# The FIN comes at once for a minisock in FIN-WAIT-2, whose timer then does not tell.
finished() {
	local kind made
	made=$(time_wait 3)
	for kind in v4 v6 mapped; do
		start_step "$kind" "$ns" -k "$kind"
		order "$kind" listen connect accept "close s" "close c" "close l" || return
	done
	made=$(($(time_wait 3) - made))
	[ "$made" -eq 3 ] || { echo "$made minisocks were made"; return 1; }
	assert_exact "$ns"
}

# Minisocks that are ended by somebody never end for another reason.
ended() {
	local other
	other=$(time_wait 8)
	in_ns "$ns" twend -k v4,v6,mapped reset 10 >/dev/null || return
	in_ns "$ns" twend -k v4,v6,mapped syn 10 >/dev/null || return
	assert_exact "$ns" || return
	other=$(($(time_wait 8) - other))
	[ "$other" -eq 0 ] || { echo "$other ended for another reason"; return 1; }
}

# reset_row STATE: what was attributed to it
reset_row() {
	tcpulse_get -N "$ns" segments | awk -v row="reset:$1" '$2 == row { n += $3 } END { print n + 0 }'
}

# answers CAUSE STATE: three more RSTs are its, and no more were sent
answers() {
	local before sent
	before=$(reset_row "$2") sent=$(out_rsts "$ns")
	in_ns "$ns" resets "$1" </dev/null >"$TMP/$ns/resets" 2>&1 || { cat "$TMP/$ns/resets"; return 1; }
	before=$(($(reset_row "$2") - before)) sent=$(($(out_rsts "$ns") - sent))
	[ "$before,$sent" = 3,3 ] || { echo "$1: $2 has $before more, OutRsts $sent"; return 1; }
}

answered() {
	local cause bad=0
	count_segments "$ns"
	for cause in $ANSWERS; do
		answers "$cause" "$(resets -l | sed -n "s/^$cause //p")" || bad=1
	done
	return "$bad"
}

make_place() {
	TRAFFIC_DEVICE='' TRAFFIC_LISTENERS_ANYWHERE='' TRAFFIC_ADDRESS6=2001:db8::1
	setup_ns ns
	"$1" || skip_all "no VRF"
}

place() {
	local name=${1//_/-}
	make_place "$1"
	# shellcheck disable=SC2086 # a list
	start_hold "$ns" $EVERY
	check "$name: held in every state" held
	check "$name: many lives" lived
	# nothing of that ends here, and no port is taken
	make_place "$1"
	check "$name: ends of TIME-WAIT" ended
	check "$name: FIN of who is closed" finished
	# what waits for 20 s makes no minisocks
	be_patient "$ns"
	check "$name: who sends RST" answered
}

need_tcpulse
ktap_plan 20
place own
place link_local
place vrf
place anywhere
