# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # what those who source it set
#
# Runs selftests in as many guests at a time as the host has room for: sourced by
# check and check-debug, after report.sh.
#
# A lane is a kernel, options of run, and the programs that shall run there, the longest
# first. Its guests take them from one queue (see worker), so it does not matter how
# many they are. Another one is started when a CPU of the host has had nothing to do,
# which is measured, not guessed: beside other load there are fewer.

# Memory that must be there for one more guest; few tests need it.
readonly GUEST_KB=4000000
# Seconds in which a guest that was started is not yet seen at work.
readonly SETTLE_SECONDS=4
# Ticks of 100 in the last second that CPUs were idle, for one more guest.
readonly IDLE_TICKS=60
# CPUs of a guest, as run has it.
readonly GUEST_CPUS=2
# A test that hangs; and guests that die before they have taken one.
readonly TEST_SECONDS=1200 STILLBORN=2
# how often a test may be given to another guest, see ran_a_ghost()
readonly GHOSTS=5

lanes=()
declare -A lane_kernel=() lane_options=() lane_running=() lane_cpus=()
# pid -> lane
declare -A guests=()
guests_begun=0

# lane NAME KERNEL [OPTION]...: the programs are on stdin, a line each
lane() {
	local name=$1
	mkdir -p "$OUT/$name"/{taken,log}
	longest_first "$(kernel_machine "$2")" >"$OUT/$name/todo"
	[ -s "$OUT/$name/todo" ] || return 0
	lanes+=("$name")
	lane_kernel[$name]=$2
	lane_running[$name]=0
	lane_cpus[$name]=$(cpus_of "$@")
	shift 2
	lane_options[$name]=$*
}

# cpus_of NAME KERNEL [OPTION]...: that a guest of this lane may keep busy. User Mode
# Linux waits more than it works.
cpus_of() {
	if [ "$(kernel_machine "$2")" = uml ] || [[ " ${*:3} " == *" --single "* ]]; then
		echo 1
	else
		echo "$GUEST_CPUS"
	fi
}

# longest_first MACHINE: "PROGRAM SECONDS", by what they took once; who is not known
# takes little
longest_first() {
	awk -v machine="$1" '
		known { if ($1 == machine) seconds[$2] = $3; next }
		{ print $1, ($1 in seconds) ? seconds[$1] : 20 }' \
		known=1 "$VM_DIR/seconds" known=0 - | sort -k2,2rn -k1,1
}

# untaken LANE: "PROGRAM SECONDS" of those that no guest has taken
untaken() {
	local program seconds
	while read -r program seconds; do
		[ -d "$OUT/$1/taken/$program" ] || echo "$program $seconds"
	done <"$OUT/$1/todo"
}

# --- room ---------------------------------------------------------------------

# of all CPUs since boot, 100 a second and CPU; what is nice gives way, so it is idle
idle_ticks() {
	awk '/^cpu / { print $3 + $5 + $6 }' /proc/stat
}

has_memory() {
	awk -v need="$GUEST_KB" '$1 == "MemAvailable:" { exit $2 < need }' /proc/meminfo
}

cpus_taken() {
	local lane n=0
	for lane in "${guests[@]}"; do n=$((n + lane_cpus[$lane])); done
	echo "$n"
}

# has_room LANE: a guest of it has CPUs that no other has, if there is memory
has_room() {
	[ ${#guests[@]} -gt 0 ] || return 0
	[ $(($(cpus_taken) + lane_cpus[$1])) -le "$(nproc)" ] && has_memory
}

# could_have_more IDLE-TICKS: those that are there mostly wait
could_have_more() {
	[ "$1" -ge "$IDLE_TICKS" ] && [ ${#guests[@]} -lt $((2 * $(nproc) + 1)) ] && has_memory
}

# need LANE: seconds of work for each guest if it had one more; 0 when a boot would take
# as long
need() {
	untaken "$1" | awk -v guests="${lane_running[$1]}" '
		{ n += $2 } END { n /= guests + 1; print (guests && n < 15) ? 0 : int(n + 0.99) }'
}

is_dead() {
	[ -e "$OUT/$1/stillborn" ] && [ "$(wc -l <"$OUT/$1/stillborn")" -ge "$STILLBORN" ]
}

# neediest IDLE-TICKS: of the lanes that a guest has room for the one that gets it; none
# if nothing is left to do, or no time
neediest() {
	local lane n most=0 found=''
	[ "$(seconds_left)" -gt 10 ] || return 0
	for lane in "${lanes[@]}"; do
		! is_dead "$lane" || continue
		n=$(need "$lane")
		[ "$n" -gt "$most" ] || continue
		has_room "$lane" || could_have_more "$1" || continue
		most=$n found=$lane
	done
	echo "$found"
}

# has_work: is there something that a guest could take?
has_work() {
	local lane
	[ "$(seconds_left)" -gt 10 ] || return 1
	for lane in "${lanes[@]}"; do
		is_dead "$lane" || [ "$(need "$lane")" -eq 0 ] || return 0
	done
	return 1
}

# --- one guest ------------------------------------------------------------------

# tell LANE: what the worker says, as lines of ours
tell() {
	local verdict seconds name reason
	while read -r verdict seconds name reason; do
		conclude "$1" "$verdict" "$seconds" "$name" "$reason"
	done
}

# conclude LANE VERDICT SECONDS NAME REASON
conclude() {
	result "$2" "$3" "${lane_kernel[$1]}" "$4" "$5" "$OUT/$1/log/$4"
	[ "$2" != FAILED ] || tail -n 60 "$OUT/$1/log/$4" 2>/dev/null | sed 's/^/    /'
}

# blamed CONSOLE: the test that ran when the kernel printed its first splat
blamed() {
	local line
	line=$(find_splat "$1" 2>/dev/null) || return 0
	[ -z "$line" ] || head -n "$line" "$1" | tr -d '\r' |
		sed -n 's/.*tcpulse-test: //p' | tail -n 1
}

# complaint CONSOLE: what the first splat says it is, and where
complaint() {
	local line
	line=$(find_splat "$1" 2>/dev/null) || return 0
	[ -z "$line" ] || tail -n "+$line" "$1" | head -n 15 | tr -d '\r' |
		sed 's/^\(\[[^]]*\]\)* *//' |
		awk 'NR == 1 { said = $0 } /^RIP: / { said = said "; " $0; exit } END { print said }'
}

# taken_by LANE NUMBER: programs that this guest has taken
taken_by() {
	local taken
	for taken in "$OUT/$1"/taken/*; do
		[ "$(cat "$taken/guest" 2>/dev/null)" != "$2" ] || echo "${taken##*/}"
	done
}

# unfinished LANE: of the programs on stdin
unfinished() {
	local program
	while read -r program; do
		[ -e "$OUT/$1/taken/$program/verdict" ] || echo "$program"
	done
}

# bury_program LANE STATUS PROGRAM COMPLAINT: one that its guest did not survive
bury_program() {
	if ran_out "$2"; then
		conclude "$1" skipped 0 "$3" "no time left for it"
	else
		conclude "$1" FAILED 0 "$3" "its guest ended with status $2${4:+: $4}"
	fi
}

# ran_a_ghost CONSOLE: the first oops is for a breakpoint that is not in memory. A kernel
# that changes its code (static keys, when a hook or a probe comes or goes) puts one
# there, takes it away, waits until no CPU can be at it, and forgets it. A CPU of QEMU
# translates code while another one writes it, and can keep what was there before. One
# in the module is never taken for that.
ran_a_ghost() {
	tr -d '\r' <"$1" | awk '
		/ \[#[0-9]+\]/ { int3 = / int3: 0000 \[#1\]/ }
		/RIP: .* \[tcpulse/ { exit }
		int3 && /\] Code: / {
			if (match($0, / [0-9a-f][0-9a-f] </))
				ghost = substr($0, RSTART + 1, 2) != "cc"
			exit
		}
		END { exit !ghost }'
}

# give_back LANE PROGRAM...: another guest is to take them; false when that has been so
# too often
give_back() {
	local lane=$1 program
	shift
	[ "$(wc -l <"$OUT/ghosts")" -lt "$GHOSTS" ] || return
	for program; do
		echo "$program" >>"$OUT/ghosts"
		echo "again        ${lane_kernel[$lane]} $program: the emulator ran a breakpoint that the kernel had taken away"
		rm -rf "$OUT/$lane/taken/$program"
	done
}

# bury LANE NUMBER STATUS: a guest that did not end well. What it had taken and not
# finished has failed, and so has what ran when the kernel complained.
bury() {
	local program all half said
	all=$(taken_by "$1" "$2")
	half=$(unfinished "$1" <<<"$all" | grep . || :)
	said=$(complaint "$OUT/$1/console-$2")
	# shellcheck disable=SC2086 # words
	! ran_a_ghost "$OUT/$1/console-$2" || [ -z "$half" ] || ! give_back "$1" $half || return 0
	for program in $half; do
		bury_program "$1" "$3" "$program" "$said"
	done
	[ "$all" ] || echo "$3" >>"$OUT/$1/stillborn"
	program=$(blamed "$OUT/$1/console-$2")
	if [ "$program" ] && ! grep -qxF "$program" <<<"$half"; then
		conclude "$1" FAILED 0 "$program" "the kernel complained: $said"
	elif [ "$all" ] && [ -z "$half" ]; then
		conclude "$1" FAILED 0 guest "it ended with status $3"
	fi
	tail -n 60 "$OUT/$1/guest-$2" | sed 's/^/    /'
}

# guest LANE NUMBER: from boot to end
guest() {
	local lane=$1 dir=$OUT/$1 status=0 options limit=7200
	read -ra options <<<"${lane_options[$lane]}"
	[ -z "$until_seconds" ] || limit=$(seconds_left)
	spend "${lane_kernel[$lane]}" \
		"$VM_DIR/run" -k "${lane_kernel[$lane]}" --load --no-build -m 4G -t "$limit" "${options[@]}" \
		-o "$dir" --log "$dir/console-$2" -- "$VM_DIR/worker" "$dir" "$2" \
		2>"$dir/guest-$2" | tell "$lane" || status=${PIPESTATUS[0]}
	[ "$status" -eq 0 ] || bury "$lane" "$2" "$status"
}

start_guest() {
	guests_begun=$((guests_begun + 1))
	lane_running[$1]=$((lane_running[$1] + 1))
	guest "$1" "$guests_begun" &
	guests[$!]=$1
}

# those that have ended, as the shell knows: the number may be somebody else's already
reap() {
	local pid running
	running=$(jobs -rp)
	for pid in "${!guests[@]}"; do
		! grep -qx "$pid" <<<"$running" || continue
		wait "$pid" || :
		lane_running[${guests[$pid]}]=$((lane_running[${guests[$pid]}] - 1))
		unset "guests[$pid]"
	done
}

# --- all of them ------------------------------------------------------------------

# not_run LANE: its guests died, or the time was over
not_run() {
	local program verdict=FAILED why='did not run'
	[ "$(seconds_left)" -gt 10 ] || verdict=skipped why='no time left for it'
	untaken "$1" | while read -r program _; do
		result "$verdict" 0 "${lane_kernel[$1]}" "$program" "$why"
	done
}

build_modules() {
	local kernel builds=()
	for kernel in $(printf '%s\n' "${lane_kernel[@]}" | sort -u); do
		step "$kernel" module "$VM_DIR/build" "$kernel" &
		builds+=($!)
	done
	wait "${builds[@]}"
}

# run_lanes: until no lane has work that a guest could do
run_lanes() {
	local lane idle=0 before settled=0
	kselftest_override_timeout=$TEST_SECONDS
	KSFT=$("$VM_DIR/fetch" --path kselftest)/tools/testing/selftests
	export KSFT kselftest_override_timeout
	build_modules
	while has_work || [ ${#guests[@]} -gt 0 ]; do
		if [ "$SECONDS" -ge "$settled" ] && lane=$(neediest "$idle") && [ -n "$lane" ]; then
			start_guest "$lane"
			settled=$((SECONDS + SETTLE_SECONDS))
		fi
		before=$(idle_ticks)
		sleep 1
		idle=$(($(idle_ticks) - before))
		reap
	done
	for lane in "${lanes[@]}"; do
		not_run "$lane"
	done
}

# seconds_taken: "MACHINE PROGRAM SECONDS" of all that passed, the longest of each
seconds_taken() {
	local lane
	for lane in "${lanes[@]}"; do
		awk -v machine="$(kernel_machine "${lane_kernel[$lane]}")" \
			'$1 == "ok" { print machine, $3, $2 }' "$OUT/$lane"/taken/*/verdict
	done | sort -k1,2 -k3,3nr | sort -u -k1,2
}
