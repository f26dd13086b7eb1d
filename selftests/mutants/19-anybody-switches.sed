# SPDX-License-Identifier: GPL-2.0
# broken: segment-set needs no privilege
# file: kmod/netlink_gen.c
# test: security_reveals.sh
# kernel: uml
/TCPULSE_CMD_SEGMENT_SET,$/,/\},$/ s/^\t\t\.flags.*//
