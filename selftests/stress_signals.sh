#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Signals and closed pipes into every command of the tool, ROUNDS times each, at
# the start and at any moment later. It ends by the signal or as the manual says,
# success has the whole answer, a change made with --confirm stays pending or was
# never made, a file is the old one or the new one, and a terminal is as before.
#
# Kernels: any; what a signal does to the tool is what is tested

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/tune.sh"

readonly ROUNDS=${ROUNDS:-1}
readonly SIGNALS="INT TERM HUP PIPE QUIT"
readonly COMMANDS=(
	"" "states" "transitions" "transitions --dot" "listeners -p" "timewait"
	"timewait --by port" "timewait --headroom" "timewait --halfclosed" "segments"
	"segments on" "tune" "tune pending" "tune log" "tune confirm" "tune revert"
	"tune set tcp_fin_timeout=60 --dry-run" "audit" "info" "help"
	"-i 0.1 -c 30 states" "-i 0.1 -c 30 segments" "-i 0.1 -c 30 listeners"
)
ns='' ends=0 cut=0

# --- ends ----------------------------------------------------------------------

# pause LIMIT: up to LIMIT ms, longer on a slow machine, seldom none at all
pause() {
	local ms=$((RANDOM % ($1 * slow)))
	[ $((RANDOM % 5)) -eq 0 ] || sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
}

# Until then a signal would run the traps of this script.
await_exec() {
	local comm
	while read -r comm 2>/dev/null <"/proc/$1/comm" && [[ ${0##*/} = "$comm"* ]]; do
		:
	done
}

# run_and_signal SIGNAL COMMAND...: sets status; output in $TMP/out and $TMP/err
run_and_signal() {
	local signal=$1 pid
	shift
	# a background job of a script does not hear of Ctrl-C by itself
	(trap - EXIT && exec env --default-signal=INT,QUIT "$@") >"$TMP/out" 2>"$TMP/err" \
		</dev/null &
	pid=$!
	await_exec "$pid"
	pause 250
	kill -s "$signal" "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	status=$?
	ends=$((ends + 1))
	[ "$status" -lt 128 ] || cut=$((cut + 1))
}

# is_documented SIGNAL: ended by it, or as the manual has it
is_documented() {
	[ "$status" -le 5 ] || [ "$status" -eq $((128 + $(kill -l "$1"))) ]
}

# Success is a whole answer.
is_whole() {
	[ "$status" -eq 0 ] || return 0
	[ -s "$TMP/out" ] && jq empty "$TMP/out"
}

# one SIGNAL WORDS [JSON]
one() {
	local words
	read -r -a words <<<"$2"
	run_and_signal "$1" "$cli" -N "$ns" ${3:+-j} "${words[@]}"
	is_documented "$1" || { echo "$2, SIG$1: status $status: $(<"$TMP/err")"; return 1; }
	[ -z "${3:-}" ] || is_whole || { echo "$2, SIG$1: success without all"; return 1; }
}

every_command() {
	local i command signal status bad=0
	for ((i = 0; i < ROUNDS; i++)); do
		for command in "${COMMANDS[@]}"; do
			for signal in $SIGNALS; do
				one "$signal" "$command" || bad=1
				[[ $command = *--dot* || $command = help ]] ||
					one "$signal" "$command" json || bad=1
			done
		done
	done
	echo "# $ends ends, $cut of them by the signal" >&3
	return "$bad"
}

# --- pipes ----------------------------------------------------------------------

# closed_pipe WORDS [JSON]: nobody reads from the first byte on, which is no error;
# that nothing is pending is said elsewhere
closed_pipe() {
	local words status=0
	[[ $1 != tune\ @(confirm|revert) ]] || return 0
	read -r -a words <<<"$1"
	"$cli" -N "$ns" ${2:+-j} "${words[@]}" 2>"$TMP/err" 1>&"$unread" || status=$?
	{ [ "$status" -eq 0 ] && [ ! -s "$TMP/err" ]; } ||
		{ echo "$1${2:+, JSON}, closed pipe: $status: $(<"$TMP/err")"; return 1; }
}

closed_pipes() {
	local command bad=0 reader unread
	mkfifo "$TMP/pipe"
	exec {reader}<>"$TMP/pipe"
	exec {unread}>"$TMP/pipe"
	exec {reader}<&-
	for command in "${COMMANDS[@]}" -V; do
		closed_pipe "$command" || bad=1
		[[ $command = *--dot* || $command = help || $command = -V ]] ||
			closed_pipe "$command" json || bad=1
	done
	exec {unread}>&-
	return "$bad"
}

full_disk() {
	local command words bad=0 status
	for command in "${COMMANDS[@]}"; do
		read -r -a words <<<"$command"
		status=0
		"$cli" -N "$ns" "${words[@]}" >/dev/full 2>"$TMP/err" || status=$?
		[ "$status" -ne 0 ] && [ "$status" -le 5 ] && continue
		echo "$command >/dev/full: $status"
		bad=1
	done
	return "$bad"
}

# --- a change ----------------------------------------------------------------------

# Pending with the new value, or never made with the old.
is_all_or_nothing() {
	local value=60
	! "$cli" -N "$ns" -j tune pending 2>/dev/null |
		jq -e '.. | objects | select(has("remaining_ms"))' >/dev/null || value=30
	sysctl_is "$ns" "tcp_fin_timeout=$value" || { echo "SIG$1, status $status"; return 1; }
	[ "$value" -eq 60 ] && return
	kept=$((kept + 1))
	tune "$ns" revert >/dev/null && sysctl_is "$ns" tcp_fin_timeout=60
}

changes() {
	local i signal status kept=0
	for ((i = 0; i < 4 * ROUNDS; i++)); do
		for signal in $SIGNALS KILL; do
			run_and_signal "$signal" "$cli" -N "$ns" tune set tcp_fin_timeout=30 \
				--confirm 600
			is_documented "$signal" || { echo "SIG$signal: status $status"; return 1; }
			is_all_or_nothing "$signal" || return
		done
	done
	echo "# $((24 * ROUNDS)) changes cut off, $kept of them made" >&3
	[ "$kept" -gt 0 ]
}

# --- a file --------------------------------------------------------------------------

file_is_whole() {
	[ "$(md5sum <"$TMP/saved.conf")" = "$1" ] || [ "$(md5sum <"$TMP/saved.conf")" = "$2" ]
}

files() {
	local i signal status old new
	echo "net.ipv4.tcp_fin_timeout = 44" >"$TMP/saved.conf"
	old=$(md5sum <"$TMP/saved.conf")
	cp "$TMP/saved.conf" "$TMP/old.conf"
	tune "$ns" save tcp_fin_timeout --file "$TMP/saved.conf" >/dev/null || return
	new=$(md5sum <"$TMP/saved.conf")
	for ((i = 0; i < 4 * ROUNDS; i++)); do
		for signal in $SIGNALS KILL; do
			cp "$TMP/old.conf" "$TMP/saved.conf"
			run_and_signal "$signal" "$cli" -N "$ns" tune save tcp_fin_timeout \
				--file "$TMP/saved.conf"
			file_is_whole "$old" "$new" || { echo "SIG$signal: half a file"; return 1; }
			[ "$status" -ne 0 ] || [ "$(md5sum <"$TMP/saved.conf")" = "$new" ] ||
				{ echo "SIG$signal: success, but not saved"; return 1; }
		done
	done
}

# --- a terminal ------------------------------------------------------------------------

waits_in_terminal() {
	grep -q 'reverts in' "$TMP/tty"
}

# on_terminal SIGNAL: while it counts down
on_terminal() {
	local script status=0
	: >"$TMP/tty"
	script -qfec "stty -g >$TMP/stty.before; env --default-signal=INT,QUIT ${cli@Q} -N $ns \
		tune set tcp_fin_timeout=30 --confirm 600; echo \$? >$TMP/tty.status; \
		stty -g >$TMP/stty.after" "$TMP/tty.log" <&4 >"$TMP/tty" 2>&1 &
	script=$!
	busywait 20 waits_in_terminal || { cat "$TMP/tty"; return 1; }
	pkill -"$1" -f -n "^$cli -N $ns tune set"
	busywait 20 is_gone "$script" || { echo "SIG$1: still there"; kill -KILL "$script"; return 1; }
	status=$(<"$TMP/tty.status")
	cmp "$TMP/stty.before" "$TMP/stty.after" || return
	is_documented "$1" && is_all_or_nothing "$1" && [ "$kept" -gt 0 ]
}

terminal() {
	local signal kept
	# a standard input that does not end
	mkfifo "$TMP/keys"
	exec 4<>"$TMP/keys"
	for signal in INT TERM HUP QUIT; do
		kept=0
		on_terminal "$signal" || { echo "SIG$signal"; return 1; }
	done
}

need_tune
ktap_plan 6
exec 3>&1
ulimit -c 0
setup_ns ns
set_sysctl "$ns" ipv4.tcp_fin_timeout 60
start_hold "$ns" -k v4,v6 listen=3 estab=20 fin-wait-2=2 time-wait=10
check "every command, any signal: documented, and success is whole" every_command
check "every command into a closed pipe" closed_pipes
check "no command succeeds on a full disk" full_disk
check "a change is pending or was not made" changes
check "a file is the old or the new one" files
if command -v script pkill >/dev/null; then
	check "a terminal is as before, the change pending" terminal
else
	ktap_skip "a terminal is as before, the change pending" "needs script and pkill"
fi
