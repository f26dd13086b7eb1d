# SPDX-License-Identifier: GPL-2.0
# broken: such a queue is not full, whatever the kernel does
# file: kmod/listener.c
# test: listeners_migrated.sh
# kernel: uml
# fails: full, if the kernel takes it for full
s/inet_csk_reqsk_queue_is_full\(sk\), now/tcpulse_listener_syn_depth(sk) > limit, now/
