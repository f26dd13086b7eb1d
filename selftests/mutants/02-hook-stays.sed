# SPDX-License-Identifier: GPL-2.0
# broken: unloading leaves the netfilter hooks registered
# file: kmod/pernet.c
# test: segments_unload.sh
# kernel: 6.12
s/^\ttcpulse_segment_pre_exit_net\(net\);//
