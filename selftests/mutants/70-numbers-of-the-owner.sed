# SPDX-License-Identifier: GPL-2.0
# broken: users are numbered as by the owner of the network namespace, whoever asks
# file: kmod/netlink_change.c
# test: hostile_uids.sh
# kernel: uml
# fails: on the host it was a plain user
s/sk_user_ns\(NETLINK_CB\(skb\)\.sk\)/sock_net(NETLINK_CB(skb).sk)->user_ns/
