# SPDX-License-Identifier: GPL-2.0
# broken: a RST is attributed to an earlier connection that had the same memory
# file: kmod/rst_state.h
# test: kunit.sh
# kernel: uml
# build: TCPULSE_KUNIT=m
# fails: rst_state
s/(READ_ONCE\(tcp_sk\(sk\)->write_seq\)) << 32;$/\1 * 0;/
