# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # what those who source it set
#
# Prints a line for each test as it ends, keeps what it said, and counts: sourced by
# check and check-debug, after lib.sh. They call report_begin first, and verdict last.

readonly EX_DEADLINE=124
# when all has to be done, on the clock of SECONDS; empty: whenever
until_seconds=''

# report_begin: sets OUT, where everything is kept that programs print
report_begin() {
	OUT=$(mktemp -d "${TMPDIR:-/tmp}/tcpulse-check-XXXXXX")
	: >"$OUT/results"
}

# result VERDICT SECONDS WHERE NAME [REASON]: WHERE is a kernel, or "-" for this host. From
# several processes at once: a line is written in one go.
result() {
	local where=${3#-}
	echo "$1 $3 $4" >>"$OUT/results"
	printf '%-8s%4s s  %s%s\n' "$1" "$2" "${where:+$where }$4" "${5:+: $5}"
}

# seconds_left: of the time that was given; much, when none was
seconds_left() {
	echo $((${until_seconds:-999999} - SECONDS))
}

# in_time WHERE NAME SECONDS: else it is reported as skipped
in_time() {
	[ "$(seconds_left)" -ge "$3" ] || {
		result skipped 0 "$1" "$2" "not enough time left for it"
		return 1
	}
}

# within COMMAND...: a program, ended with EX_DEADLINE when the time is over
within() {
	timeout -k 30 "$(seconds_left)" "$@"
}

# ran_out STATUS: ended because the time that was given is over; what ends by a deadline
# of its own before that has hung
ran_out() {
	[ "$1" -eq "$EX_DEADLINE" ] && [ "$(seconds_left)" -le 1 ]
}

# step WHERE NAME COMMAND...: one test that is no selftest; figures in its last line are
# shown
step() {
	local where=$1 name=$2 start=$SECONDS status=0
	local log=$OUT/$1-${2// /-}
	shift 2
	"$@" >"$log" 2>&1 || status=$?
	if [ "$status" -eq 0 ]; then
		result ok $((SECONDS - start)) "$where" "$name" "$(tail -n 1 "$log" | grep '^[0-9]')"
	elif ran_out "$status"; then
		result skipped $((SECONDS - start)) "$where" "$name" "no time left for it"
	else
		result FAILED $((SECONDS - start)) "$where" "$name"
		tail -n 40 "$log" | sed 's/^/    /'
	fi
}

# verdict: the last line, what ran where; 1 when one failed or none passed
verdict() {
	local counts failed=''
	counts=$(awk '
		{ n[$1]++; if (!($2 in at)) order[++places] = $2; at[$2]++ }
		END {
			printf "%d passed, %d failed, %d skipped; ran: ", n["ok"], n["FAILED"], n["skipped"]
			for (i = 1; i <= places; i++)
				printf("%s%d %s", (i > 1) ? ", " : "", at[order[i]],
				       (order[i] == "-") ? "here" : "on " order[i])
			print ""
			exit n["FAILED"] > 0 || !n["ok"]
		}' "$OUT/results") || failed=1
	[ "$failed" ] || rm -rf "$OUT"
	[ -z "$failed" ] || say "all output is in $OUT"
	echo "$counts"
	[ -z "$failed" ]
}
