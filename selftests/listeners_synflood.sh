#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# SYNs from invented addresses, IPv4 against one listener, IPv6 against three that
# share a port, with SYN cookies off, on demand and always: what becomes of each
# equals the kernel's counters, listener by listener in a frozen flood. Without
# cookies the queues of 1000 never fill: tcp_max_syn_backlog refuses before.
#
#   invented peers --- raw sockets, lo ---> 198.51.100.1, backlog 200
#                                           2001:db8:5::1, three times 1000
#
# Kernels: source; the kernel decides which SYN is dropped, queued or answered with a
#   cookie

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

readonly SYNS=2500 MAX_SYN_BACKLOG=512
ns=''

# start_flood NAME SYNFLOOD-ARGUMENT...
start_flood() {
	local name=$1
	shift
	start_in "$ns" synflood "$@" -n "$SYNS" -r 1200 >"$TMP/$ns/$name" 2>&1
	busywait 20 says_ready "$TMP/$ns/$name" || die "synflood: $(<"$TMP/$ns/$name")"
}

# flooded NAME: both numbers are there
flooded() {
	grep -qE '^[0-9]+ [0-9]+$' "$TMP/$ns/$1"
}

# await_end NAME PID; a process that went wrong has said so
await_end() {
	busywait 60 has_ended "$1" "$2"
	flooded "$1" && return
	grep -s State "/proc/$2/status"
	cat "/proc/$2/stack" "$TMP/$ns/$1"
	die "synflood does not end"
}

has_ended() {
	flooded "$1" || is_gone "$2"
}

refused_some() {
	[ "$(tcpulse_get -N "$ns" overflow |
		awk '$1 == "listening" { n += $3 } END { print n + 0 }')" -gt 200 ]
}

# which listener refuses for what reason
causes() {
	case $1 in
	0) assert_causes "$ns" "syn-full-drop>0" "max-syn-backlog>0" other-drop=0 \
		syn-full-cookie=0 syn-always-cookie=0 cookies-sent=0 &&
		column_is "$ns" max-syn-backlog inet 0 &&
		column_is "$ns" syn-full-drop inet6 0 0 0 ;;
	1) assert_causes "$ns" "syn-full-cookie>0" "cookies-sent>0" syn-full-drop=0 \
		max-syn-backlog=0 syn-always-cookie=0 ;;
	2) assert_causes "$ns" "syn-always-cookie>0" "cookies-sent>0" syn-full-drop=0 \
		max-syn-backlog=0 syn-full-cookie=0 ;;
	esac
}

# all members of the group had some SYNs
all_have_a_share() {
	local name=syn-peak
	[ "$1" -ne 2 ] || name=syn-always-cookie
	! column "$ns" "$name" inet6 | grep -qx 0 || { cat "$TMP/$ns/r"; return 1; }
}

# most_is FAMILY N: of each of its listeners, or one more, as two CPUs may each let in
# the last one. A kernel with one CPU was seen to add one to a queue of 201, by its own
# count and in one softirq; how that passed its look before is not known.
most_is() {
	local peak
	for peak in $(column "$ns" syn-peak "$1"); do
		[ $((peak - $2)) -ge 0 ] && [ $((peak - $2)) -le 1 ] && continue
		echo "syn-peak of $1: $peak, not $2"
		return 1
	done
}

# A SYN queue that the kernel calls full holds one more than its limit; those of
# the group stop when but a quarter of tcp_max_syn_backlog is left.
queues_are_full() {
	most_is inet 201 || return
	[ "$1" -ne 0 ] || most_is inet6 $((MAX_SYN_BACKLOG - (MAX_SYN_BACKLOG >> 2) + 1))
}

# The tool tells the limit that held for each SYN queue, and where it is less than that
# of listen(2), why.
# shellcheck disable=SC2016 # jq's own
limits_are_said() {
	local note='3 SYN queues hold SYNs of new peers up to 384, whatever the limit of listen(2): three quarters of net.ipv4.tcp_max_syn_backlog (512), as net.ipv4.tcp_syncookies is 0'
	"$cli" -N "$ns" -j listeners >"$TMP/said" && "$cli" -N "$ns" listeners >"$TMP/text" || return
	if [ "$1" -ne 0 ]; then
		jq -e '[.listener[] | .syn_limit == .limit] | all' "$TMP/said" >/dev/null &&
			! grep 'whatever the limit' "$TMP/text"
		return
	fi
	jq -e '[.listener[] | .syn_queue.peak - .syn_limit | . >= 1 and . <= 2] | all' "$TMP/said" \
		>/dev/null && grep -qxF "$note" "$TMP/text" && "$cli" -N "$ns" >"$TMP/screen" &&
		grep -qE 'fullest SYN queue (38[45]/384|20[01]/200) at' "$TMP/screen" && return
	cat "$TMP/said" "$TMP/text" "$TMP/screen"
	return 1
}

# flood COOKIES
flood() {
	local pids one
	setup_ns ns
	setup_sink "$ns"
	set_sysctl "$ns" ipv4.tcp_syncookies "$1"
	set_sysctl "$ns" ipv4.tcp_max_syn_backlog "$MAX_SYN_BACKLOG"
	# however slowly the SYNs come, those before them are still there
	set_sysctl "$ns" ipv4.tcp_synack_retries 100
	# a peer that the kernel remembers would get in beyond that
	set_sysctl "$ns" ipv4.tcp_no_metrics_save 1
	start_flood one -4 -b 200
	one=$started_pid
	start_flood three -6 -b 1000 -c 3 -s 2
	pids="$one $started_pid"
	busywait 20 refused_some || die "nothing is refused"
	# shellcheck disable=SC2086 # a list
	freeze $pids
	check "syncookies=$1: frozen: the kernel's numbers, and ss's" assert_refusals "$ns"
	# shellcheck disable=SC2086
	thaw $pids
	await_end one "$one"
	await_end three "$started_pid"
	check "syncookies=$1: the kernel's numbers, and ss's" assert_refusals "$ns"
	check "syncookies=$1: causes" causes "$1"
	check "syncookies=$1: all of the group have their share" all_have_a_share "$1"
	[ "$1" -eq 2 ] || check "syncookies=$1: peaks of the SYN queues" queues_are_full "$1"
	check "syncookies=$1: the limits of the SYN queues are said" limits_are_said "$1"
	# shellcheck disable=SC2086
	kill -KILL $pids
	for pid in $pids; do
		wait_gone "$pid" 10
	done
	check "syncookies=$1: gone: the kernel's numbers" assert_refusals "$ns"
}

need_listeners
need_cli
need_tool jq
ktap_plan 20
for cookies in 0 1 2; do
	flood "$cookies"
done
