#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Random lives of connections over random settings, and every number of the module
# compared with the kernel's: first the seeds of the file seeds, which once found
# something, then new ones, or FIRST_SEED and those after it. TRIALS of them, or
# as many as begin within BUDGET seconds. A seed that differs says what, and what
# it drew; trial.sh SEED is it again.
#
# Kernels: each; every number is compared with the kernel's

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly TRIALS=${TRIALS:-} BUDGET=${BUDGET:-60} WORKERS=${WORKERS:-24}
readonly FIRST_SEED=${FIRST_SEED:-$(date +%s)000}
# more than can begin within any budget
readonly MANY=1000000

known_seeds() {
	sed 's/#.*//' "$SELFTESTS/seeds" | awk 'NF { print $1 }'
}

# trials WORD...: what tcptrial says, a line a trial, goes past check
trials() {
	tcptrial -v -j "$WORKERS" "$@" >"$TMP/said" 2>&1
	local status=$?
	ktap_diag <"$TMP/said" | sed 's/^# # /# /' >&3
	return "$status"
}

try_known() {
	mapfile -t seeds < <(known_seeds)
	[ ${#seeds[@]} -eq 0 ] || trials "${seeds[@]}"
}

try_new() {
	if [ "$TRIALS" ]; then
		trials -n "$TRIALS" "$FIRST_SEED"
	else
		trials -n "$MANY" -t "$BUDGET" "$FIRST_SEED"
	fi
}

need_tcpulse
need_cli
export TCPULSE=$cli
PATH=$SELFTESTS/trial:$PATH
[ -x "$SELFTESTS/trial/tcptrial" ] || skip_all "not built: make -C selftests/trial"
exec 3>&1

ktap_plan 3
mark_log
check "seeds that once found something" try_known
check "new seeds from $FIRST_SEED on" try_new
check "the kernel has nothing to complain about" assert_no_splat
