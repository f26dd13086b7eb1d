#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Wrong command lines, and right ones that cannot be obeyed: each ends with its
# documented status, says why on stderr in one line, and prints nothing on
# stdout. What only asks for help prints that, and ends with 0.
#
# Kernels: any; the tool alone judges a command line

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

# STATUS	PATTERN ON STDERR, "-": NOTHING	ARGUMENTS
readonly TABLE="
1	unknown command 'nonsense'	nonsense
1	did you mean 'states'	state
1	unknown command ''	''
1	unknown option	--nonsense
1	unknown option	-z
1	unknown option	states -z
1	unknown state 'nonsense'	states nonsense
1	did you mean	states time-wiat
1	closed is not a population	states closed
1	unexpected argument 'x'	info x
1	unexpected argument	audit time-wait
1	needs a value	-N
1	needs a value	-i
1	needs a value	states -c
1	-i	-i 0
1	-i	-i -1
1	-i	-i -5s
1	-i	-i 1x
1	-i	-i 1e3
1	-i	-i ''
1	-i	-i 99999999999999999999
1	-i	-i 0.01
1	-i	-i 1m1
1	-c	-i 1 -c 0
1	-c	-i 1 -c -1
1	-c	-i 1 -c 1.5
1	-c	-i 1 -c 99999999999999999999
1	-c	-i 1 -c x
1	--color	--color=sometimes states
1	exclude each other	-4 -6 states
1	exclude each other	-a -N 1 states
1	exclude each other	transitions --dot -j
1	--dot	states --dot
1	--dot	transitions --dot -i 1
1	--timeout	states --timeout 1
1	--timeout	audit --timeout x
2	no network namespace of this name	-N no-such-namespace-here states
2	no process	-N 4194300 states
2	-N /proc/self/stat: .* is not a network namespace	-N /proc/self/stat states
2	-N	-N /no/such/path states
0	-	help
0	-	--help
0	-	-h
0	-	help states
0	-	help complete
0	-	complete -- tune --
0	-	complete -- --color=
1	--timeout goes with: tcpulse audit	info --timeout 1
1	-p goes with: tcpulse listeners	-p states
0	-	states --help
0	-	--version
0	-	-V
0	-	states
0	-	-4 states TIME_WAIT time-wait established
0	-	states -i 0.1 -c 2
0	-	-j info
0	-	transitions --dot
0	-	-6 transitions listen
0	-	-N \$ns states
0	-	-N \$\$ states
0	-	-a -H states
"

readonly MANUAL=$SELFTESTS/../cli/man/tcpulse.8

ns=''

# one STATUS PATTERN ARGUMENTS, as written in the table
one() {
	local want=$1 pattern=$2 words=$3 status=0 args
	eval "args=($words)"
	within 20 "$cli" "${args[@]}" >"$TMP/out" 2>"$TMP/err" </dev/null || status=$?
	if [ "$status" -ne "$want" ]; then
		echo "status $status, not $want"
		cat "$TMP/err"
		return 1
	fi
	if [ "$pattern" = - ]; then
		cat "$TMP/err"
		[ -s "$TMP/out" ] && [ ! -s "$TMP/err" ]
		return
	fi
	[ ! -s "$TMP/out" ] || { echo "on stdout:"; cat "$TMP/out"; return 1; }
	[ "$(wc -l <"$TMP/err")" -eq 1 ] || { echo "not one line:"; cat "$TMP/err"; return 1; }
	grep -q -e "^tcpulse: .*$pattern" "$TMP/err" || { cat "$TMP/err"; return 1; }
}

# refuses_output: status $1 of what could not write, with its complaint
refuses_output() {
	echo "status $1: $(<"$TMP/err")"
	[ "$1" -eq 2 ] && grep -q 'cannot write' "$TMP/err"
}

# Output that cannot be written is an error, not a signal and not silence.
full() {
	local status=0
	"$cli" states >/dev/full 2>"$TMP/err" || status=$?
	refuses_output "$status"
}

closed() {
	local status=0
	"$cli" states >&- 2>"$TMP/err" || status=$?
	refuses_output "$status"
}

# A reader that has seen enough is none: head(1) and the like.
reader_goes() {
	local status
	within 20 "$cli" states -i 0.1 2>"$TMP/err" | head -n 2 >/dev/null
	status=${PIPESTATUS[0]}
	echo "status $status: $(<"$TMP/err")"
	[ "$status" -eq 0 ] && [ ! -s "$TMP/err" ]
}

as_user() {
	setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all -- "$cli" "$@"
}

user_may_read() {
	as_user states >/dev/null && as_user transitions >/dev/null && as_user info >/dev/null
}

user_may_not_cross() {
	local status=0
	as_user -N "$ns" states >"$TMP/out" 2>"$TMP/err" || status=$?
	cat "$TMP/err"
	[ "$status" -eq 4 ] && grep -q 'not permitted' "$TMP/err" && [ ! -s "$TMP/out" ]
}

# The long options that help shows, of all commands.
options_of_help() {
	local command
	for command in $("$cli" complete -- '' | cut -f 1); do
		"$cli" help "$command"
	done | sed -n 's/^  \(-.,\|   \) --\([a-z0-9-]*\).*/--\2/p' | sort -u
}

# Those are in the manual page, and no others.
manual_has_the_options() {
	options_of_help >"$TMP/options"
	sed 's/\\-/-/g' "$MANUAL" | grep -oE -e '--[a-z][a-z0-9-]+' | sort -u >"$TMP/manual"
	[ -s "$TMP/options" ] && diff "$TMP/options" "$TMP/manual"
}

need_tcpulse
need_cli
need_tool setpriv
table=$(grep . <<<"$TABLE")
ktap_plan $(($(wc -l <<<"$table") + 6))
setup_ns ns
while IFS=$'\t' read -r status pattern words; do
	check "$status: tcpulse $words" one "$status" "$pattern" "$words"
done <<<"$table"
check "no room for the output: 2" full
check "no output at all: 2" closed
check "the reader goes away: no complaint" reader_goes
check "a plain user may read" user_may_read
check "a plain user may not enter a namespace: 4" user_may_not_cross
check "the manual page has the options of all commands, and no others" manual_has_the_options
