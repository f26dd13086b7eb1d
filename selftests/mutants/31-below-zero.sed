# SPDX-License-Identifier: GPL-2.0
# broken: a SYN queue that the kernel counts below zero has four billion entries
# file: kmod/listener.h
# test: listeners_migrated.sh
# kernel: uml
# fails: nothing is in the queue
s/max\(inet_csk_reqsk_queue_len\(sk\), 0\)/inet_csk_reqsk_queue_len(sk)/
