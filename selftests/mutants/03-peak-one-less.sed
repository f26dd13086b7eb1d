# SPDX-License-Identifier: GPL-2.0
# broken: the largest population is one too low
# file: kmod/peak.c
# test: peaks.sh
# kernel: uml
# fails: peaks are exact
/^static void tcpulse_peak_note/,/^}/ s/max\(peaks->ever\[f\]\[state\], peak\)/max(peaks->ever[f][state], peak ? peak - 1 : 0)/
