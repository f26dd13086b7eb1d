#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A CPU goes away and comes back ROUNDS times under traffic, while all tables are
# read without a pause and the module is reloaded with the CPU gone: in every
# round, with it gone and with it back, all is as ss says.
#
# Kernels: debian; User Mode Linux cannot switch off a CPU

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/stress.sh"

readonly ROUNDS=${ROUNDS:-3} SWITCH=/sys/devices/system/cpu/cpu1/online
ns=''

switch_on() {
	echo 1 >"$SWITCH"
}

frozen_exact() {
	local status=0
	await_traffic "$ns" 50
	freeze "$lifecycles_pid"
	assert_exact "$ns" || status=1
	thaw "$lifecycles_pid"
	return "$status"
}

rounds() {
	local i
	for ((i = 1; i <= ROUNDS; i++)); do
		echo 0 >"$SWITCH" || return
		frozen_exact || { echo "round $i, CPU 1 gone"; return 1; }
		echo 1 >"$SWITCH" || return
		frozen_exact || { echo "round $i, CPU 1 back"; return 1; }
	done
}

# What it counts on the CPU that was not there when it was loaded.
load_without() {
	echo 0 >"$SWITCH" && load_module && await_traffic "$ns" 20 && echo 1 >"$SWITCH" || return
	freeze "$lifecycles_pid"
	# At rest, or the counters of the kernel are of another moment than ours.
	snapshot "$ns" && cp "$TMP/$ns/a" "$TMP/$ns/base" || return
	thaw "$lifecycles_pid"
	frozen_exact
}

need_reload
[ -w "$SWITCH" ] || skip_all "no CPU that can be switched off"
mark_log
defer switch_on
ktap_plan 4
setup_ns ns
start_lifecycles "$ns" -t 16 -n 1000000
check "loaded with CPU 1 gone, then back: exact" load_without
start_asking "$ns"
check "CPU 1 goes and comes $ROUNDS times while all is read: exact" rounds
check "reading never failed meanwhile" stop_asking "$ns"
unload_module
check "no message of the kernel" assert_no_splat
