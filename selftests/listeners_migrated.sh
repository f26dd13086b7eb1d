#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Requests migrate from a listener that has closed to another of its port
# (net.ipv4.tcp_migrate_req), and are refused there: the kernel takes them out of a
# queue they never were in, and its count goes below zero. What is shown is what is
# there, nothing; and when the kernel then takes that queue for full, so do we, and
# the tool says what to do. A kernel that counts right will pass as well.
#
# Kernels: source; the count of such a queue goes below zero on some kernels only

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

readonly PORT=7001 SYNS=32
ns=''

# Half of them, more or less, were of the listener that is gone.
migrate() {
	start_in "$ns" orphanreq "$PORT" "$SYNS" >"$TMP/$ns/orphanreq" 2>&1
	busywait 20 grep -qx "done" "$TMP/$ns/orphanreq" || die "$(<"$TMP/$ns/orphanreq")"
	busywait 20 no_request
}

no_request() {
	[ -z "$(in_ns "$ns" ss -H -tan state syn-recv)" ]
}

empty() {
	assert_refusals "$ns" && column_is "$ns" syn-depth "" 0 || return
	[ "$(column "$ns" syn-peak)" -le "$SYNS" ] ||
		{ echo "syn-peak $(column "$ns" syn-peak)"; return 1; }
}

# Does the kernel refuse a SYN? Then the queue is full in its eyes.
refuses() {
	start_overload "$ns" probe hold -m -n 1 "192.0.2.1,$PORT"
	kill -KILL "$started_pid"
	read_nstat "$ns" "$TMP/$ns/nstat"
	[ "$(mib "$ns" TCPReqQFullDrop)" -gt 0 ]
}

# is_full MS: for so long
is_full() {
	tcpulse_get -N "$ns" refusals >"$TMP/$ns/r" &&
		[ "$(column "$ns" syn-full-ms)" -ge "$1" ]
}

says_so() {
	"$cli" -N "$ns" listeners >"$TMP/said" 2>&1 &&
		grep -q "192.0.2.1:$PORT.*SYN queue is empty but treated as full.*tcp_migrate_req" "$TMP/said"
}

as_the_kernel() {
	if refuses; then
		echo "# this kernel refuses SYNs for an empty queue" >"$TMP/kernel"
		busywait 10 is_full 1000 || { echo "not full"; return 1; }
		says_so || { cat "$TMP/said"; return 1; }
	else
		echo "# this kernel counts right" >"$TMP/kernel"
		! is_full 1 && ! says_so
	fi
}

need_listeners
need_cli
ktap_plan 3
setup_ns ns
setup_nowhere "$ns"
set_sysctl "$ns" ipv4.tcp_migrate_req 1
set_sysctl "$ns" ipv4.tcp_syncookies 0
migrate
check "requests of a closed listener are refused: nothing is in the queue" empty
check "full, if the kernel takes it for full; the tool says so" as_the_kernel
cat "$TMP/kernel" 2>/dev/null
check "the same counts as the kernel's" assert_refusals "$ns"
