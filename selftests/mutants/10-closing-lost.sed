# SPDX-License-Identifier: GPL-2.0
# broken: who comes to TIME_WAIT from CLOSING counts as from FIN_WAIT2
# file: kmod/state.c
# test: transitions_regular.sh
# kernel: uml
# fails: were taken
s/^\t\ttcpulse_edge_why\(counts, TCPULSE_TW_FROM_CLOSING\);/\t\treturn;/
