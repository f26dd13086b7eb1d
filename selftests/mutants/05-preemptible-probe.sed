# SPDX-License-Identifier: GPL-2.0
# broken: a probe of 7.x may be preempted, and is outside RCU
# file: kmod/compat/include/linux/tracepoint.h
# test: states_basic.sh
# kernel: uml-debug
s/^\tpreempt_(dis|en)able_notrace\(\);//
