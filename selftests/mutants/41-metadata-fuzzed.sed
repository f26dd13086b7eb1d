# SPDX-License-Identifier: GPL-2.0
# broken: a dst that a tunnel has made, without a device, is taken for a route
# file: kmod/packet.h
# test: packets_fuzz.sh
# kernel: uml
s/!skb_valid_dst\(skb\)/!skb_dst(skb)/
