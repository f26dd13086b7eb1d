# SPDX-License-Identifier: GPL-2.0
# broken: what looks for peaks goes on though nothing moves
# file: kmod/tick.c
# test: peaks_asleep.sh
# kernel: uml
# fails: sleeps
s/^([[:space:]]*)if \(moving\)$/\1if (moving || true)/
