# SPDX-License-Identifier: GPL-2.0
# broken: each RST that is sent counts twice
# file: kmod/segment.c
# test: cli_audit.sh
# kernel: uml
# fails: busy: segments are held
s/tcpulse_segment_count\(pcpu, f, TCPULSE_A_SEGMENT_RST_OUT\);/&&/
