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
	: >"$OUT/failures"
	: >"$OUT/spent"
	: >"$OUT/ghosts"
}

# points_of LOG: what a selftest said. kselftest's runner, which writes the logs of lanes,
# puts "# " before each line, and lines of its own, however few before the guest ends.
points_of() {
	case $1 in
	*/log/*) sed -n 's/^# //p' "$1" ;;
	*) cat "$1" ;;
	esac
}

# failed_points LOG: each that is not ok, after what it said of it; of a test that gave
# up, what it said
failed_points() {
	[ -e "${1:-}" ] || return 0
	points_of "$1" | awk '
		# the last of what was said, which often sums it up
		function tell(    i)
		{
			for (i = said > 8 ? said - 7 : 1; i <= said; i++)
				print "    # " text[i]
		}
		/^not ok / { if (++points <= 6) { tell(); print "    # " $0 } said = 0; next }
		/^ok / { said = 0; next }
		/^#/ { open = 1 }
		/^(KTAP|1\.\.)/ { open = 0 }
		open { text[++said] = $0 }
		END { if (!points) tell() }'
}

# result VERDICT SECONDS WHERE NAME [REASON [LOG]]: WHERE is a kernel, or "-" for this host.
# From several processes at once: a line is written in one go.
result() {
	local where=${3#-} line
	echo "$1 $3 $4" >>"$OUT/results"
	printf -v line '%-8s%4s s  %s%s' "$1" "$2" "${where:+$where }$4" "${5:+: $5}"
	echo "$line"
	[ "$1" = FAILED ] || return 0
	line+=$'\n'$(failed_points "${6:-}")
	echo "${line%$'\n'}" >>"$OUT/failures"
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

# spend WHERE COMMAND...: CPU seconds that it takes, with all that it starts and waits
# for, are added to those of WHERE
spend() {
	local TIMEFORMAT="$1 %U %S"
	{ time "${@:2}" 2>&3; } 3>&2 2>>"$OUT/spent"
}

# step WHERE NAME COMMAND...: one test that is no selftest; figures in its last line are
# shown
step() {
	local where=$1 name=$2 start=$SECONDS status=0
	local log=$OUT/$1-${2// /-}
	shift 2
	spend "$where" "$@" >"$log" 2>&1 || status=$?
	if [ "$status" -eq 0 ]; then
		result ok $((SECONDS - start)) "$where" "$name" "$(tail -n 1 "$log" | grep '^[0-9]')"
	elif ran_out "$status"; then
		result skipped $((SECONDS - start)) "$where" "$name" "no time left for it"
	else
		result FAILED $((SECONDS - start)) "$where" "$name" '' "$log"
		tail -n 40 "$log" | sed 's/^/    /'
	fi
}

# to_the_end COMMAND...: steps that run in the background
to_the_end() {
	"$@"
	: >"$OUT/steps-are-done"
}

# await_steps PID: when they end before they are done, what is missing has failed. The
# shell may know their status no more, when another child of it had the same number.
await_steps() {
	wait "$1" 2>/dev/null || :
	[ -e "$OUT/steps-are-done" ] || result FAILED 0 - steps "ended before they were done"
}

# cpu_seconds: a line, of each place by name
cpu_seconds() {
	awk '
		{ if (!($1 in spent)) order[++places] = $1; spent[$1] += $2 + $3 }
		END {
			for (i = 1; i <= places; i++)
				printf("%s %s %d", (i > 1) ? "," : "CPU seconds:",
				       (order[i] == "-") ? "here" : order[i], spent[order[i]])
			print ""
		}' "$OUT/spent"
}

# verdict: CPU seconds, what failed once more, for who sees the end only, and the last
# line, what ran where; 1 when one failed or none passed
verdict() {
	local counts failed=''
	cpu_seconds
	cat "$OUT/failures"
	counts=$(awk '
		{
			n[$1]++
			if (!($2 in at))
				order[++places] = $2
			at[$2] += $1 != "skipped"
		}
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
