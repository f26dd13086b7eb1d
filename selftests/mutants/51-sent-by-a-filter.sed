# SPDX-License-Identifier: GPL-2.0
# broken: a RST of a filter is taken for one of the socket it is for
# file: kmod/sent.c
# test: segments_foreign.sh
# kernel: uml
# fails: a filter answers TCP
s/tcpulse_sent_is_control\(state->sk\)\)/tcpulse_sent_is_owner(state->sk))/
