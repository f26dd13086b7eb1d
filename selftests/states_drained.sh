#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# After a mix of all life cycles and sockets held in every state, everything is
# ended (ss -K): every population is 0 again, in both families.
#
# Kernels: source; kernels differ in what ss -K can end, and in what that passes

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

ns=''

# In FIN-WAIT-2 and TIME-WAIT without a socket: 60 s, or by ss -K at once.
kill_all() {
	in_ns "$ns" ss -K -tan >/dev/null 2>&1
	[ -z "$(in_ns "$ns" ss -H -tan)" ]
}

drained() {
	assert_exact "$ns" || return
	awk '$1 == "state" && $4 != 0 { print; bad = 1 }
	     $1 == "state" && $8 { entered = 1 }
	     $1 == "time-wait" && $2 != 0 { print; bad = 1 }
	     END { if (!entered) print "nothing was ever there"; exit bad || !entered }' \
		"$TMP/$ns/a"
}

need_tcpulse
ktap_plan 3
start_bystander
setup_ns ns
start_hold "$ns" listen=1 estab=2 syn-sent=1 syn-recv=2 syn-recv-full=1 \
	fin-wait-1=1 fin-wait-1-orphan=1 fin-wait-2=1 fin-wait-2-orphan=2 \
	last-ack=1 closing=1 time-wait=2
start_lifecycles "$ns" -t 8 -n 40
wait_gone "$lifecycles_pid" 60
check "all cycles were done" assert_cycles_done "$ns"
kill -KILL "$hold_pid"
if busywait 20 kill_all; then
	check "all ended: every population is 0" drained
elif [ "${DRAIN:-}" ]; then
	busywait 120 kill_all
	check "all ended by themselves: every population is 0" drained
else
	ktap_skip "all ended: every population is 0" "ss -K cannot end minisocks here: set DRAIN=1 to wait"
fi
check "other namespaces did not move" assert_bystander_unmoved
