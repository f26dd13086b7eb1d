# SPDX-License-Identifier: GPL-2.0
# broken: IPv6 inside a VRF is looked up by the device below it only
# file: kmod/tuple.c
# test: states_devices.sh
# kernel: uml
# fails: vrf: who sends RST
s/tcp_v6_iif_l3_slave/tcp_v6_iif/
