# SPDX-License-Identifier: GPL-2.0
# broken: what is pending stays when the module goes
# file: kmod/tune.c
# test: tune_confirm.sh
# kernel: uml
# fails: unload
/^void tcpulse_tune_close/,/^}/ s/^\tif \(tx\)$/\tif (tx \&\& !tuning->closed)/
