# SPDX-License-Identifier: GPL-2.0
# broken: what is pending stays when the module goes
# file: kmod/tune.c
# test: tune_confirm.sh
# kernel: uml
# fails: unload
/^void tcpulse_tune_close/,/^}/ s/tcpulse_tune_settle\(net, tx, TCPULSE_ACTION_UNLOAD, &tx->by\);/tuning->pending = NULL;/
