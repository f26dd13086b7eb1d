#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel tree's own netlink client (tools/net/ynl) asks all three questions,
# knowing nothing but our spec; it gets the numbers that tcpulse_get gets.

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

readonly PYTHON=/usr/bin/python3
ns=''

# The tree's tools beside us, or the ones vm/fetch has.
find_kernel_tree() {
	tree=$SELFTESTS/../../../..
	[ -d "$tree/tools/net/ynl" ] && return
	tree=$("$SELFTESTS/vm/fetch" --path kselftest 2>/dev/null) || skip_all "no kernel tree"
	[ -d "$tree/tools/net/ynl" ] || skip_all "no tools/net/ynl in $tree"
}

find_spec() {
	spec=$SELFTESTS/../include/netlink/specs/tcpulse.yaml
	[ -f "$spec" ] || spec=$SELFTESTS/tcpulse.yaml
	[ -f "$spec" ] || skip_all "no spec beside the tests"
}

# One interpreter for all: a start takes seconds in a virtual machine.
ask() {
	in_ns "$ns" "$PYTHON" - "$tree" "$spec" >"$TMP/ynl" <<-'EOF'
		import json, os, sys
		tree, spec = sys.argv[1:3]
		sys.path.append(os.path.join(tree, 'tools/net/ynl'))
		try:
		    from pyynl.lib import YnlFamily
		except ModuleNotFoundError:
		    from lib import YnlFamily
		ynl = YnlFamily(spec, False)
		print(json.dumps({
		    'info': ynl.do('info-get', {}),
		    'state': ynl.do('state-get', {}),
		    'state6': ynl.do('state-get', {'family': 10}),
		    'transition': ynl.do('transition-get', {}),
		}))
	EOF
}

spelled() {
	tr '[:upper:]' '[:lower:]' | sed 's/\bestab\b/established/g; s/^inet6 /10 /; s/^inet /2 /'
}

same() {
	sort "$1" >"$1.sorted"
	sort "$2" | diff "$1.sorted" - && [ -s "$1" ]
}

states_agree() {
	tcpulse_get -N "$ns" states | spelled >"$TMP/want"
	jq -r '.state.state[] | [.family, .state, .now, .peak, .["peak-minute"], .baseline,
		.entered, .left] | join(" ")' "$TMP/ynl" >"$TMP/got"
	same "$TMP/want" "$TMP/got"
}

time_wait_agrees() {
	tcpulse_get -N "$ns" time-wait >"$TMP/want"
	jq -r '.state["time-wait"] | [.alive, .limit, .created, .refused, .expired, .reset,
		.reused, .other] | join(" ")' "$TMP/ynl" >"$TMP/got"
	same "$TMP/want" "$TMP/got"
}

one_family_agrees() {
	tcpulse_get -6 -N "$ns" states | spelled | cut -d' ' -f1-3 >"$TMP/want"
	jq -r '.state6.state[] | [.family, .state, .now] | join(" ")' "$TMP/ynl" >"$TMP/got"
	same "$TMP/want" "$TMP/got"
}

transitions_agree() {
	tcpulse_get -N "$ns" transitions | spelled >"$TMP/want"
	jq -r '.transition.transition[] | [.family, .from, .to, .reason // "-", .count]
		+ (if .unexpected then ["unexpected"] else [] end) | join(" ")' "$TMP/ynl" >"$TMP/got"
	same "$TMP/want" "$TMP/got"
}

info_agrees() {
	tcpulse_get -N "$ns" info | grep -vE '^(counting-ms|hook)' >"$TMP/want"
	jq -r '.info | to_entries[] | select(.key | IN("hook", "counting-ms") | not) |
		"\(.key) \(.value)"' "$TMP/ynl" >"$TMP/got"
	same "$TMP/want" "$TMP/got"
}

need_tcpulse
need_tool jq
"$PYTHON" -c 'import yaml' 2>/dev/null || skip_all "needs $PYTHON and python3-yaml"
find_kernel_tree
find_spec
ktap_plan 6
setup_ns ns
start_hold "$ns" -k v4,v6 listen=1 estab=2 fin-wait-2=1 time-wait=2 closing=1
check "ynl asks and is answered" ask
check "states" states_agree
check "TIME_WAIT" time_wait_agrees
check "one family only" one_family_agrees
check "transitions" transitions_agree
check "info" info_agrees
