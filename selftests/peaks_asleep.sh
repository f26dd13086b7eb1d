#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What looks for peaks once a second costs nothing where nothing moves: with sockets at
# rest in many namespaces it does not run at all. The first event wakes it, the last one
# lets it sleep again, and what was there meanwhile counts for the last minute.
#
# Kernels: each; who wakes it is a probe, in the context in which that kernel calls it

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly TRACING=/sys/kernel/tracing/instances/tcpulse_$$ WORK=tcpulse_tick_work
readonly NAMESPACES=8
ns=''
start_trace() {
	mkdir "$TRACING" || return
	defer rmdir "$TRACING"
	echo 1 >"$TRACING/events/workqueue/workqueue_execute_start/enable"
}

# How often the work has run since the trace was emptied.
runs() {
	grep -c "workqueue_execute_start.*$WORK" "$TRACING/trace"
}

# Once a second, if it ran; deletes what was there before.
is_asleep() {
	echo >"$TRACING/trace"
	sleep 3
	[ "$(runs)" -eq 0 ]
}

is_awake() {
	[ "$(runs)" -gt 0 ]
}

falls_asleep() {
	busywait 150 is_asleep || { tail -n 5 "$TRACING/trace"; return 1; }
}

# sockets at rest, and no minisock
fill() {
	local i
	for ((i = 1; i <= NAMESPACES; i++)); do
		setup_ns ns
		start_hold "$ns" -k v4,v6 listen=2 estab=2
	done
}

# peak_is NS N: of ESTAB, in the last minute
peak_is() {
	[ "$(tcpulse_get -N "$1" states | awk '$1 == "inet" && $2 == "ESTAB" { print $5 }')" -eq "$2" ]
}

wakes() {
	start_hold "$ns" -k v4 estab=3
	busywait 20 is_awake && peak_is "$ns" 6
}

# By RST: no minisock keeps it awake.
all_reset() {
	in_ns "$ns" ss -K -t state established >"$TMP/killed" && busywait 10 none_left
}

none_left() {
	[ "$(in_ns "$ns" ss -H -tn state established | wc -l)" -eq 0 ]
}

# The last look was when it fell asleep: three seconds ago at least, and one more.
level_counts() {
	all_reset && peak_is "$ns" 6 && busywait 20 is_awake && peak_is "$ns" 6
}

need_tcpulse
ktap_plan 5
start_trace || skip_all "needs tracefs, to be mounted and with events of workqueues"
fill
setup_ns ns
check "with sockets at rest in $NAMESPACES namespaces it sleeps" falls_asleep
check "an event wakes it" wakes
check "it sleeps again" falls_asleep
check "what was there meanwhile counts for the last minute" level_counts
check "it sleeps again, with all gone" falls_asleep
