# SPDX-License-Identifier: GPL-2.0
# broken: a namespace falls asleep with minisocks, whose end nobody notices
# file: kmod/peak.c
# test: kunit.sh
# kernel: uml
# build: TCPULSE_KUNIT=m
# fails: peak
s/return moved \|\| tcpulse_peak_restless\(state, level\);/return moved || (tcpulse_peak_restless(state, level) \&\& false);/
