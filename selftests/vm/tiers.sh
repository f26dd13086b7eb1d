# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # for those who source it
#
# Knows on which kernels a test runs that says in its header what kind it is (where);
# sourced by where, check and check-debug.

# every day: on User Mode Linux, on Debian's older kernels, and on the newest of them
readonly ON_UML="each source any"
readonly ON_OLDER="each source debian"
readonly ON_NEWEST="each debian newest"
readonly ALL_KINDS="each source any debian newest"

# kinds_for KERNEL: what can run there at all
kinds_for() {
	if [ "$(kernel_machine "$1")" = uml ]; then
		echo "$ON_UML"
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
