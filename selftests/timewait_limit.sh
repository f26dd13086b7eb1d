#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With tcp_max_tw_buckets minisocks there, no more are made: refused is the
# kernel's TCPTimeWaitOverflow. At every reading, in the middle of the traffic
# and at rest, what was created has gone in one of four ways or is alive; and
# both operations that tell of TIME_WAIT tell the same.
#
# Kernels: source; kernels differ in how a minisock is made, and its counts are
#   compared with the kernel's

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly LIMIT=1000 CLOSES=5000 STOPS=6
ns=''

# The two operations, and the kernel's words, of one instant.
read_both() {
	tcpulse_get -N "$ns" time-wait >"$TMP/row1" && tcpulse_get -N "$ns" timewait >"$TMP/named" &&
		tcpulse_get -N "$ns" time-wait >"$TMP/row2" && cmp -s "$TMP/row1" "$TMP/row2"
}

adds_up() {
	awk '{ n[$1] = $2 }
	     END {
		gone = n["expired"] + n["reused"] + n["reset"] + n["other"]
		if (n["created"] == gone + n["alive"] && n["limit"] == limit)
			exit 0
		print "created " n["created"] ", gone " gone ", alive " n["alive"] ", limit " n["limit"]
		exit 1
	     }' limit="$LIMIT" "$TMP/named"
}

same_row() {
	local named
	named=$(awk '$1 !~ /^(began-us|counting-ms|port-)/ { print $2 }' "$TMP/named" | xargs)
	[ "$named" = "$(<"$TMP/row1")" ] || { echo "$named, not $(<"$TMP/row1")"; return 1; }
}

# over the limit by one a CPU at most: they look before they count
within_limit() {
	[ "$(awk '$1 == "alive" { print $2 }' "$TMP/named")" -le $((LIMIT + $(nproc))) ] ||
		{ grep alive "$TMP/named"; return 1; }
}

# While traffic goes on most pairs of readings differ; those that do not must be
# right. In between all but timers stops, then each must be.
sample() {
	local i pairs=0 exact=0 bad=0
	for ((i = 0; i < STOPS; i++)); do
		await_traffic "$ns" 300
		pairs=$((pairs + 1))
		if read_both; then
			exact=$((exact + 1))
			adds_up && same_row && within_limit || bad=1
		fi
		freeze "$closes_pid" "$lifecycles_pid"
		busywait 20 read_both || { echo "never at rest"; bad=1; }
		adds_up && same_row && within_limit && assert_exact "$ns" || bad=1
		thaw "$closes_pid" "$lifecycles_pid"
	done
	echo "# stopped $STOPS times; running, $exact of $pairs readings were of one instant"
	return "$bad"
}

refused_is_overflow() {
	local refused overflow
	refused=$(awk '$1 == "refused" { print $2 }' "$TMP/named")
	overflow=$(tcpulse_get -N "$ns" kernel | awk '$1 == "TCPTimeWaitOverflow" { print $2 }')
	echo "refused $refused, TCPTimeWaitOverflow $overflow"
	[ "$refused" = "$overflow" ] && [ "$refused" -gt $((CLOSES / 2)) ]
}

# So many, and half of them beyond the limit: the slower they come the more expire.
has_closed() {
	tcpulse_get -N "$ns" timewait | awk -v closes="$CLOSES" '
		{ n[$1] = $2 }
		END { exit n["created"] + n["refused"] < closes || n["refused"] <= closes / 2 }'
}

grew_all() {
	awk '($1 == "reset" || $1 == "reused") && !$2 { print $1 " is 0"; bad = 1 }
	     END { exit bad }' "$TMP/named"
}

ports_are_sysctls() {
	local range
	range=$(in_ns "$ns" cat /proc/sys/net/ipv4/ip_local_port_range)
	# shellcheck disable=SC2086 # two words
	set -- $range
	[ "$(grep '^port-' "$TMP/named")" = "port-low $1"$'\n'"port-high $2" ] ||
		{ grep '^port-' "$TMP/named"; return 1; }
}

need_tcpulse
ktap_plan 8
start_bystander
setup_ns ns
set_sysctl "$ns" ipv4.tcp_max_tw_buckets "$LIMIT"
set_sysctl "$ns" ipv4.ip_local_port_range "10000 60999"

set_sysctl "$ns" ipv4.tcp_fin_timeout 3
setup_nowhere "$ns"

start_lifecycles "$ns" -t 4 -n 100000 -o reuse-port,orphan,linger-0,half-close
await_traffic "$ns" 500
start_in "$ns" nice timewaits -n 1000000 >"$TMP/closes" 2>&1
closes_pid=$started_pid
check "under traffic: every reading adds up" sample
busywait 60 has_closed || die "hardly a close"
kill -KILL "$closes_pid" "$lifecycles_pid"
wait_gone "$closes_pid" 10
wait_gone "$lifecycles_pid" 10
check "at rest: exact" assert_exact "$ns"
check "at rest: both operations agree" eval "busywait 20 read_both && same_row"
check "at rest: it adds up" adds_up
check "refused = TCPTimeWaitOverflow" refused_is_overflow
check "gone in more than one way" grew_all
check "ports are those of the sysctl" ports_are_sysctls
check "other namespaces did not move" assert_bystander_unmoved
