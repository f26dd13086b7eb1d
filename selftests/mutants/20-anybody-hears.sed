# SPDX-License-Identifier: GPL-2.0
# broken: the group alert needs no privilege
# file: kmod/netlink_gen.c
# test: security_reveals.sh
# kernel: uml
s/, GENL_MCAST_CAP_NET_ADMIN,/, 0,/
