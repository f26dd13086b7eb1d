# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # what those who source it set
#
# Runs steps and selftests, prints a line for each as it ends, and counts: sourced
# by check and check-debug, after lib.sh. They call report_begin, and set GUEST,
# the options of run for a guest.

readonly EX_DEADLINE=124
passed=0 failed=0 skipped=0
# when all has to be done, on the clock of SECONDS; empty: whenever
until_seconds=''

# report_begin: sets OUT, where everything is kept that programs print
report_begin() {
	OUT=$(mktemp -d "${TMPDIR:-/tmp}/tcpulse-check-XXXXXX")
}

# result VERDICT SECONDS NAME [REASON]
result() {
	case $1 in
	ok) passed=$((passed + 1)) ;;
	skipped) skipped=$((skipped + 1)) ;;
	*) failed=$((failed + 1)) ;;
	esac
	printf '%-8s%4s s  %s%s\n' "$1" "$2" "$3" "${4:+: $4}"
}

# seconds_left: of the time that was given; much, when none was
seconds_left() {
	echo $((${until_seconds:-999999} - SECONDS))
}

# in_time NAME SECONDS: else it is reported as skipped
in_time() {
	[ "$(seconds_left)" -ge "$2" ] || {
		result skipped 0 "$1" "not enough time left for it"
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

# step NAME COMMAND...: one test that is no selftest; figures in its last line are shown
step() {
	local name=$1 start=$SECONDS status=0
	local log=$OUT/${name// /-}
	shift
	"$@" >"$log" 2>&1 || status=$?
	if [ "$status" -eq 0 ]; then
		result ok $((SECONDS - start)) "$name" "$(tail -n 1 "$log" | grep '^[0-9]')"
	elif ran_out "$status"; then
		result skipped $((SECONDS - start)) "$name" "no time left for it"
	else
		result FAILED $((SECONDS - start)) "$name"
		tail -n 40 "$log" | sed 's/^/    /'
	fi
}

# verdict_of LINE: what a result line of the runner says. Newer runners call
# exit status 2 "ok", with a remark.
verdict_of() {
	case $1 in
	not\ ok*) echo FAILED ;;
	*'# SKIP'*) echo skipped ;;
	*' # '*) echo FAILED ;;
	*) echo ok ;;
	esac
}

# What the kselftest runner prints in; "VERDICT SECONDS NAME REASON" out. A
# failed test's own words go to stderr. Not awk: it reads pipes in blocks.
read_tap() {
	local line text='' reason='' name verdict began=$SECONDS
	while IFS= read -r line; do
		case $line in
		'# selftests: '*) text='' reason='' ;;
		'#'*'# SKIP '*) reason=${line##*# SKIP } ;;&
		'#'*) text+="    $line"$'\n' ;;
		'ok '*' selftests: '* | 'not ok '*' selftests: '*)
			name=${line#* selftests: *: }
			name=${name%% *}
			verdict=$(verdict_of "$line")
			[ "$verdict" = skipped ] || reason=''
			echo "$verdict $((SECONDS - began)) $name $reason"
			[ "$verdict" != FAILED ] || printf '%s' "$text" >&2
			began=$SECONDS
			;;
		esac
	done
}

# programs PART: see selftests/Makefile
programs() {
	# shellcheck disable=SC2016 # expanded by make
	make -s -C "$TOP_DIR/selftests" "PART=$1" \
		--eval='programs: ; @echo $(notdir $(TEST_GEN_PROGS) $(TEST_PROGS))' programs
}

# part_dir KERNEL PART
part_dir() {
	echo "$OUT/$1-${2// /-}"
}

# options of run for a guest; no longer than there is time
guest_options() {
	printf '%s\n' "${GUEST[@]}"
	[ -z "$until_seconds" ] || printf '%s\n' -t "$(seconds_left)"
}

# In the guest: verdicts to stdout, the status of run as the last of them.
in_guest() {
	local dir status=0 options
	dir=$(part_dir "$1" "$2")
	mkdir -p "$dir"
	mapfile -t options < <(guest_options)
	"$VM_DIR/run" -k "$1" --load "${options[@]}" -o "$dir" \
		-- make -s -C "$TOP_DIR/selftests" run_tests "PART=$2" 2>"$dir/stderr" |
		tee "$dir/tap" | read_tap || status=${PIPESTATUS[0]}
	echo "status $status"
}

# The runner ends with 0 whatever its tests say; a splat or a dead guest does
# not, and neither is a program without a verdict a success: it did not run, or there
# was no time for it.
selftests_on() {
	local kernel=$1 part=$2 verdict seconds name reason
	local passed=0 failed=0 skipped=0 missing=FAILED why='did not run'
	local -A seen=()
	local dir
	dir=$(part_dir "$kernel" "$part")
	while read -r verdict seconds name reason; do
		if [ "$verdict" = status ]; then
			! ran_out "$seconds" || {
				missing=skipped why='no time left for it'
				continue
			}
			[ "$seconds" -eq 0 ] || {
				result FAILED 0 "$kernel guest" "run ended with $seconds"
				tail -n 40 "$dir/stderr" | sed 's/^/    /'
			}
			continue
		fi
		seen[$name]=1
		result "$verdict" "$seconds" "$kernel $name" "$reason"
	done < <(in_guest "$kernel" "$part")
	for name in $(programs "$part"); do
		[ -n "${seen[$name]:-}" ] || result "$missing" 0 "$kernel $name" "$why"
	done
	echo "$passed $failed $skipped" >"$dir/counts"
}

# add_counts KERNEL PART
add_counts() {
	local n dir
	dir=$(part_dir "$1" "$2")
	[ -s "$dir/counts" ] || { result FAILED 0 "$1 $2" "no result"; return; }
	read -r -a n <"$dir/counts"
	passed=$((passed + n[0])) failed=$((failed + n[1])) skipped=$((skipped + n[2]))
}

# Is there room for two guests?
has_room() {
	awk -v cpus="$(nproc)" '
		$1 == "MemAvailable:" { roomy = cpus > 1 && $2 > 9e6 }
		END { exit !roomy }' /proc/meminfo
}

# later PART: what of it is for the kernels after the first; all, unless FIRST_ONLY
# is set
later() {
	echo "${1%" later"}${FIRST_ONLY:+ later}"
}

# part PART KERNEL...: one after the other
part() {
	local part=$1 kernel
	shift
	for kernel; do
		selftests_on "$kernel" "$part"
		part=$(later "$part")
	done
}

# selftests PART KERNEL...: of PART, if not empty, those that work and those that
# mostly wait, in guests of their own
selftests() {
	local working="${1:+$1 }working" waiting="${1:+$1 }waiting" kernel waits
	shift
	if has_room; then
		part "$waiting" "$@" &
		waits=$!
		part "$working" "$@"
		wait "$waits"
	else
		part "$working" "$@"
		part "$waiting" "$@"
	fi
	for kernel; do
		add_counts "$kernel" "$working"
		add_counts "$kernel" "$waiting"
		working=$(later "$working") waiting=$(later "$waiting")
	done
}

verdict() {
	local status=0
	if [ "$failed" -gt 0 ] || [ "$passed" -eq 0 ]; then
		say "all output is in $OUT"
		status=1
	else
		rm -rf "$OUT"
	fi
	echo "$passed passed, $failed failed, $skipped skipped"
	return "$status"
}
