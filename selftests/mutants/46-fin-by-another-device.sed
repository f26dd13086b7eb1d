# SPDX-License-Identifier: GPL-2.0
# broken: a segment is looked up by the device it came by, not by the one it is for
# file: kmod/tuple.c
# test: states_devices.sh
# kernel: uml
# fails: FIN of who is closed
s/inet_iif\(skb\)/skb->skb_iif/
