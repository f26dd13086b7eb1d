#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# NAMESPACES namespaces come, have traffic and go, eight at a time, while one
# process reads all tables of those just living and dying, another those of a
# namespace that stays, and a third listens for alerts there. Afterwards the
# kernel's memory is what it was, and neither the namespace that stays nor the
# first one has moved.
#
# Kernels: each; kernels differ in how a namespace ends, and in what is freed when
# CPUs: parallel; namespaces are made, read and ended at the same time

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/stress.sh"

readonly NAMESPACES=${NAMESPACES:-200} WARM_UP=50
# a leak of all would be 4 kB a CPU and namespace, and some more of slab
readonly SLACK_KB=$((3072 + NAMESPACES / 2))

# The youngest one: it may be gone before the answer comes.
visit() {
	local all n=0
	trap - EXIT
	while :; do
		read -r -a all < <(children "$1")
		[ "${#all[@]}" -eq 0 ] && continue
		tcpulse_get -N "${all[-1]}" all >"$TMP/visit" 2>/dev/null && n=$((n + 1))
		echo "$n" >"$TMP/visits"
	done
}

start_visits() {
	echo 0 >"$TMP/visits"
	visit "$1" &
	visit_pid=$!
	disown "$visit_pid"
	defer kill -KILL "$visit_pid"
}

come_and_go() {
	local start pid
	start=$(now_ms)
	namespaces -n "$1" -p 8 lifecycles -t 1 -n 24 >"$TMP/namespaces" &
	pid=$!
	start_visits "$pid"
	wait "$pid"
	kill -KILL "$visit_pid"
	echo "# $1 namespaces, $((($(now_ms) - start) / $1)) ms each, $(<"$TMP/visits") readings" \
		"in them" >&3
	[ "$(<"$TMP/namespaces")" -eq "$1" ]
}

come_and_go_and_are_read() {
	come_and_go "$1" && [ "$(<"$TMP/visits")" -gt 0 ]
}

# The machine's own namespace is like any other; nothing of ours is in it.
first_did_not_move() {
	tcpulse_get transitions >"$TMP/first-after" && diff "$TMP/first" "$TMP/first-after" &&
		tcpulse_get all >"$TMP/first-all" && rows conserved "$TMP/first-all"
}

watch_heard_nothing() {
	kill "$watch_pid" && [ "$(<"$TMP/watch")" = watching ]
}

need_tcpulse
mark_log
ktap_plan 8
exec 3>&1
start_bystander
start_in "$bystander" tcpulse_set watch 86400 >"$TMP/watch" 2>&1
watch_pid=$started_pid
busywait 20 grep -q watching "$TMP/watch" || die "tcpulse_set watch: $(<"$TMP/watch")"
start_asking "$bystander"
tcpulse_get transitions >"$TMP/first"
check "warm-up" come_and_go "$WARM_UP"
keep_memory before
check "$NAMESPACES namespaces come and go, and are read" come_and_go_and_are_read "$NAMESPACES"
keep_memory after
check "reading never failed meanwhile" stop_asking "$bystander"
check "the kernel's memory did not grow" assert_memory before after "$SLACK_KB"
say_memory before after
check "the first namespace did not move" first_did_not_move
check "nor did the one that stays" assert_bystander_unmoved
check "and nobody there heard an alert" watch_heard_nothing
check "no message of the kernel" assert_no_splat
