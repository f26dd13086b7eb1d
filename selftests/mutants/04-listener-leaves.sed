# SPDX-License-Identifier: GPL-2.0
# broken: a listener leaves LISTEN when a connection is born
# file: kmod/state.c
# test: states_basic.sh
# kernel: uml
s/^\ttcpulse_edge_socket\(counts, TCP_LISTEN, .*STAYS\);/\ttcpulse_count_leave(counts, TCP_LISTEN);\n&/
