#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A mix of 16 life cycles (IPv4, IPv6, v4-mapped): plain closes from both
# sides, linger 0, half-close, unread data, orphans, simultaneous open and
# close, self-connect, refused, aborted and half-open connects, AF_UNSPEC reuse,
# listeners ending with a full queue, port reuse. Populations equal ss three
# times in the middle, with the traffic frozen, and at the end.
#
# Kernels: each; kernels differ in the tracepoints that a connection passes, and
#   populations are compared with ss
# CPUs: parallel; sockets that one CPU counts in are counted out on another, at the
#   same time as others

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly ROUNDS=${ROUNDS:-120} THREADS=24

# frozen NTH: when the traffic has gone on for a while, stop it and compare
frozen() {
	await_pause "$lifecycles_pid"
	present="LISTEN TIME-WAIT" check "frozen in the middle ($1): exact" assert_exact "$ns"
	thaw "$lifecycles_pid"
}

ns=''

need_tcpulse
ktap_plan 6
start_bystander
setup_ns ns

# stops three times, a quarter of its cycles each
start_lifecycles "$ns" -t "$THREADS" -n "$ROUNDS" -s "${SEED:-1}" -p $((THREADS * ROUNDS / 4 + 1))
for i in 1 2 3; do
	frozen "$i"
done
wait_gone "$lifecycles_pid" 120
check "all cycles were done" assert_cycles_done "$ns"
present=TIME-WAIT check "at the end: exact" assert_exact "$ns"
check "other namespaces did not move" assert_bystander_unmoved
