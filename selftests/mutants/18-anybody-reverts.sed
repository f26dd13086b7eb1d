# SPDX-License-Identifier: GPL-2.0
# broken: param-revert needs no privilege
# file: kmod/netlink_gen.c
# test: tune_userns.sh
# kernel: uml
# fails: refused
/TCPULSE_CMD_PARAM_REVERT,$/,/\},$/ s/^\t\t\.flags.*//
