# SPDX-License-Identifier: GPL-2.0
# broken: a probe waits for memory
# file: kmod/listener.c
# test: states_basic.sh
# kernel: uml-debug
# run: -a kmemleak=off
# fails: sleeping function
/^static struct tcpulse_listener \*tcpulse_listener_alloc/,/^}/ s/TCPULSE_LISTENER_GFP/GFP_KERNEL/
