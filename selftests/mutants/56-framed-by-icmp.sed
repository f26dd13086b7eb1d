# SPDX-License-Identifier: GPL-2.0
# broken: what an ICMP error refused waits for the next segment
# file: kmod/freed.c
# test: listeners_blamed.sh
# kernel: uml
# fails: ICMP: unreachable
s/if \(unlikely\(tcpulse_packet_is_other\(skb\)\)\)/if (0)/
