# SPDX-License-Identifier: GPL-2.0
# broken: payload of a fragment is taken for a TCP header
# file: kmod/packet.h
# test: kunit.sh
# kernel: uml
# build: TCPULSE_KUNIT=m
# fails: packet
/^tcpulse_packet_tcp\(/,/^}/ s/!\(ip_hdr\(skb\)->frag_off & htons\(IP_OFFSET\)\)/true/
