#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A peak that lasted more than a second is exact: sockets held in every state
# make peak = now = as many as were made. They go, the peak stays; fewer come
# later, the peak stays.
#
# Kernels: each; probes and timers look for peaks, which each kernel calls in its
#   own way

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

ns='' held_until=0

# peaks_are_made STATE...: as many as were made; in the last minute as well, unless
# it has gone by meanwhile
peaks_are_made() {
	tcpulse_get -N "$ns" states >"$TMP/states"
	awk -v states=" $* " -v soon=$((SECONDS - held_until < 55)) '
	NR == FNR { if (NF == 3) made[$1, $2] = $3; next }
	!index(states, " " $2 " ") { next }
	{ n++ }
	made[$1, $2] == 0 || $4 != made[$1, $2] || soon && $5 != made[$1, $2] {
		print $1, $2, "peak", $4, "in the last minute", $5, "made", made[$1, $2]
		bad = 1
	}
	END { exit bad || !n }' "$TMP/made" "$TMP/states"
}

# Never less than what is there, in any state.
peaks_are_not_less() {
	tcpulse_get -N "$ns" states |
		awk '$4 < $3 || $5 < $3 || $4 < $5 { print; bad = 1 } END { exit bad || !NR }'
}

held_a_second() {
	[ $((${EPOCHREALTIME/./} - since)) -gt 1200000 ]
}

# hold_for_a_second RECIPE=N...: and one reading, which is a look as well
hold_for_a_second() {
	start_hold "$ns" -k v4,v6 "$@"
	since=${EPOCHREALTIME/./}
	busywait 5 held_a_second
}

need_tcpulse
ktap_plan 5
start_bystander
setup_ns ns
# In this order no recipe goes through a state in which an earlier one stays.
hold_for_a_second listen=5 time-wait=30 fin-wait-2=20 estab=40 syn-recv=25
cp "$TMP/$ns/made" "$TMP/made"
held_until=$SECONDS
check "held: peaks are exact" peaks_are_made LISTEN TIME-WAIT SYN-RECV CLOSE-WAIT ESTAB
check "held: no peak is below now" peaks_are_not_less
held_until=$SECONDS
release_hold "$ns"
check "gone: peaks stay" peaks_are_made LISTEN SYN-RECV ESTAB
hold_for_a_second estab=3
check "fewer: peaks stay" peaks_are_made LISTEN ESTAB
check "other namespaces did not move" assert_bystander_unmoved
