#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tool makes no mistake with memory or arithmetic and forgets nothing: its
# own tests pass with one built with AddressSanitizer, LeakSanitizer and UBSan
# (make -C cli SANITIZE=1), and none of its processes has left a report, also
# where a test expected it to fail.
#
# Kernels: any; the mistakes looked for are those of the tool
#
# shellcheck source-path=SCRIPTDIR

. "$(dirname "$0")/lib/lib.sh"

readonly TESTS=(cli_absent cli_args cli_audit cli_findings cli_output
	cli_replay cli_tune)
readonly TOOL=$SELFTESTS/../cli/sanitized/tcpulse

# The tests' own words go before the verdict on them.
run_test() {
	status=0
	"$SELFTESTS/$1.sh" >"$TMP/$1" 2>&1 || status=$?
}

assert_passed() {
	[ "$status" -eq 0 ] || grep -vE '^ok |^KTAP|^1\.\.' "$TMP/$1"
	return "$status"
}

assert_no_report() {
	! head -n 40 "$TMP"/report.* 2>/dev/null
}

need_tcpulse
[ -x "$TOOL" ] || skip_all "not built: make -C cli SANITIZE=1"
export TCPULSE_TOOL=$TOOL
export ASAN_OPTIONS="exitcode=99:log_path=$TMP/report"
export UBSAN_OPTIONS="$ASAN_OPTIONS:print_stacktrace=1" LSAN_OPTIONS="$ASAN_OPTIONS"

ktap_plan $((2 * ${#TESTS[@]}))
for test in "${TESTS[@]}"; do
	run_test "$test"
	if [ "$status" -eq "$KSFT_SKIP" ]; then
		ktap_skip "$test passes" "$(sed -n 's/.*# SKIP //p' "$TMP/$test")"
	else
		check "$test passes" assert_passed "$test"
	fi
	check "$test leaves no report" assert_no_report
	rm -f "$TMP"/report.*
done
