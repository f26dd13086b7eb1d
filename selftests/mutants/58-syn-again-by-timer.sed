# SPDX-License-Identifier: GPL-2.0
# broken: only a SYN that the timer sends again is sent again
# file: kmod/segment.c
# test: segments_retrans.sh
# kernel: uml
# fails: a SYN that was too large
s/READ_ONCE\(tcp_sk\(sk\)->total_retrans\)/inet_csk(sk)->icsk_retransmits/
