#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The rows of transition-get are the transitions that TCP has in Linux, each
# once a family (four reasons for leaving TIME-WAIT), also before any was taken;
# a mix of life cycles takes nearly all of them and none that is unexpected.
#
# Kernels: source; kernels differ in the tracepoints that a connection passes

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly REGULAR='
CLOSED>LISTEN CLOSED>SYN-SENT
LISTEN>SYN-RECV LISTEN>CLOSED
SYN-SENT>ESTAB SYN-SENT>SYN-RECV SYN-SENT>CLOSED
SYN-RECV>ESTAB SYN-RECV>FIN-WAIT-1 SYN-RECV>CLOSE-WAIT SYN-RECV>CLOSED
ESTAB>FIN-WAIT-1 ESTAB>CLOSE-WAIT ESTAB>CLOSED
FIN-WAIT-1>FIN-WAIT-2 FIN-WAIT-1>CLOSING FIN-WAIT-1>CLOSED
FIN-WAIT-2>TIME-WAIT FIN-WAIT-2>CLOSED
CLOSING>TIME-WAIT CLOSING>CLOSED
CLOSE-WAIT>LAST-ACK CLOSE-WAIT>CLOSED
LAST-ACK>CLOSED
TIME-WAIT>CLOSED:expired TIME-WAIT>CLOSED:reset TIME-WAIT>CLOSED:reused TIME-WAIT>CLOSED:other
'
# What this traffic does not do for sure, at least not in time: no TIME-WAIT
# expires, and these need packets to meet at the right moment.
readonly RARE=' SYN-RECV>CLOSE-WAIT FIN-WAIT-1>CLOSED CLOSING>CLOSED TIME-WAIT>CLOSED:expired TIME-WAIT>CLOSED:other '

ns=''

regular_rows() {
	local edge
	for edge in $REGULAR; do
		printf '%s\n' "inet $edge" "inet6 $edge"
	done | sort
}

rows_are_the_regular_ones() {
	tcpulse_get -N "$ns" transitions |
		awk '{ print $1 " " $2 ">" $3 ($4 == "-" ? "" : ":" $4); if ($5 || $6) print "not fresh:", $0 }' |
		sort | diff <(regular_rows) -
}

all_were_taken() {
	tcpulse_get -N "$ns" transitions | awk -v rare="$RARE" '
	{ edge = $2 ">" $3 ($4 == "-" ? "" : ":" $4) }
	!$5 && !index(rare, " " edge " ") { print "never taken: " $1 " " edge; bad = 1 }
	$6 == "unexpected" { print; bad = 1 }
	END { exit bad }'
}

need_tcpulse
ktap_plan 5
start_bystander
setup_ns ns
set_sysctl "$ns" ipv4.tcp_fastopen $((0x1 | 0x2 | 0x4 | 0x200 | 0x400))
check "rows are the regular transitions, all 0 at first" rows_are_the_regular_ones
start_lifecycles "$ns" -t 16 -n 80 -x tfo -k v4,v6
in_ns "$ns" twend reset 5 >/dev/null
wait_gone "$lifecycles_pid" 90
check "all cycles were done" assert_cycles_done "$ns"
check "all but the rare ones were taken, none unexpected" all_were_taken
check "exact" assert_exact "$ns"
check "other namespaces did not move" assert_bystander_unmoved
