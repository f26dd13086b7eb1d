# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # for those who source it
#
# Knows on which kernels a test runs that says in its header what kind it is (where);
# sourced by where, check and check-debug.

# Every day, of what needs neither CPUs that truly run at once nor RCU that waits: on
# the newest of Debian's kernels all, on the older ones what can differ there. The rest:
# on User Mode Linux, which is of the newest's source, and on Debian's.
readonly ON_NEWEST="each source any debian newest"
readonly ON_OLDER="each source debian"
readonly AT_ONCE_ON_UML="each source any"
readonly AT_ONCE_ON_NEWEST="each debian newest"
readonly ALL_KINDS="each source any debian newest"

# What needs neither, of the columns of where; and what needs RCU that waits.
# shellcheck disable=SC2016 # for awk
readonly MODEST='$3 != "parallel" && $4 != "normal"' WAITS='$4 == "normal"'

# kinds_for KERNEL: what can run there at all
kinds_for() {
	if [ "$(kernel_machine "$1")" = uml ]; then
		echo "$AT_ONCE_ON_UML"
	else
		echo "$ALL_KINDS"
	fi
}

# tests_of KINDS [CONDITION]: names, from what where has printed into $OUT/where;
# CONDITION is awk's, on $3 (CPUs), $4 (RCU) and $6 (turn)
tests_of() {
	awk -F '\t' -v kinds=" $1 " "
		index(kinds, \" \" \$2 \" \") && (${2:-1}) { print \$1 }" "$OUT/where"
}
