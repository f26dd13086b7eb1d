#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Counting segments is switched for one namespace by who is its administrator:
# off, its counters stand still while handshakes and states go on; on, they go
# on from there. Other namespaces, and what comes and goes meanwhile, do not
# care.
#
# Kernels: each; what is counted comes by the kernel's netfilter hooks and
#   tracepoints

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/segments.sh"

readonly TOGGLES=50
ns='' other=''

switch() {
	tcpulse_get -N "$1" segments-set "$2"
}

# value NS NAME: of both families
value() {
	tcpulse_get -N "$1" segments | awk -v name="$2" '$2 == name { n += $3 } END { print n + 0 }'
}

says_enabled() {
	[ "$(tcpulse_get -N "$1" segments | head -n 1)" = "enabled $2" ]
}

# connect_ten NS: ten connections of each family, client closes, at rest
connect_ten() {
	[ "$(in_ns "$1" twend -k v4,v6 stay 10)" -eq 20 ] && snapshot "$1"
}

# counts NS NAME=N...: the counters grow by that when connections are made
counts() {
	local ns=$1 word bad=0
	shift
	tcpulse_get -N "$ns" segments >"$TMP/$ns/before"
	connect_ten "$ns" || { echo "no connections"; return 1; }
	tcpulse_get -N "$ns" segments >"$TMP/$ns/after"
	for word; do
		awk -v name="${word%=*}" -v want="${word#*=}" '
			$2 == name { n[FILENAME == ARGV[1]] += $3 }
			END {
				grew = n[0] - n[1]
				if (grew != want)
					print name " grew by " grew ", not " want
				exit grew != want
			}' "$TMP/$ns/before" "$TMP/$ns/after" || bad=1
	done
	return "$bad"
}

counts_all() {
	counts "$1" syn-out=20 syn-in=20 syn-ack-out=20 syn-ack-in=20 fin-out=40 fin-in=40 \
		rst-out=0 active=20 passive=20
}

counts_handshakes_only() {
	counts "$1" syn-out=0 syn-in=0 syn-ack-out=0 syn-ack-in=0 fin-out=0 fin-in=0 \
		rst-out=0 syn-retrans=0 active=20 passive=20
}

# The clock of counting stands still while nothing is counted.
clock_stands() {
	local before after
	before=$(tcpulse_get -N "$1" segments | grep counting-ms)
	nap
	after=$(tcpulse_get -N "$1" segments | grep counting-ms)
	[ "$before" = "$after" ] || { echo "$before, then $after"; return 1; }
}

clock_runs() {
	! clock_stands "$1" >/dev/null
}

off_then_on() {
	local bad=0
	switch "$ns" 0 && says_enabled "$ns" 0 || return 1
	counts_handshakes_only "$ns" || bad=1
	clock_stands "$ns" || bad=1
	assert_exact "$ns" || bad=1
	switch "$ns" 1 && says_enabled "$ns" 1 || return 1
	counts_all "$ns" || bad=1
	clock_runs "$ns" || bad=1
	return "$bad"
}

# The other one is on, then off, all the while the first is switched.
other_unmoved() {
	local bad=0
	switch "$other" 1 && switch "$ns" 0 || return 1
	counts_all "$other" || bad=1
	switch "$ns" 1 && switch "$other" 0 || return 1
	counts_all "$ns" || bad=1
	counts_handshakes_only "$other" || bad=1
	says_enabled "$ns" 1 || bad=1
	return "$bad"
}

# What is said twice is not an error, and changes nothing.
twice() {
	switch "$ns" 1 && switch "$ns" 1 && counts_all "$ns" || return
	switch "$ns" 0 && switch "$ns" 0 && counts_handshakes_only "$ns" || return
	switch "$ns" 1 && counts_all "$ns"
}

toggle_under_traffic() {
	local i
	start_lifecycles "$ns" -t 8 -n 100000
	await_traffic "$ns" 100
	for ((i = 0; i < TOGGLES; i++)); do
		switch "$ns" $((i % 2)) || return
	done
	says_enabled "$ns" 1 || return
	kill -KILL "$lifecycles_pid"
	wait_gone "$lifecycles_pid" 10
	assert_exact "$ns" || return
	read_segments "$ns" && assert_equal_opens "$ns"
}

# refused COMMAND...: EPERM, and nothing has changed
refused() {
	local status=0 was
	was=$(tcpulse_get -N "$ns" segments | head -n 1)
	"$@" >"$TMP/refused" 2>&1 || status=$?
	cat "$TMP/refused"
	[ "$status" -eq 1 ] && grep -q 'Operation not permitted' "$TMP/refused" &&
		says_enabled "$ns" "${was#* }"
}

# What nobody runs must be where nobody may read.
readonly AS_NOBODY="setpriv --reuid=65534 --regid=65534 --clear-groups --"

nobody_may_read() {
	# shellcheck disable=SC2086 # words
	in_ns "$ns" $AS_NOBODY "$TMP/bin/tcpulse_get" segments | grep -q '^enabled '
}

in_own_namespaces() {
	local words
	# shellcheck disable=SC2086 # words
	words=$($AS_NOBODY unshare -Urn bash -c "set -e
		$TMP/bin/tcpulse_get segments-set 1
		$TMP/bin/tcpulse_get segments | head -n 1
		$TMP/bin/tcpulse_get segments-set 0
		$TMP/bin/tcpulse_get segments | head -n 1" 2>&1)
	[ "$words" = $'enabled 1\nenabled 0' ] || { echo "$words"; return 1; }
}

# delete_busy ENABLED: a namespace goes in the middle of traffic
delete_busy() {
	local gone pid
	setup_ns gone
	switch "$gone" "$1" || return
	start_lifecycles "$gone" -t 4 -n 100000
	pid=$lifecycles_pid
	await_traffic "$gone" 100
	kill -KILL "$pid"
	wait_gone "$pid" 10 || return
	ip netns del "$gone"
}

need_tcpulse
need_tool setpriv unshare
mark_log
ktap_plan 13
start_bystander
setup_ns ns other
mkdir "$TMP/bin"
cp "$SELFTESTS/client/tcpulse_get" "$TMP/bin"
chmod 755 "$TMP" "$TMP/bin"

be_patient "$ns"
be_patient "$other"
switch "$ns" 1 || die "cannot count segments"
check "on: all are counted" counts_all "$ns"
check "off: they stand still, on: they go on" off_then_on
check "switching one does not switch the other" other_unmoved
check "switched twice" twice
check "$TOGGLES times under traffic" toggle_under_traffic
check "anybody may read" nobody_may_read
# shellcheck disable=SC2086 # words
check "nobody may not switch" \
	refused in_ns "$ns" $AS_NOBODY "$TMP/bin/tcpulse_get" segments-set 0
check "root of a new user namespace may not switch another's" \
	refused in_ns "$ns" unshare -Ur "$TMP/bin/tcpulse_get" segments-set 0
check "root of a new user namespace may switch its own" in_own_namespaces
check "a busy namespace goes while it is on" delete_busy 1
check "a busy namespace goes while it is off" delete_busy 0
check "the bystander did not move" assert_bystander_unmoved
check "the log is clean" assert_no_splat
