# SPDX-License-Identifier: GPL-2.0
# broken: no RST that is sent is counted
# file: kmod/segment.c
# test: cli_audit.sh
# kernel: uml
# fails: busy:
s/tcpulse_segment_count\(pcpu, f, TCPULSE_A_SEGMENT_RST_OUT\);//
