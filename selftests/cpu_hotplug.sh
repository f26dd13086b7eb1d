#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A CPU goes away and comes back under traffic: nothing it counted is lost, with
# the CPU gone and with it back.
#
# Kernels: debian; User Mode Linux cannot switch off a CPU

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly SWITCH=/sys/devices/system/cpu/cpu1/online
ns=''

switch_on() {
	echo 1 >"$SWITCH"
}

frozen_exact() {
	local status=0
	freeze "$lifecycles_pid"
	assert_exact "$ns" || status=1
	thaw "$lifecycles_pid"
	return "$status"
}

need_tcpulse
[ -w "$SWITCH" ] || skip_all "no CPU that can be switched off"
mark_log
defer switch_on
ktap_plan 4
start_bystander
setup_ns ns
start_lifecycles "$ns" -t 16 -n 1000000
await_traffic "$ns" 500
echo 0 >"$SWITCH"
await_traffic "$ns" 300
check "CPU 1 gone: exact" frozen_exact
echo 1 >"$SWITCH"
await_traffic "$ns" 300
check "CPU 1 back: exact" frozen_exact
check "other namespaces did not move" assert_bystander_unmoved
check "no message of the kernel" assert_no_splat
