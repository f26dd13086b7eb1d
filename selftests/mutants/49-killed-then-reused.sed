# SPDX-License-Identifier: GPL-2.0
# broken: a minisock that ss -K ended is attributed to a later segment
# file: kmod/timewait.c
# test: lookalikes.sh
# kernel: uml
# fails: TIME-WAIT ended by ss -K
s/if \(!tcpulse_hand_is\(&last->hand, net\)\)/if (0)/
