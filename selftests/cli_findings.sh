#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What is wrong is data: the array "findings" of JSON has the id of each thing that was
# provoked, and its sentence is a line of the text.
#
#   busy: backlogs clipped by somaxconn, an accept queue that is full, no port left
#   few:  fewer buckets than TIME_WAIT
#   idle: nothing
#
# Kernels: any; the tool judges what it was answered, whatever kernel that was

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

busy='' few='' idle=''

# findings NS ARGUMENT...: id and sentence of each, between tabs
findings() {
	local ns=$1
	shift
	"$cli" -N "$ns" -j "$@" | jq -er '.findings[] | [.id, .text] | join("\t")'
}

# says_both ID NS ARGUMENT...: JSON has it once or more; each sentence is a line
says_both() {
	local id=$1 ns=$2 sentence
	shift 2
	findings "$ns" "$@" >"$TMP/findings" || return
	"$cli" -N "$ns" "$@" >"$TMP/text" || return
	grep -q "^$id	" "$TMP/findings" || { cat "$TMP/findings"; return 1; }
	while IFS=$'\t' read -r _ sentence; do
		grep -qxF -e "$sentence" "$TMP/text" || { echo "no line: $sentence"; return 1; }
	done < <(grep "^$id	" "$TMP/findings")
}

# has ID FILTER NS ARGUMENT...: a finding of that id for which jq's FILTER is true
has() {
	local id=$1 filter=$2 ns=$3
	shift 3
	"$cli" -N "$ns" -j "$@" | jq -e --arg id "$id" \
		"any(.findings[]; .id == \$id and ($filter))" >/dev/null
}

# Text has the causes in columns, and how long ago each was seen.
cause_is_a_row() {
	has accept_full_syn '.count > 0 and .evidence == "SYNs" and .in_last_minute > 0' \
		"$busy" listeners || return
	"$cli" -N "$busy" listeners | sed 's/ [0-9][0-9]:[0-9:]* / /' | tr -s ' ' >"$TMP/text"
	"$cli" -N "$busy" -j listeners | jq -er '.findings[] | select(.id == "accept_full_syn") |
		[.subject, .in_last_minute, .count, .evidence, .cause] | join(" ")' \
		>"$TMP/rows" || return
	! grep -vxFf "$TMP/text" "$TMP/rows"
}

holders_are_named() {
	has accept_queue_full '.subject == "0.0.0.0:7001" and .severity == "problem" and
		(.holders | test("^overload\\([0-9]+\\)$"))' "$busy"
}

holders_if_asked() {
	has limit_clipped 'has("holders") | not' "$busy" listeners &&
		has limit_clipped '.holders | test("^overload")' "$busy" listeners -p
}

ports_run_out() {
	has ports_used_up '.subject == "127.0.0.1 to 127.0.0.1:7001" and .count >= 40' "$busy" \
		timewait --headroom
}

# limits_are_bounded: five of the eight that were clipped
limits_are_bounded() {
	"$cli" -N "$busy" -j listeners | jq -e '[.findings[].id | select(. == "limit_clipped")] |
		length == 5' >/dev/null && says_both limits_more "$busy" listeners
}

parameters_are_judged() {
	says_both param_no_effect "$idle" tune &&
		has param_no_effect '.subject == "tcp_max_syn_backlog" and .severity == "note" and
			.cause == "tcp_syncookies is 1"' "$idle" tune &&
		has syncookies_never '.subject == "tcp_syncookies"' "$busy" tune &&
		says_both ports_parity "$few" tune ip_local_port_range &&
		has time_wait_full '.severity == "warning" and .count >= 2' "$few" tune
}

# Of the others nothing is said.
only_what_is_named() {
	says_both param_about "$idle" tune tcp_fin_timeout &&
		"$cli" -N "$idle" -j tune tcp_fin_timeout | jq -e '[.findings[].subject] ==
			["tcp_fin_timeout"]' >/dev/null
}

# Of what is set as it would be then.
settings_are_judged() {
	has syncookies_always '.subject == "tcp_syncookies"' "$idle" tune set tcp_syncookies=2 \
		--dry-run && "$cli" -N "$idle" tune set tcp_syncookies=2 --dry-run |
		grep -qx 'tcp_syncookies: SYNs are answered with a cookie, full queue or not'
}

# next_listen ID BACKLOG NEXT: what is said of a listener that asked for 64, of which
# it got 4, when that is its limit
next_listen() {
	local finding id next text
	finding=$("$cli" -N "$busy" -j tune listener :7001 "backlog=$2" --dry-run |
		jq -er '.findings[0] | [.id, .next // "-", .text] | join("\t")') || return
	IFS=$'\t' read -r id next text <<<"$finding"
	[[ "$id $next" =~ ^$1\ $3$ ]] || { echo "$finding"; return 1; }
	"$cli" -N "$busy" tune listener :7001 "backlog=$2" --dry-run >"$TMP/text" &&
		grep -qxF -e "note: $text" "$TMP/text"
}

next_listens_are_judged() {
	next_listen next_listen_same 4 - &&
		next_listen next_listen_clipped 64 'tcpulse -N .* set somaxconn=64.*, then reload overload' &&
		next_listen next_listen_less 65 'have it ask for 65, and: tcpulse .* set somaxconn=65'
}

nothing_is_found() {
	local words
	for words in '' listeners 'listeners -g' timewait 'timewait --headroom'; do
		# shellcheck disable=SC2086 # words
		"$cli" -N "$idle" -j $words | jq -e '.findings == []' >/dev/null ||
			{ echo "tcpulse $words"; return 1; }
	done
}

# Who finds the queue full goes on trying, now and then.
make_busy() {
	set_sysctl "$busy" core.somaxconn 4
	set_sysctl "$busy" ipv4.tcp_syncookies 0
	set_sysctl "$busy" ipv4.ip_local_port_range "40000 40039"
	start_overload "$busy" serve serve -a 0 v4,7001,64 v4,7002,64,7
	start_overload "$busy" hold hold -n 40 127.0.0.1,7001
}

make_few() {
	set_sysctl "$few" ipv4.tcp_max_tw_buckets 2
	set_sysctl "$few" ipv4.ip_local_port_range "40000 50000"
	start_hold "$few" time-wait=2
	in_ns "$few" lifecycles -t 1 -n 20 -o half-close >/dev/null
}

need_listeners
need_cli
need_tool jq
ktap_plan 16
setup_ns busy few idle
make_busy
make_few

check "a full accept queue" busywait 60 says_both accept_queue_full "$busy"
check "and who has it" holders_are_named
check "a clipped backlog" says_both limit_clipped "$busy" listeners
check "and who has it, when asked" holders_if_asked
check "a clipped backlog, by groups" says_both limit_clipped "$busy" listeners -g
check "so many limits are explained" limits_are_bounded
check "why connections were refused" busywait 60 cause_is_a_row
check "ports that run out" ports_run_out
check "no TIME-WAIT bucket" says_both time_wait_refused "$few"
check "no TIME-WAIT bucket, in its own command" has time_wait_refused '.count > 0' "$few" timewait
check "few TIME-WAIT buckets" says_both time_wait_scarce "$few" timewait
check "parameters" parameters_are_judged
check "a parameter that is named" only_what_is_named
check "what is to be set" settings_are_judged
check "a limit until the next listen(2)" next_listens_are_judged
check "nothing wrong, nothing found" nothing_is_found
