# SPDX-License-Identifier: GPL-2.0
# broken: a revert overwrites what somebody else has set meanwhile
# file: kmod/param.c
# test: tune_confirm.sh
# kernel: uml
/^bool tcpulse_param_replace/,/^}/ s/return cmpxchg\(\(u32 \*\)at, from, to\) == from;/return xchg((u32 *)at, to) || from || !from;/
