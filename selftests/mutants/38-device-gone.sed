# SPDX-License-Identifier: GPL-2.0
# broken: a packet whose device is gone counts for the first namespace
# file: kmod/packet.h
# test: kunit.sh
# kernel: uml
# build: TCPULSE_KUNIT=m
# fails: packet
s/likely\(dev != blackhole_netdev\)/true/
