# SPDX-License-Identifier: GPL-2.0
# broken: a dst that a tunnel has made, without a device, is taken for a route
# file: kmod/packet.h
# test: packets_fuzz.sh
# kernel: uml
s/skb->skb_iif && skb_valid_dst\(skb\)/skb->skb_iif \&\& skb_dst(skb)/
