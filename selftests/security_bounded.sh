#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a plain account can make the module do has bounds. A dump that nobody
# reads on holds nothing up: other requests, listen() and close(), namespaces
# that end, changes; and unloading says at once that the module is in use, until
# the reader has gone on or is gone. A member of the group who does not read
# loses messages, nobody else does. Changes that are refused leave nothing behind.
# Listeners that come and go as fast as can be leave no more behind than those of
# some seconds.
#
# Kernels: any; the bounds are the module's own, and those of netlink, which kernels
#   have in common
# RCU: normal; records of closed listeners go when a grace period is over, and what
#   waits for it is measured

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/tune.sh"

readonly NOBODY=65534 LISTENERS=${LISTENERS:-400}
# Rows the history has room for, and requests that make more, 8 each.
readonly HISTORY=256 REQUESTS=40

many='' gone='' peer='' dumper='' dump_orders='' slab_before=0 most=0 relisteners=()

nobody() {
	setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups --inh-caps=-all -- "$@"
}

# --- a dump half way ---------------------------------------------------------------

start_listeners() {
	mkfifo "$TMP/listeners"
	start_in "$many" manylisteners -n "$LISTENERS" <>"$TMP/listeners" >"$TMP/many"
	busywait 30 says_ready "$TMP/many" || die "manylisteners: $(<"$TMP/many")"
}

# sets dumper
start_dump() {
	rm -f "$TMP/orders"
	mkfifo "$TMP/orders"
	exec {dump_orders}<>"$TMP/orders"
	start_in "$many" setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups \
		--inh-caps=-all -- slowdump <"$TMP/orders" >"$TMP/dump" 2>&1
	dumper=$started_pid
	busywait 10 grep -qx paused "$TMP/dump" || die "slowdump: $(<"$TMP/dump")"
}

still_paused() {
	[ "$(<"$TMP/dump")" = paused ] && ! is_gone "$dumper"
}

# Not within a second, as nothing is measured here, but before a time-out would.
soon() {
	within 20 "$@" || { echo "$*: status $?"; return 1; }
}

soon_in() {
	local ns=$1
	shift
	soon nsenter --net="/run/netns/$ns" -- "$@"
}

others_are_answered() {
	local op
	for op in all segments refusals params changes pending timewait; do
		soon tcpulse_get -N "$many" "$op" >"$TMP/answer" || return
	done
	[ "$(tcpulse_get -N "$many" listeners | wc -l)" -eq "$LISTENERS" ] && still_paused
}

listeners_in() {
	tcpulse_get -N "$1" states | awk '$2 == "LISTEN" { n += $3 } END { print n }'
}

applications_go_on() {
	soon_in "$many" relisten 0.2 >"$TMP/relisten" || return
	[ "$(listeners_in "$many")" = "$LISTENERS" ] && still_paused
}

changes_go_on() {
	soon_in "$many" tcpulse_set tcp_fin_timeout=7 confirm=60 >"$TMP/set" &&
		soon_in "$many" tcpulse_set revert >"$TMP/set" && still_paused
}

has_no_link() {
	! ip -n "$peer" link show eth0 >/dev/null 2>&1
}

# The other end of its link goes with it.
namespaces_end() {
	setup_ns gone peer
	setup_veth "$gone" "$peer"
	soon ip netns del "$gone" || return
	busywait 60 has_no_link || { echo "a namespace does not end"; return 1; }
	still_paused
}

# unload_is_refused: at once, and the module goes on
unload_is_refused() {
	local status=0
	within 20 rmmod tcpulse >"$TMP/rmmod" 2>&1 || status=$?
	cat "$TMP/rmmod"
	[ "$status" -eq 1 ] && grep -q 'in use' "$TMP/rmmod" && module_is_loaded && still_paused
}

reader_gets_the_rest() {
	echo on >&"$dump_orders"
	wait_gone "$dumper" 20 || return
	cat "$TMP/dump"
	# a listener came and went meanwhile
	grep -qx "rows=$LISTENERS parts=[0-9]* interrupted=1 error=0" "$TMP/dump"
}

# A dump whose reader is killed is no dump any more.
unloads() {
	start_dump
	unload_is_refused || return
	kill -KILL "$dumper"
	wait_gone "$dumper" 10 || return
	exec {dump_orders}>&-
	busywait 10 unload_module && load_module
}

# --- a member that does not read ------------------------------------------------------

# Reads only after all changes have been made; it takes the privilege to join.
changes_are_made() {
	local i
	start_in "$many" tcpulse_set watch 200 >"$TMP/watch" 2>&1
	busywait 10 grep -qx watching "$TMP/watch" || { cat "$TMP/watch"; return 1; }
	freeze "$started_pid"
	for ((i = 0; i < REQUESTS; i++)); do
		soon_in "$many" tcpulse_set tcp_rfc1337=$((1 - i % 2)) \
			tcp_{fin_timeout,syn_retries,synack_retries,orphan_retries}=$((10 + i % 2)) \
			tcp_keepalive_{time,intvl,probes}=$((10 + i % 2)) >"$TMP/set" || return
		[ "$(grep -c action=set "$TMP/set")" -eq 8 ] || { cat "$TMP/set"; return 1; }
	done
	kill -KILL "$started_pid"
}

history_is_bounded() {
	[ "$(tcpulse_get -N "$many" changes | wc -l)" -eq "$HISTORY" ]
}

# --- what is refused ------------------------------------------------------------------

refused_leaves_nothing() {
	local i
	tcpulse_get -N "$many" changes >"$TMP/before"
	for ((i = 0; i < 20; i++)); do
		in_ns "$many" setpriv --reuid="$NOBODY" --clear-groups --inh-caps=-all -- \
			tcpulse_set tcp_fin_timeout=7 confirm=60 >"$TMP/set" 2>&1 && return 1
		grep -q error=EPERM "$TMP/set" || { cat "$TMP/set"; return 1; }
	done
	tcpulse_get -N "$many" changes | cmp - "$TMP/before" &&
		[ -z "$(tcpulse_get -N "$many" pending)" ]
}

# --- memory -------------------------------------------------------------------------------

slab_kb() {
	awk '$1 == "SUnreclaim:" { print $2 }' /proc/meminfo
}

# What a record may take, with all that a kernel adds that looks for errors.
record_bytes() {
	if grep -q '^kmemleak_object' /proc/slabinfo; then
		echo 4096
	else
		echo 1024
	fi
}

# start_relistening SECONDS: by a plain user, on each CPU; sets relisteners
start_relistening() {
	local cpu
	relisteners=()
	for ((cpu = 0; cpu < $(nproc); cpu++)); do
		start_in "$many" taskset -c "$cpu" setpriv --reuid="$NOBODY" --clear-groups \
			--inh-caps=-all -- relisten "$1" >"$TMP/relisten-$cpu" 2>&1
		relisteners+=("$started_pid")
	done
}

relistening_ended() {
	local pid
	for pid in "${relisteners[@]}"; do
		is_gone "$pid" || return
	done
}

looked_to_the_end() {
	local now
	now=$(slab_kb)
	most=$((now > most ? now : most))
	relistening_ended
}

is_cleared() {
	[ $(($(slab_kb) - slab_before)) -lt 8192 ]
}

# Records of closed listeners are cleared away once a second, when RCU has waited:
# there are never more than those of some seconds, more where all takes longer, and
# none in the end.
memory_is_bounded() {
	local seconds=12 times limit
	slab_before=$(slab_kb) most=0
	start_relistening "$seconds"
	busywait $((seconds + 60)) looked_to_the_end || { echo "they do not end"; return 1; }
	times=$(awk '{ n += $1 } END { print n + 0 }' "$TMP"/relisten-*)
	limit=$((times * 4 * slow * $(record_bytes) / seconds / 1024 + 8192))
	echo "$times times in $seconds s: up to $((most - slab_before)) kB more, limit $limit kB"
	[ "$times" -gt 0 ] && [ $((most - slab_before)) -le "$limit" ] || return
	busywait 60 is_cleared || { echo "in the end $(($(slab_kb) - slab_before)) kB more"; return 1; }
}

need_reload
load_module || die "the module cannot be loaded"
need_tune
need_tool setpriv taskset
nobody test -x "$SELFTESTS/traffic/slowdump" || skip_all "plain users cannot run our programs"
mark_log
ktap_plan 12
setup_ns many
start_listeners
start_dump
check "a dump half way: others are answered" others_are_answered
check "a dump half way: listeners come and go" applications_go_on
check "a dump half way: changes are made and put back" changes_go_on
check "a dump half way: namespaces end" namespaces_end
check "a dump half way: unloading is refused at once" unload_is_refused
check "a dump half way: goes on, and says that it was interrupted" reader_gets_the_rest
check "a dump half way, its reader killed: the module unloads" unloads
check "a member that does not read: changes are made" changes_are_made
check "history has its bound" history_is_bounded
check "what is refused leaves nothing" refused_leaves_nothing
check "listeners that come and go all the time: memory" memory_is_bounded
unload_module
check "no message of the kernel" assert_no_splat
