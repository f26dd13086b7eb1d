#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each judgement is of its window: what goes on is told from what is over, and its cause
# is the one of the last minute. One wait of a little more than that is for all of them.
#
#   stale: many SYNs find the SYN queue full; when that is over, a few find no route back
#   few:   fewer buckets than TIME_WAIT, then enough
#   busy:  a connection every half second finds the accept queue full, until its listener
#          closes; the witness is nstat, read each second
#
# Kernels: any; when the module saw what it counts is not up to the kernel

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

# s: a minute in slots of five seconds, and a tick, which may come late
readonly MINUTE=60 SLACK=8
stale='' few='' busy=''

# screen NS FILTER: is jq's FILTER true of the bare screen?
screen() {
	"$cli" -N "$1" -j >"$TMP/screen" || return
	jq -e "$2" "$TMP/screen" >/dev/null || { jq -c .findings "$TMP/screen"; return 1; }
}

# of the SYN queue; the sentence is that of the text, too
old_cause_is_said() {
	screen "$stale" 'any(.findings[]; .id == "syns_dropped" and .severity == "problem" and
		(.cause | startswith("SYN queue full")) and .in_last_minute == .count)'
}

bucket_warns() {
	screen "$few" 'any(.findings[]; .id == "time_wait_refused" and .severity == "warning" and
		(.text | test("^! [0-9]+ connections got no TIME-WAIT in the last 60 s: ")))'
}

# nothing_warns NS: what is over is one note
nothing_warns() {
	screen "$1" '(.findings | length) == 1 and .findings[0].severity == "note" and
		.findings[0].in_last_minute == 0 and .findings[0].last_ms >= 60000 and
		(.findings[0].text | test(" none since .* ago"))'
}

no_mark() {
	! "$cli" -N "$1" | grep '^!'
}

# Nothing came in the last three seconds; what came in the last minute came less often
# than what is over.
new_cause_is_said() {
	nap 35
	screen "$stale" 'any(.findings[]; .id == "syns_dropped" and .severity == "problem" and
		(.cause | contains("no route back")) and .in_last_minute >= 3 and
		.in_last_minute * 2 < .count and (.last_ms // 0) >= 3000)'
}

# The table of causes has both, what goes on first.
table_tells_them_apart() {
	"$cli" -N "$stale" -j listeners | jq -e '[.findings[] | select(.in_last_minute != null) |
		[.id, .severity, .in_last_minute > 0]] == [["syn_full_drop", "note", false],
		["other_drop", "warning", true]]' >/dev/null
}

# --- the last minute and nstat -----------------------------------------------------

# uptime in ms and ListenDrops
note_drops() {
	local up
	read -r up _ </proc/uptime
	echo "$((${up/./} * 10)) $(in_ns "$busy" nstat -asz TcpExtListenDrops |
		awk '/ListenDrops/ { print $2 }')" >>"$TMP/drops"
}

# For a little more than a minute from the last refusal of the others on.
watch_drops() {
	local end=$((SECONDS + MINUTE + SLACK + 5))
	until [ "$SECONDS" -ge "$end" ]; do
		note_drops
		nap 10
	done
}

# minute NAME: drops of the last minute, of listeners and of those that are gone
minute() {
	"$cli" -N "$busy" -j listeners | jq -e '[.overflow.listening_minute, .overflow.gone_minute |
		.accept_full_syn + .accept_full_ack + .accept_full_cookie + .syn_full_drop +
		.max_syn_backlog + .other_drop] | add' && "$cli" -N "$busy" -j listeners >"$TMP/j"
}

# It is no less than what nstat grew in the 60 s before it was read, nor more than in
# those and the slack; nstat is read just before and just after.
minute_is_nstats() {
	local n
	note_drops
	n=$(minute) || return
	note_drops
	awk -v n="$n" -v least=$((MINUTE * 1000)) -v most=$(((MINUTE + SLACK) * 1000)) '
	{ at[NR] = $1; drops[NR] = $2 }
	END {
		low = high = -1
		for (i = 1; i < NR; i++) {
			if (at[NR] - at[i] <= least && low < 0)
				low = drops[NR - 1] - drops[i]
			if (at[NR - 1] - at[i] >= most)
				high = drops[NR] - drops[i]
		}
		if (high > 0 && low <= n && n <= high && drops[NR] - drops[1] > n)
			exit 0
		print "minute " n ", nstat " low " to " high ", in all " drops[NR] - drops[1]
		exit 1
	}' "$TMP/drops"
}

# Each listener's are summed; the text says the same.
rows_add_up() {
	minute >/dev/null || return
	jq -e '([.listener[].refusals_minute.accept_full_syn] | add) ==
		.overflow.listening_minute.accept_full_syn' "$TMP/j" >/dev/null
}

closed_are_said() {
	kill -KILL "$serve" "$hold"
	busywait 20 screen "$busy" 'any(.findings[]; .id == "closed_refused" and
		.severity == "warning" and .in_last_minute > 0)' && minute_is_nstats
}

# --- traffic ---------------------------------------------------------------------------

make_stale() {
	set_sysctl "$stale" ipv4.tcp_syncookies 0
	start_overload "$stale" serve serve -a 0 v4,7001,2 v4,7002,64
	start_overload "$stale" hold hold -m -n 40 127.0.0.1,7001
	hold_stale=$started_pid
}

make_few() {
	set_sysctl "$few" ipv4.tcp_max_tw_buckets 2
	start_hold "$few" time-wait=2
	in_ns "$few" lifecycles -t 1 -n 20 -o half-close >/dev/null
}

make_busy() {
	set_sysctl "$busy" ipv4.tcp_syncookies 0
	start_overload "$busy" serve serve -a 0 v4,7001,2
	serve=$started_pid
	start_in "$busy" overload hold -i 500 -n 400 127.0.0.1,7001 >/dev/null 2>&1
	hold=$started_pid
}

# The cause of before is over.
end_causes() {
	kill -KILL "$hold_stale"
	set_sysctl "$stale" ipv4.tcp_syncookies 1
	set_sysctl "$few" ipv4.tcp_max_tw_buckets 8192
}

no_way_back() {
	in_ns "$stale" blamed syns 4 127.0.0.1 7001 7002 >/dev/null
}

need_listeners
need_cli
need_tool jq
ktap_plan 12
setup_ns stale few busy
make_stale
make_few

check "SYNs are dropped now, and why" busywait 30 old_cause_is_said
check "TIME-WAIT gets no bucket now" busywait 30 bucket_warns
make_busy
end_causes
watch_drops
check "dropped SYNs are over" busywait 30 nothing_warns "$stale"
check "no warning of them" no_mark "$stale"
check "buckets are over" busywait 30 nothing_warns "$few"
check "no warning of these" no_mark "$few"
check "the last minute is nstat's" minute_is_nstats
check "it is that of all listeners" busywait 20 rows_add_up
check "SYNs without a route back" no_way_back
check "the cause is that of now, every three seconds" new_cause_is_said
check "what goes on comes first" table_tells_them_apart
check "of a listener that has closed" closed_are_said
