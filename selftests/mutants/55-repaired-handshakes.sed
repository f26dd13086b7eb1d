# SPDX-License-Identifier: GPL-2.0
# broken: what TCP_REPAIR establishes has shaken hands
# file: kmod/handshake.h
# test: states_owners.sh
# kernel: uml
# fails: TCP_REPAIR: connections, and no handshake
s/return way == TCPULSE_PASSIVE \|\| likely\(tcp_sk\(sk\)->segs_out\);/return true;/
