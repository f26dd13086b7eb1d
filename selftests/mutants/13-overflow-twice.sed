# SPDX-License-Identifier: GPL-2.0
# broken: a last ACK that was refused counts twice
# file: kmod/overflow.c
# test: listeners_overflow.sh
# kernel: uml
s/(refusals->count\[TCPULSE_A_REFUSALS_ACCEPT_FULL_ACK\])\+\+;/\1 += 2;/
