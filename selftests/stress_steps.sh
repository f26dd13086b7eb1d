#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The module is loaded and unloaded CYCLES times, with a pause between any two steps of
# it (TCPULSE_STEP_MS, when the module is built), while plain users make namespaces of
# their own, ask in them for all that can be asked for, change what can be changed, and
# go. Nothing of it is anybody's harm: no message of the kernel, and afterwards the
# module counts as ever.
#
# Kernels: source; what is there when a namespace is born, and when it can be asked, is
#   said by the order of the steps
# CPUs: parallel; namespaces are born on one CPU while another is between two steps

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/stress.sh"

readonly CYCLES=${CYCLES:-10} PROCESSES=${PROCESSES:-4}
ns=''

one_cycle() {
	load_module || { echo "load $1 failed"; return 1; }
	# somebody may have a dump half way
	busywait 30 unload_module 2>/dev/null || { echo "unload $1 failed"; return 1; }
}

cycles() {
	local i
	for ((i = 1; i <= CYCLES; i++)); do
		one_cycle "$i" || return
	done
}

# Births, requests and ends went on all the time.
users_were_there() {
	local before=$1 now
	now=$(netns_number)
	echo "# $((now - before)) namespaces" >&3
	[ "$((now - before))" -ge "$CYCLES" ] || { echo "only $((now - before)) namespaces"; return 1; }
}

# Inode numbers of namespaces grow.
netns_number() {
	unshare -n readlink /proc/self/ns/net | tr -dc 0-9
}

counts_as_ever() {
	setup_ns ns
	start_hold "$ns" listen=1 estab=3 fin-wait-2=2 time-wait=2
	assert_exact "$ns" "$TMP/$ns/made"
}

need_reload
mark_log
ktap_plan 4
exec 3>&1
numbered=$(netns_number)
asknew -p "$PROCESSES" >"$TMP/asknew" 2>&1 &
users=$!
disown "$users"
defer kill -KILL "$users"
check "loaded and unloaded $CYCLES times" cycles
kill -KILL "$users"
check "namespaces came, asked and went meanwhile" users_were_there "$numbered"
load_module || die "the module cannot be loaded"
check "it counts as ever" counts_as_ever
check "no message of the kernel" assert_no_splat
