#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# TCP Fast Open: a listener's child is a full socket in SYN-RECV before the
# handshake has ended; no request sock stands in the table. Some are closed, or
# never answered, before it ends. Populations equal ss, frozen and at the end.
#
# Kernels: source; kernels differ in how a child of TCP Fast Open is born and ends

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

ns=''

# kernel_counter NAME: how much it grew since setup_ns
kernel_counter() {
	awk -v name="$1" '$1 == "kernel" && $2 == name { n = $3 - n } END { print n + 0 }' \
		"$TMP/$ns/base" "$TMP/$ns/a"
}

opens_were_fast() {
	echo "active $(kernel_counter TCPFastOpenActive), passive $(kernel_counter TCPFastOpenPassive)"
	[ "$(kernel_counter TCPFastOpenActive)" -gt 50 ] &&
		[ "$(kernel_counter TCPFastOpenPassive)" -gt 50 ]
}

# A child that goes to FIN-WAIT-1 before it is ESTAB exists with TFO only.
early_close_was_seen() {
	awk '$1 == "transition" && $3 == "SYN-RECV" && $4 == "FIN-WAIT-1" { n[$2] += $6 }
	     END { exit !(n["inet"] && n["inet6"]) }' "$TMP/$ns/a"
}

need_tcpulse
ktap_plan 6
start_bystander
setup_ns ns
# client and server, without cookies, also where no option asks for it
set_sysctl "$ns" ipv4.tcp_fastopen $((0x1 | 0x2 | 0x4 | 0x200 | 0x400))

start_lifecycles "$ns" -t 12 -n 120 -o tfo -p 960
await_pause "$lifecycles_pid"
present=LISTEN check "frozen in the middle: exact" assert_exact "$ns"
thaw "$lifecycles_pid"
wait_gone "$lifecycles_pid" 60
check "all cycles were done" assert_cycles_done "$ns"
check "at the end: exact" assert_exact "$ns"
check "connections were opened by TFO" opens_were_fast
check "SYN-RECV to FIN-WAIT-1 was counted" early_close_was_seen
check "other namespaces did not move" assert_bystander_unmoved
