# SPDX-License-Identifier: GPL-2.0
# broken: nobody looks at what was refused but who asks: all of it came just then
# file: kmod/refused.c
# test: screen_window.sh
# kernel: uml
# fails: over
/^bool tcpulse_refused_tick/,/^}/ s/if \(!moved && !tn->listeners.kernel_moved\)/if (moved || !moved)/
