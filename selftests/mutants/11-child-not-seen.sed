# SPDX-License-Identifier: GPL-2.0
# broken: a request sock that became a connection counts as one that died
# file: kmod/reqsk.c
# test: states_basic.sh
# kernel: uml
# fails: every step
s/taken = tcpulse_reqsk_is_taken\(req\) \? req : NULL;/taken = tcpulse_reqsk_is_taken(req) ? NULL : NULL;/
