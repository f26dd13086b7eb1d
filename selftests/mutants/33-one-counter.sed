# SPDX-License-Identifier: GPL-2.0
# broken: all CPUs count populations with the counters of one
# file: kmod/counters.h
# test: states_lifecycles.sh
# kernel: 6.12-kcsan
# fails: KCSAN
s/this_cpu_(inc|dec)\(counts->pop\[state\]\);/per_cpu_ptr(counts, 0)->pop[state] += "\1"[0] == 'i' ? 1 : -1;/
