#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Without the module every command that needs it ends with 3, says how to load
# it, and prints nothing on stdout; loaded again, all work again.
#
# Kernels: any; the words and the status of the tool are its own

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

absent() {
	local status=0
	within 20 "$cli" "$@" >"$TMP/out" 2>"$TMP/err" || status=$?
	cat "$TMP/out" "$TMP/err"
	[ "$status" -eq 3 ] && [ ! -s "$TMP/out" ] && grep -q 'modprobe tcpulse' "$TMP/err"
}

present_again() {
	load_module && within 20 "$cli" states && within 20 "$cli" audit
}

need_reload
need_cli
ktap_plan 7
check "tcpulse: 3" absent
check "tcpulse states: 3" absent states
check "tcpulse -j transitions: 3" absent -j transitions
check "tcpulse audit: 3" absent audit
check "tcpulse info: 3" absent info
check "tcpulse help needs no module" "$cli" help
check "loaded: works" present_again
unload_module
