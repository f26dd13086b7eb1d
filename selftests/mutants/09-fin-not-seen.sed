# SPDX-License-Identifier: GPL-2.0
# broken: a minisock in FIN_WAIT2 stays there when the FIN comes
# file: kmod/timewait.c
# test: states_basic.sh
# kernel: uml
/^void tcpulse_timewait_dropped/,/^}/ s/if \(th->fin\)/if (th->fin \&\& th->urg)/
