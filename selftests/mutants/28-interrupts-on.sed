# SPDX-License-Identifier: GPL-2.0
# broken: the set of FIN_WAIT2 minisocks is locked with interrupts on
# file: kmod/fin_wait2.c
# test: states_basic.sh
# kernel: uml-debug
# run: -a kmemleak=off
/^bool tcpulse_fin_wait2_del/,/^}/ s/raw_spin_lock_irqsave\(&bucket->lock, flags\);/flags = 0;\n\traw_spin_lock(\&bucket->lock);/
/^bool tcpulse_fin_wait2_del/,/^}/ s/raw_spin_unlock_irqrestore\(&bucket->lock, flags\);/raw_spin_unlock(\&bucket->lock);\n\t(void)flags;/
