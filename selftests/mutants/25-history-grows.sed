# SPDX-License-Identifier: GPL-2.0
# broken: the history of a namespace has no bound
# file: kmod/history.c
# test: security_bounded.sh
# kernel: uml
# fails: history has its bound
s/if \(tuning->n_history < TCPULSE_HISTORY_MAX\)/if (tuning->n_history < 100 * TCPULSE_HISTORY_MAX)/
