# SPDX-License-Identifier: GPL-2.0
# broken: what is authenticated counts before and after that
# file: kmod/received.c
# test: segments_foreign.sh
# kernel: 6.12
# fails: authenticated
s/return tcpulse_received_has\(skb, NEXTHDR_AUTH, 0\) \|\|/return/
