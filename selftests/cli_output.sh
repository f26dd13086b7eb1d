#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the tool prints is what the module answered (as tcpulse_get, which shares
# no code with it, reads it): JSON of states, transitions and info, text of
# states and transitions, and the Graphviz digraph.
#
# Kernels: any; the tool writes down what it was answered, whatever kernel that was

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

ns=''

# JSON spells states its own way: lower case, underscores, ESTAB in full.
json_spelling() {
	tr 'A-Z-' 'a-z_' | sed 's/\bestab\b/established/g'
}

tool() {
	"$cli" -N "$ns" "$@"
}

same() {
	sort "$1" >"$1.sorted"
	sort "$2" | diff "$1.sorted" - && [ -s "$1" ]
}

json_states() {
	tcpulse_get -N "$ns" states | json_spelling >"$TMP/want"
	tool -j states | jq -er '.state[] | [.family, .state, .now, .peak, .peak_minute,
		.baseline, .entered, .left] | join(" ")' >"$TMP/got" && same "$TMP/want" "$TMP/got"
}

json_time_wait() {
	tcpulse_get -N "$ns" time-wait >"$TMP/want"
	tool -j states | jq -er '.time_wait | [.alive, .limit, .created, .refused, .expired,
		.reset, .reused, .other] | join(" ")' >"$TMP/got" && same "$TMP/want" "$TMP/got"
}

json_transitions() {
	tcpulse_get -N "$ns" transitions | json_spelling >"$TMP/want"
	tool -j transitions | jq -er '.transition[] | [.family, .from, .to, .reason // "_",
		.count] + (if .unexpected then ["unexpected"] else [] end) | join(" ")' >"$TMP/got" &&
		same "$TMP/want" "$TMP/got"
}

json_info() {
	tcpulse_get -N "$ns" info | grep -v counting-ms >"$TMP/want"
	tool -j info | jq -er '(to_entries[] | select(.key | IN("version", "kernel", "tune", "since_s",
		"baseline_us", "adopted", "lost_events", "lost_fin_wait_2", "unexpected", "below_zero",
		"addrform", "began_us")) |
		(.key | gsub("_"; "-") | sub("fin-wait-2"; "fin-wait-2")) + " " + (.value | tostring)),
		(.hook[] | "hook " + .name + (if .attached then " 1" else " 0" end))' >"$TMP/got" &&
		same "$TMP/want" "$TMP/got"
}

one_family() {
	tcpulse_get -6 -N "$ns" states | json_spelling | cut -d' ' -f1-3 >"$TMP/want"
	tool -6 -j states | jq -er '.state[] | [.family, .state, .now] | join(" ")' >"$TMP/got" &&
		same "$TMP/want" "$TMP/got"
}

text_states() {
	tcpulse_get -N "$ns" states | awk '{ n[$2] += $3; f[$1, $2] = $3 }
		END { for (s in n) print s, n[s], f["inet", s], f["inet6", s] }' >"$TMP/want"
	tool -H states | awk '{ print $1, $2, $3, $4 }' >"$TMP/got" && same "$TMP/want" "$TMP/got"
}

text_transitions() {
	tcpulse_get -N "$ns" transitions | awk '{ k = $2 " " $3 " " $4; n[k] += $5 }
		END { for (k in n) print k, n[k] }' >"$TMP/want"
	tool -H transitions | awk '{ print $1, $2, (NF > 5 ? $6 : "-"), $3 }' >"$TMP/got" &&
		same "$TMP/want" "$TMP/got"
}

dot_edges() {
	tool transitions --dot >"$TMP/dot" || return
	if command -v dot >/dev/null; then
		dot -Tcanon "$TMP/dot" >/dev/null || return
	fi
	head -n 1 "$TMP/dot" | grep -q '^digraph .*{$' && tail -n 1 "$TMP/dot" | grep -qx '}' || return
	tcpulse_get -N "$ns" transitions | awk '{ k = $2 " " $3 " " $4; n[k] += $5 }
		END { for (k in n) print k, n[k] }' >"$TMP/want"
	sed -nE 's/^ +"([^"]+)" -> "([^"]+)" \[label="(([a-z]+) )?([0-9]+)".*/\1 \2 \4 \5/p' "$TMP/dot" |
		awk 'NF == 3 { print $1, $2, "-", $3; next } { print }' >"$TMP/got"
	same "$TMP/want" "$TMP/got"
}

# One JSON object a reading, each on its own, and rates against the last one.
json_stream() {
	tool -j states -i 0.2 -c 3 | jq -es 'length == 3 and .[2].interval_ms >= 150 and
		(.[1].state | length) == 20' >/dev/null
}

no_color_in_pipes() {
	! tool --color=auto | grep -q $'\033'
}

need_tcpulse
need_cli
need_tool jq
ktap_plan 11
start_bystander
setup_ns ns
start_hold "$ns" listen=1 estab=3 syn-sent=2 syn-recv-full=1 fin-wait-2=2 \
	fin-wait-2-orphan=1 last-ack=1 closing=1 time-wait=2
in_ns "$ns" twend reset 2 >/dev/null
snapshot "$ns" || die "sockets held are not at rest"

check "JSON of states" json_states
check "JSON of TIME_WAIT" json_time_wait
check "JSON of transitions" json_transitions
check "JSON of info" json_info
check "one family only" one_family
check "text of states" text_states
check "text of transitions" text_transitions
check "digraph of transitions" dot_edges
check "a stream of JSON objects" json_stream
check "no colours in a pipe" no_color_in_pipes
check "other namespaces did not move" assert_bystander_unmoved
