# SPDX-License-Identifier: GPL-2.0
# broken: history is read of the first network namespace
# file: kmod/netlink_change.c
# test: security_reveals.sh
# kernel: uml
/^int tcpulse_nl_change_get_doit/,/^}/ s/= genl_info_net\(info\);/= \&init_net;/
