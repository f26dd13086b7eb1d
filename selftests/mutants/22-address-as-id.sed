# SPDX-License-Identifier: GPL-2.0
# broken: the id of a listener is its address
# file: kmod/listener.c
# test: security_reveals.sh
# kernel: uml
/^static struct tcpulse_listener \*tcpulse_listener_alloc/,/^}/ s/(listener->id = ).*;/\1(unsigned long)sk;/
