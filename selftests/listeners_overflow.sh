#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Listeners that are asked for more than they take, with SYN cookies off, on
# demand and always, with and without tcp_abort_on_overflow: each refusal has its
# cause and its listener, sums equal the kernel's counters, depths and limits
# equal ss, frozen in the middle, at the end, and when the listeners are gone.
#
#   near: SYNs are refused                 press --- lo ---> serve
#   far:  last ACKs are refused, too       press --- veth, 200 ms ---> serve
#
# Kernels: source; kernels differ in where a SYN or a last ACK is refused, and in what
#   counts it
# Older: one; a minute of CPU, of a thousand processes; listeners_blamed, synflood and migrated
#   meet the same refusals on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

# ms: long, but less than what a SYN or its answer waits to be sent again
readonly ROUND_TRIP=720
near='' far='' far_client='' gone=0 by_attempts=''

# set_both COOKIES ABORT
set_both() {
	local ns
	for ns in "$near" "$far"; do
		set_sysctl "$ns" ipv4.tcp_syncookies "$1"
		set_sysctl "$ns" ipv4.tcp_abort_on_overflow "$2"
	done
}

slow_link() {
	setup_veth "$1" "$2"
	lossy "$1" eth0 delay 20ms
	lossy "$2" eth0 delay "$3"
}

# What must have been refused, and what cannot have been. Without delay the last
# ACK comes before the queue can fill.
causes_near() {
	case $1 in
	0) echo "syn-full-drop>0 syn-full-cookie=0 syn-always-cookie=0 accept-full-cookie=0
		cookies-sent=0 cookies-valid=0 cookies-invalid=0" ;;
	1) echo "syn-full-cookie>0 syn-full-drop=0 syn-always-cookie=0 max-syn-backlog=0
		cookies-sent>0 cookies-valid>0 cookies-invalid>0" ;;
	2) echo "syn-always-cookie>0 syn-full-drop=0 syn-full-cookie=0 max-syn-backlog=0
		accept-full-ack=0 abort-reset=0 cookies-sent>0 cookies-valid>0 cookies-invalid>0" ;;
	esac
	echo "accept-full-syn>0 other-drop>0"
	[ "$2" -eq 1 ] || echo "abort-reset=0"
}

causes_far() {
	causes_near "$1" "$2" | sed 's/other-drop>0//'
	[ "$1" -eq 2 ] || echo "accept-full-ack>0"
	[ "$1" -eq 0 ] || echo "accept-full-cookie>0"
	[ "$1" -eq 2 ] || [ "$2" -eq 0 ] || echo "abort-reset>0"
}

# Half of all is done; what waits in the queues stays there.
frozen() {
	assert_refusals "$1" || return
	[ "$(awk '/^[0-9]/ { n += $7 + $10 } END { print n + 0 }' "$TMP/$1/r")" -gt 0 ] ||
		{ echo "the queues are empty"; return 1; }
}

both_frozen() {
	local bad=0
	frozen "$near" || { echo "near"; bad=1; }
	frozen "$far" || { echo "far"; bad=1; }
	return "$bad"
}

# both_gone N: listeners that were there
both_gone() {
	local bad=0
	assert_gone "$near" "$1" || { echo "near"; bad=1; }
	assert_gone "$far" "$1" || { echo "far"; bad=1; }
	return "$bad"
}

# Twice, for what comes out at one end may be answered by the other.
link_is_empty() {
	local ns i
	for i in 1 2; do
		for ns in "$far" "$far_client"; do
			! in_ns "$ns" tc -s qdisc show dev eth0 | grep backlog | grep -qv ' 0p ' || return
		done
		nap
	done
}

# accept_by_attempts NS: its server accepts one on each listener each time press, given
# the words in $by_attempts, has tried as many as it does at once. By the clock it would,
# on a slow machine, accept all that come.
accept_by_attempts() {
	local fifo="$TMP/$1/attempts-$load_port"
	mkfifo "$fifo"
	start_server "$1" -w 0<>"$fifo"
	by_attempts="-t $fifo"
}

# overflow COOKIES ABORT
overflow() {
	local name="syncookies=$1 abort=$2" servers pids pid
	set_both "$1" "$2"
	load_port=$((load_port + 10))
	accept_by_attempts "$far"
	servers=$serve_pid
	# shellcheck disable=SC2086 # two words
	press "$far_client" 192.0.2.1 2001:db8::1 -n 600 -r 150 $by_attempts
	pids=$press_pid
	accept_by_attempts "$near"
	servers="$servers $serve_pid"
	# shellcheck disable=SC2086
	press "$near" 127.0.0.1 ::1 -n 450 -r 110 -s 2 $by_attempts
	pids="$pids $press_pid"
	busywait 30 says_ready "$TMP/$far_client/press" || die "press does nothing"
	# shellcheck disable=SC2086 # lists
	freeze $pids $servers
	check "$name: frozen: the kernel's numbers, and ss's" both_frozen
	# shellcheck disable=SC2086
	thaw $pids $servers
	for pid in $pids; do
		busywait 30 is_gone "$pid" || die "press does not end"
	done
	# what is on its way arrives, for a segment that meets a listener while it closes is attributed to none
	busywait 30 link_is_empty || die "the link is never empty"
	# shellcheck disable=SC2086
	kill -KILL $servers
	for pid in $servers; do
		wait_gone "$pid" 10
	done
	gone=$((gone + 6))
	check "$name: the listeners are gone: the kernel's numbers, no less" both_gone "$gone"
	# shellcheck disable=SC2046 # a list
	check "$name: near: each cause" assert_causes "$near" $(causes_near "$1" "$2")
	# shellcheck disable=SC2046
	check "$name: far: each cause" assert_causes "$far" $(causes_far "$1" "$2")
	keep_causes "$near"
	keep_causes "$far"
}

# --- one by one: 65 fit, 30 come too late -----------------------------------
#
# Not more: when twice the SYN queue is above the backlog, 64, the kernel gives up
# requests early, and how many depends on how long we take to look.

# A machine that stood still between its SYNs has not sent them all before the first
# was answered: nothing is too late then, and it has to try again.
sent_at_once() {
	local ms
	ms=$(sed -n 's/^took \([0-9]*\) ms$/\1/p' "$TMP/$far_client/late")
	[ "$ms" -lt "$ROUND_TRIP" ] || { echo "35 SYNs took $ms ms"; return 1; }
}

send_late() {
	local try
	for ((try = 0; try < 10; try++)); do
		prepare_late "$1"
		busywait 20 accept_queue_is "$far" 60 || { echo "60 do not get in"; return 1; }
		start_overload "$far_client" late hold -n 35 "192.0.2.1,$((load_port + 2))"
		! sent_at_once || return 0
	done
	return 1
}

late() {
	send_late "$1" || return
	busywait 20 accept_queue_is "$far" 65 || { echo "65 do not get in"; return 1; }
	assert_refusals "$far" || return
	# each answered with RST, and no request left; or each kept, and refused
	# again whenever its peer repeats itself
	if [ "$1" -eq 1 ]; then
		assert_causes "$far" accept-full-ack=30 abort-reset=30 accept-full-syn=0 \
			other-drop=0 || return
		[ "$(mib "$far" EmbryonicRsts)" -eq 30 ] || {
			echo "EmbryonicRsts $(mib "$far" EmbryonicRsts)"
			return 1
		}
		return 0
	fi
	assert_causes "$far" "accept-full-ack>29" abort-reset=0 accept-full-syn=0 other-drop=0 ||
		return
	column_is "$far" syn-depth "$((load_port + 2))" 30
}

accept_queue_is() {
	[ "$(in_ns "$1" ss -H -tln "sport = :$((load_port + 2))" | awk '{ print $2 }')" -eq "$2" ]
}

# prepare_late ABORT: 60 of 65 places are taken. However long a slow machine takes to
# look, no request is given up meanwhile.
prepare_late() {
	setup_ns far far_client
	set_sysctl "$far" ipv4.tcp_synack_retries 12
	slow_link "$far" "$far_client" $((ROUND_TRIP - 20))ms
	set_both 0 "$1"
	start_server "$far" "-a 0"
	start_overload "$far_client" early hold -n 60 "192.0.2.1,$((load_port + 2))"
}

bystander_is_untouched() {
	assert_refusals "$bystander" || return
	awk '/^(listening|gone|kernel)/ && $3 != 0 { print; bad = 1 } END { exit bad }' \
		"$TMP/$bystander/r" || return
	assert_bystander_unmoved
}

need_listeners
need_tool tc
ktap_plan 27
start_bystander
setup_ns near far far_client
slow_link "$far" "$far_client" 180ms
for cookies in 0 1 2; do
	for abort in 0 1; do
		overflow "$cookies" "$abort"
	done
done
check "abort=0: 30 last ACKs too many" late 0
check "abort=1: 30 last ACKs too many" late 1
check "other namespaces did not move" bystander_is_untouched
