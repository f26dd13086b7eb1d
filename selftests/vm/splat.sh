#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Knows what a kernel prints when something is wrong with it, and finds it in a
# console log. Sourced by run; what follows from a splat is decided there.

# Beginnings of messages: "WARNING" further on is the boot's talk about
# mitigations. The taint lines of an out-of-tree module are not among them.
SPLAT_STARTS='
BUG[: ]
kernel BUG at
WARNING:
UBSAN:
KCSAN:
Oops
general protection
(int3|double fault|divide error|invalid opcode|stack segment):
(soft|hard) lockup
watchdog:.*(BUG|hard LOCKUP)
rcu: INFO:
INFO: (task|trying to register|possible|inconsistent|suspicious|rcu)
refcount_t:
list_(add|del) corruption
unregister_netdevice: waiting
kmemleak: [0-9]+ new suspected
Kernel panic
Call Trace:
-+\[ cut here
'

# What may stand anywhere in a line.
SPLAT_PARTS='
Kernel panic - not syncing
scheduling while atomic
detected stalls
self-detected stall
suspicious RCU usage
possible .* deadlock
inconsistent lock state
blocked for more than [0-9]+ seconds
'

# alternatives LINES: one extended regular expression that matches any of them
alternatives() {
	grep . <<<"$1" | paste -sd'|'
}

# Time, and where the kernel adds it the caller, come before the message.
SPLAT="^(\[[^]]*\])* *($(alternatives "$SPLAT_STARTS"))|$(alternatives "$SPLAT_PARTS")"
readonly SPLAT

# find_splat LOG: the number of the first line that is one; but a race that only
# the kernel's own functions have is not ours
find_splat() {
	grep -anE -e "$SPLAT" "$1" | awk -F: '!n && (!/BUG: KCSAN: / || /tcpulse/) { print $1; n = 1 }'
}
