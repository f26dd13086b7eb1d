# SPDX-License-Identifier: GPL-2.0
# broken: what is pending stays when the module goes
# file: kmod/tune.c
# test: tune_confirm.sh
# kernel: uml
# fails: unload
/^static void __net_exit tcpulse_tune_pre_exit_net/,/^}/ s/^\tif \(tx\)$/\tif (tx \&\& !tuning->closed)/
