# SPDX-License-Identifier: GPL-2.0
# broken: reading makes each probe look for a peak again
# file: kmod/peak.c
# test: security_polling.sh
# kernel: 6.12
# run: --icount
# fails: costs no more
/^void tcpulse_peak_collect/,/^}/ s/tcpulse_peak_get\(&tn->pcpu->family\[f\],/tcpulse_peak_take(\&tn->pcpu->family[f],/
s/^void tcpulse_peak_collect\(/static u32 tcpulse_peak_take(struct tcpulse_counts __percpu *counts, int state);\n\n&/
