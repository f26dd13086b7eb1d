# SPDX-License-Identifier: GPL-2.0
# broken: a container tunes around a read-only /proc/sys
# file: kmod/permit.c
# test: tune_container.sh
# kernel: uml
# fails: changes nothing
s/netlink_ns_capable\(skb, net->user_ns, CAP_SYS_ADMIN\)/netlink_ns_capable(skb, net->user_ns, CAP_NET_ADMIN)/
