# SPDX-License-Identifier: GPL-2.0
# broken: a listener leaves LISTEN when a connection is born
# file: kmod/state.c
# test: states_basic.sh
# kernel: uml
/^tcpulse_state_count_special/,/^}/ s/^(\t\t)(tcpulse_count_stay\(counts, newstate\);)/\1tcpulse_count_leave(counts, oldstate);\n\1\2/
