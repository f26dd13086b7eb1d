# SPDX-License-Identifier: GPL-2.0
# broken: a segment that ends within its header is taken for a whole one
# file: kmod/segment.c
# test: packets_fuzz.sh
# kernel: uml
s/if \(th && tcp_flag_byte/if (tcp_flag_byte/
