#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Unit tests of the module's pure parts, in kernel space: every case of every
# suite of tcpulse_kunit.ko passes. For kernels with KUnit, which Debian's own
# are not; the module is built only if asked for (EXTRA=TCPULSE_KUNIT=m).
#
# Kernels: any; pure parts of the module are what is tested, where there is a kernel
#   with KUnit
#
# shellcheck source-path=SCRIPTDIR

. "$(dirname "$0")/lib/lib.sh"

readonly RESULTS=/sys/kernel/debug/kunit
readonly SUITES=(counters ehash handshake minute packet param peak rst_state transition)

# Beside the module under test, unless said otherwise.
find_suites() {
	ko=${TCPULSE_KUNIT_KO:-$(dirname "${TCPULSE_KO:-.}")/tcpulse_kunit.ko}
	[ -e "$ko" ] || skip_all "not built: EXTRA=TCPULSE_KUNIT=m"
}

need_kunit() {
	need_root
	need_tool insmod rmmod modprobe
	# from 6.15 on suites may be left for whoever asks; before, this is ignored
	modprobe kunit autorun=1 2>/dev/null || skip_all "this kernel has no KUnit"
	[ -d "$RESULTS" ] || skip_all "needs CONFIG_KUNIT_DEBUGFS"
}

# What KUnit wrote of a suite: a plan, a line for each case, and more where
# one failed. The line of the suite itself is not indented.
assert_suite_passed() {
	awk '{ text = text $0 "\n" }
	     /^ +1\.\.[0-9]+$/ { planned = substr($1, 4) }
	     /^ +ok [0-9]/ && !/# SKIP/ { passed++ }
	     END {
		if (planned > 0 && passed == planned)
			exit 0
		printf "%s%d of %d cases passed\n", text, passed, planned
		exit 1
	     }' "$RESULTS/tcpulse_$1/results"
}

find_suites
need_kunit
ktap_plan $((${#SUITES[@]} + 2))
mark_log
check "the suites can be loaded" insmod "$ko"
defer rmmod tcpulse_kunit
for suite in "${SUITES[@]}"; do
	check "$suite" assert_suite_passed "$suite"
done
check "the kernel does not complain" assert_no_splat
