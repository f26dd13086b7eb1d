#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# MPTCP: its subflows are TCP connections and are counted, the MPTCP sockets
# above them fire the same tracepoint and are not. Populations equal ss, frozen
# and at the end.
#
# Kernels: each; MPTCP changes with every kernel

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

ns=''

mptcp_was_spoken() {
	local n
	n=$(in_ns "$ns" nstat -asz MPTcpExtMPCapableSYNRX | awk '/MPCapable/ { print $2 }')
	echo "MPCapableSYNRX ${n:-missing}"
	[ "${n:-0}" -gt 50 ]
}

need_tcpulse
need_tool nstat
[ -e /proc/sys/net/mptcp/enabled ] || skip_all "this kernel has no MPTCP"
ktap_plan 5
start_bystander
setup_ns ns
set_sysctl "$ns" mptcp.enabled 1

start_lifecycles "$ns" -t 12 -n 60 -o mptcp -p 480
await_pause "$lifecycles_pid"
present=LISTEN check "frozen in the middle: exact" assert_exact "$ns"
thaw "$lifecycles_pid"
wait_gone "$lifecycles_pid" 60
check "all cycles were done" assert_cycles_done "$ns"
check "at the end: exact" assert_exact "$ns"
check "connections spoke MPTCP" mptcp_was_spoken
check "other namespaces did not move" assert_bystander_unmoved
