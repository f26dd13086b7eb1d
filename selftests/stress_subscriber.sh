#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Of two who listen for alerts one is stopped while ALERTS come, more than its
# socket holds. The other hears each, in order; values and history are right, and
# what the kernel keeps for the stopped one has its bound. When it goes on it reads
# what was kept and is told that the rest is lost.
#
# Kernels: any; what a socket keeps, and what is lost, is decided by netlink, which
#   kernels have in common

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/stress.sh"

readonly ALERTS=${ALERTS:-1000}
# parameters of one change, each a row
readonly NAMES="tcp_abort_on_overflow tcp_fastopen tcp_migrate_req tcp_orphan_retries
	tcp_rfc1337 tcp_synack_retries tcp_syncookies tcp_tw_reuse"
readonly ROWS=8
ns=''

# socket PID: "Rmem Drops" of its netlink socket
socket() {
	in_ns "$ns" cat /proc/net/netlink | awk -v pid="$1" '$3 == pid { print $5, $9 }'
}

# start_watch NAME: sets started_pid
start_watch() {
	start_in "$ns" tcpulse_set watch 86400 >"$TMP/$1" 2>&1
	busywait 20 grep -qx watching "$TMP/$1" || die "tcpulse_set watch: $(<"$TMP/$1")"
}

# set_all VALUE
set_all() {
	local words=() name
	for name in $NAMES; do
		words+=("$name=$1")
	done
	in_ns "$ns" tcpulse_set "${words[@]}"
}

change() {
	local i
	for ((i = 0; i < ALERTS / ROWS; i++)); do
		set_all $((i % 2 ? 0 : 1)) >"$TMP/set" || { cat "$TMP/set"; return 1; }
		[ "$(grep -c 'action=set' "$TMP/set")" -eq "$ROWS" ] || { cat "$TMP/set"; return 1; }
	done
}

# sequences FILE: the numbers of its rows
sequences() {
	sed -n 's/^sequence=\([0-9]*\) .*/\1/p' "$1"
}

has_heard_all() {
	[ "$(sequences "$TMP/awake" | wc -l)" -eq $((ALERTS / ROWS * ROWS)) ]
}

heard_in_order() {
	busywait 30 has_heard_all || { echo "$(sequences "$TMP/awake" | wc -l) rows"; return 1; }
	sequences "$TMP/awake" | awk -v last="$first" '$1 != ++last { print $1, "after", last - 1
		exit bad = 1 } END { exit bad }' && [ "$(socket "$awake")" = "0 0" ]
}

values_and_history() {
	local name last=$(((ALERTS / ROWS - 1) % 2 ? 0 : 1)) value
	for name in $NAMES; do
		value=$(in_ns "$ns" cat "/proc/sys/net/ipv4/$name")
		[ "$value" -eq "$last" ] || { echo "$name is $value, not $last"; return 1; }
	done
	tcpulse_get -N "$ns" changes >"$TMP/changes"
	sequences "$TMP/changes" | diff - <(sequences "$TMP/awake" | tail -n 256)
}

# The kernel takes one more message than fits, and counts twice what is allowed.
is_bounded() {
	local kept drops
	read -r kept drops < <(socket "$asleep")
	echo "$kept bytes kept, $drops lost"
	echo "# $kept bytes kept, $drops lost" >&3
	[ "$drops" -gt 0 ] && [ "$kept" -le $(($(</proc/sys/net/core/rmem_default) + 8192)) ]
}

was_told() {
	thaw "$asleep"
	busywait 20 grep -q 'No buffer space' "$TMP/asleep" || { tail "$TMP/asleep"; return 1; }
	busywait 10 is_gone "$asleep"
}

need_tcpulse
mark_log
exec 3>&1
ktap_plan 8
start_bystander
setup_ns ns
set_all 0 >/dev/null || die "tcpulse_set"
first=$(tcpulse_get -N "$ns" changes | sed -n '$s/^sequence=\([0-9]*\) .*/\1/p')
start_watch asleep
asleep=$started_pid
start_watch awake
awake=$started_pid
freeze "$asleep"
keep_memory before
check "$ALERTS changes while one who listens is stopped" change
check "another hears all, in order" heard_in_order
check "values are as set last, the history is complete" values_and_history
check "what is kept for the stopped one has its bound" is_bounded
keep_memory after
check "the kernel's memory did not grow" assert_memory before after 4096
check "it is told that it lost some" was_told
check "other namespaces did not move" assert_bystander_unmoved
check "no message of the kernel" assert_no_splat
