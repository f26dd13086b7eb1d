#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The kernel tree's own netlink client (tools/net/ynl) asks all questions, knowing
# nothing but our spec; it gets the numbers that tcpulse_get gets.
#
# Kernels: any; the specification and a client made of it are what is tested

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

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
		def refused(op, attrs):
		    try:
		        ynl.do(op, attrs)
		    except Exception as e:
		        return {'error': -e.nl_msg.error, 'words': e.nl_msg.extack.get('msg')}
		def param(name, *values):
		    return dict(zip(('name', 'value', 'value-high'), (name, *values)))
		print(json.dumps({
		    'limit': ynl.do('listener-set', {'listener': {'port': 7001, 'limit': 5}}),
		    'info': ynl.do('info-get', {}),
		    'state': ynl.do('state-get', {}),
		    'state6': ynl.do('state-get', {'family': 10}),
		    'transition': ynl.do('transition-get', {}),
		    'timewait': ynl.do('time-wait-get', {}),
		    'segments': ynl.do('segment-get', {}),
		    'overflow': ynl.do('overflow-get', {}),
		    'listener': ynl.dump('listener-get', {}),
		    'listener6': ynl.dump('listener-get', {'family': 10}),
		    'one': ynl.do('listener-get', {'port': 7001}),
		    'several': refused('listener-get', {'family': 10}),
		    'params': ynl.do('param-get', {}),
		    'ports': ynl.do('param-set', {'dry-run': True,
		        'param': [param('ip_local_port_range', 20000, 30001)]}),
		    'set': ynl.do('param-set', {'param': [param('tcp_keepalive_probes', 5),
		        param('tcp_keepalive_time', -600)]}),
		    'wrong': refused('param-set', {'param': [param('tcp_syncookies', -1)]}),
		    'changes': ynl.do('change-get', {}),
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

named_time_wait_agrees() {
	tcpulse_get -N "$ns" timewait | grep -vE "^(counting-ms|began-us)" >"$TMP/want"
	jq -r '.timewait | (.["time-wait"] | to_entries[] | "\(.key) \(.value)"),
		"port-low \(.["port-low"])", "port-high \(.["port-high"])"' "$TMP/ynl" >"$TMP/got"
	same "$TMP/want" "$TMP/got"
}

segments() {
	tcpulse_get -N "$ns" segments | grep -v counting-ms | spelled
}

# Muted sockets repeat their FINs: ynl has what there was before it asked, or
# after, or between.
segments_agree() {
	segments >"$TMP/segments-after"
	jq -r '.segments | "enabled \(.enabled)",
		(.segment[] | .family as $f | to_entries[] |
		if .key == "reset" then
			.value[] | "\($f) reset:\(.state) \(.count)"
		elif .key == "handshake-time" then
			.value[] | "\($f) handshake:\(.["from-us"]) \(.active) \(.passive)"
		elif .key == "family" then
			empty
		else
			"\($f) \(.key) \(.value)"
		end)' "$TMP/ynl" >"$TMP/got"
	awk 'FNR == 1 { file++ }
	     { n[file]++; one[file, $1, $2] = $3; two[file, $1, $2] = $4; key[$1, $2] }
	     function between(a, b, c) { return a <= b && b <= c }
	     END {
		for (i in key) {
			if (!between(one[1, i], one[2, i], one[3, i]) ||
			    !between(two[1, i], two[2, i], two[3, i])) {
				print i ": " one[1, i] " " one[2, i] " " one[3, i]
				bad = 1
			}
		}
		exit bad || n[1] != n[2] || n[3] != n[2] || n[2] < 30
	     }' "$TMP/segments-before" "$TMP/got" "$TMP/segments-after"
}

# But for what time alone changes.
overflow_agrees() {
	tcpulse_get -N "$ns" overflow | grep -v counting-ms >"$TMP/want"
	jq -r '.overflow | to_entries[] |
		select(.key | test("^counting-ms$|-minute$|-last-ms$") | not) | .key as $k |
		if (.value | type) == "object" then
			.value | to_entries[] | "\($k) \(.key) \(.value)"
		else
			"info \($k) \(.value)"
		end' "$TMP/ynl" >"$TMP/got"
	same "$TMP/want" "$TMP/got" && grep -q '^listening accept-full-syn [1-9]' "$TMP/got"
}

# columns of $TMP/want that time does not change
steady() {
	cut -d' ' -f 1-8,10,11,13-24,32-34
}

# steady_rows FILTER: the same of ynl's answer
steady_rows() {
	jq -r "$1"' | [.id, .family, .address, .port, .limit, .asked // "-",
		.["syn-queue"].depth, .["syn-queue"].peak,
		.["accept-queue"].depth, .["accept-queue"].peak,
		(.refusals | .["accept-full-syn"], .["accept-full-ack"],
			.["accept-full-cookie"], .["syn-full-drop"], .["syn-full-cookie"],
			.["syn-always-cookie"], .["max-syn-backlog"], .["other-drop"],
			.["abort-reset"], .["cookies-sent"], .["cookies-valid"],
			.["cookies-invalid"]),
		.inode, .ifindex // "-",
		([if .v6only then "v6only" else empty end,
		  if .reuseport then "reuseport" else empty end,
		  if .adopted then "adopted" else empty end] | join(",") |
		 if . == "" then "-" else . end)] | join(" ")' "$TMP/ynl"
}

# listeners_agree FILTER [-6]
listeners_agree() {
	tcpulse_get ${2:+"$2"} -N "$ns" listeners | steady |
		sed 's/ inet6 / 10 /; s/ inet / 2 /' >"$TMP/want"
	[ "$1" != .one ] || grep ' 7001 ' "$TMP/want" >"$TMP/want.one"
	[ "$1" != .one ] || mv "$TMP/want.one" "$TMP/want"
	steady_rows "$1" >"$TMP/got"
	same "$TMP/want" "$TMP/got"
}

refused_in_words() {
	jq -e '.several.error == 76 and (.several.words | length) > 10' "$TMP/ynl"
}

# as tcpulse_get has it; it was asked before anything was set
params_agree() {
	jq -r '.params.param[] | [.name, .unit, .effect, .value, .["value-high"] // "-",
		.minimum, .maximum, .loaded, .["loaded-high"] // "-", .default,
		.["default-high"] // "-", if .["read-only"] then "read-only" else "-" end] |
		join(" ")' "$TMP/ynl" >"$TMP/got"
	same "$TMP/params" "$TMP/got"
}

# was_set FILTER PARAM OLD NEW
was_set() {
	jq -e --arg param "$2" --argjson old "$3" --argjson new "$4" \
		"$1"' | .action == "set" and .param == $param and .old == $old and .new == $new' \
		"$TMP/ynl"
}

params_were_set() {
	was_set '.ports.change[0]' ip_local_port_range 32768 20000 &&
		jq -e '.ports.transaction == 0 and .ports.change[0]["new-high"] == 30001' \
			"$TMP/ynl" &&
		was_set '.set.change[0]' tcp_keepalive_probes 9 5 &&
		was_set '.set.change[1]' tcp_keepalive_time 7200 -600 &&
		[ "$(tcpulse_get -N "$ns" params tcp_keepalive_time | cut -d' ' -f4)" -eq -600 ] &&
		jq -e '.wrong.error == 34 and (.wrong.words | test("^tcp_syncookies"))' "$TMP/ynl"
}

limit_was_set() {
	jq -e '.limit.change[0] | .port == 7001 and .old == 4 and .new == 5 and .asked == 4' \
		"$TMP/ynl"
}

changes_agree() {
	tcpulse_get -N "$ns" changes | sed 's/family=inet6/family=10/; s/family=inet /family=2 /' \
		>"$TMP/want"
	jq -r '.changes.change[] | to_entries | map("\(.key)=\(.value)") | sort | join(" ")' \
		"$TMP/ynl" >"$TMP/got"
	[ "$(wc -l <"$TMP/got")" -eq 3 ] || { cat "$TMP/got"; return 1; }
	while read -ra words; do
		printf '%s\n' "${words[@]}" | sort | xargs
	done <"$TMP/want" | diff - "$TMP/got"
}

# one connection more than fits: 7001 has refused it
overflow_a_little() {
	set_sysctl "$ns" ipv4.tcp_syncookies 0
	start_overload "$ns" serve serve -a 0 v4,7001,4 dual,7002,8,2 v6,7003,16
	start_overload "$ns" hold hold -n 6 127.0.0.1,7001
	kill -KILL "$started_pid"
	busywait 10 is_gone "$started_pid"
}

need_tcpulse
need_tool jq
"$PYTHON" -c 'import yaml' 2>/dev/null || skip_all "needs $PYTHON and python3-yaml"
find_kernel_tree
find_spec
ktap_plan 17
setup_ns ns
start_hold "$ns" -k v4,v6 listen=1 estab=2 fin-wait-2=1 time-wait=2 closing=1
overflow_a_little
snapshot "$ns" || die "never at rest"
segments >"$TMP/segments-before"
tcpulse_get -N "$ns" params >"$TMP/params"
check "ynl asks and is answered" ask
check "states" states_agree
check "TIME_WAIT" time_wait_agrees
check "one family only" one_family_agrees
check "transitions" transitions_agree
check "info" info_agrees
check "TIME_WAIT and ports" named_time_wait_agrees
check "segments" segments_agree
check "overflow" overflow_agrees
check "listeners" listeners_agree '.listener[]'
check "listeners of one family" listeners_agree '.listener6[]' -6
check "the one listener of a port" listeners_agree .one
check "several where one was asked for: ENOTUNIQ, in words" refused_in_words
check "parameters" params_agree
check "set, dry-run, refused" params_were_set
check "a listener's limit is set" limit_was_set
check "changes" changes_agree
