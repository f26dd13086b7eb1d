#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tcpulse audit finds all numbers equal at rest, and raises no false alarm under
# traffic that never stops: it says equal or bracketed, not different.
#
# Kernels: each; the witnesses of an audit are tables and counters of the kernel
# Older: one; what an audit compares is compared by the other tests on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

ns=''

# audit_says SECONDS RESULT...: exit status 0, one of these results, and rows; what is
# not equal until then is bracketed
audit_says() {
	local seconds=$1 status=0 result
	shift
	within 60 "$cli" -N "$ns" -j audit --timeout "$seconds" >"$TMP/audit" 2>"$TMP/err" || status=$?
	result=$(jq -er '.result' "$TMP/audit")
	echo "status $status, ${result:-no result}"
	jq -c '(.population[], .check[]) | select(.result == "differs")' "$TMP/audit"
	cat "$TMP/err"
	[ "$status" -eq 0 ] && [[ " $* " == *" $result "* ]] &&
		jq -e '(.population | length) == 20' "$TMP/audit" >/dev/null
}

# The witness column is ss's numbers, not the module's twice.
witness_is_ss() {
	snapshot "$ns" || return
	within 60 "$cli" -N "$ns" -j audit | jq -er '.population[] |
		[.family, .state, .witness] | join(" ")' | sort >"$TMP/witness"
	awk '{ print ($4 ~ /^(\[|\*:)/ ? "inet6" : "inet"), $1 }' "$TMP/$ns/ss" | sort | uniq -c |
		awk '{ print $2, $3, $1 }' | tr 'A-Z-' 'a-z_' | sed 's/ estab / established /' |
		sort >"$TMP/ss"
	grep -v ' 0$' "$TMP/witness" | diff - "$TMP/ss"
}

busy_without_alarm() {
	audit_says 3 equal bracketed && audit_says 3 equal bracketed
}

# was_moved NAME: while the last audit ran
was_moved() {
	jq -e --arg name "$1" '.segments_compared and
		any(.check[]; .name == $name and .witness > 0)' "$TMP/audit" >/dev/null
}

# An audit is short: so many until the kernel has counted each of these in one of them.
segments_agree() {
	local syns='' resets='' n
	for ((n = 0; n < 200; n++)); do
		audit_says 3 equal bracketed || return
		! was_moved active_opens || syns=1
		! was_moved out_rsts || resets=1
		[ "$syns$resets" != 11 ] || return 0
	done
	echo "$n audits, SYNs ${syns:-none}, RSTs ${resets:-none}"
	return 1
}

# What is made of segments is not there when they are not counted, and that is said.
without_segments() {
	tcpulse_get -N "$ns" segments-set 0 && audit_says 50 equal || return
	jq -e '.segments_compared == false and ([.check[].name] |
		index("out_rsts") == null and index("curr_estab") != null)' "$TMP/audit" &&
		"$cli" -N "$ns" audit | grep -q '^note: segments are not counted.*OutRsts are not compared' &&
		tcpulse_get -N "$ns" segments-set 1
}

need_tcpulse
need_cli
need_tool jq
ktap_plan 7
start_bystander
setup_ns ns
start_hold "$ns" listen=1 estab=3 syn-sent=2 fin-wait-2=2 fin-wait-2-orphan=2 \
	last-ack=1 closing=1 time-wait=2
check "at rest: equal" audit_says 50 equal
check "at rest: the witness is what ss shows" witness_is_ss
start_lifecycles "$ns" -t 6 -n 1000000
await_traffic "$ns" 300
check "busy: no false alarm" busy_without_alarm
check "busy: segments are held against the kernel's counters" segments_agree
kill -KILL "$lifecycles_pid"
busywait 10 is_gone "$lifecycles_pid"
check "at rest again: equal" audit_says 50 equal
check "segments not counted: not compared" without_segments
check "other namespaces did not move" assert_bystander_unmoved
