# SPDX-License-Identifier: GPL-2.0
# broken: an extension header of IPv6 is taken for a TCP header
# file: kmod/packet.h
# test: kunit.sh
# kernel: uml
# build: TCPULSE_KUNIT=m
# fails: packet
/^tcpulse_packet_tcp_far\(/,/^}/ s/offset == skb_transport_offset\(skb\)/offset > 0/
