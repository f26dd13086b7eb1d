# SPDX-License-Identifier: GPL-2.0
# broken: who opened the socket may lack the privilege to change net.core
# file: kmod/netlink_tune.c
# test: tune_userns.sh
# kernel: 6.1
/^static int tcpulse_nl_tuning_begin/,/^}/ s/netlink_capable\(skb, CAP_NET_ADMIN\)/true/
