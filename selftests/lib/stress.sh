# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # tests use what is set here
#
# What the stress tests share: readers that never stop asking, and the memory of
# the kernel before and after. Sourced in place of lib.sh.

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# --- readers ----------------------------------------------------------------

# start_asking NS: all tables again and again, as long as the test runs; every
# answer that is not one is a line in $TMP/NS/asked.err. 4 is a dump that says
# that it was disturbed.
start_asking() {
	: >"$TMP/$1/asked"
	: >"$TMP/$1/asked.err"
	(
		trap - EXIT
		while [ ! -e "$TMP/$1/enough" ]; do
			status=0
			tcpulse_get -N "$1" all >/dev/null 2>"$TMP/$1/asked.last" || status=$?
			[ "$status" -eq 0 ] || [ "$status" -eq 4 ] ||
				{ echo "status $status"; cat "$TMP/$1/asked.last"; } >>"$TMP/$1/asked.err"
			echo >>"$TMP/$1/asked"
		done
	) &
	asking_pid=$!
	disown "$asking_pid"
	defer kill -KILL "$asking_pid"
}

# stop_asking NS: it was answered, and always
stop_asking() {
	: >"$TMP/$1/enough"
	busywait 60 is_gone "$asking_pid" || { echo "a reading does not end"; return 1; }
	cat "$TMP/$1/asked.err"
	echo "$(wc -l <"$TMP/$1/asked") readings"
	[ -s "$TMP/$1/asked" ] && [ ! -s "$TMP/$1/asked.err" ]
}

# --- the kernel's memory ----------------------------------------------------------

# keep_memory NAME: what the kernel has for itself, in kB
keep_memory() {
	end_namespaces 120 || die "namespaces do not die"
	echo 3 >/proc/sys/vm/drop_caches
	lowest_percpu_kb >"$TMP/percpu"
	awk '$1 ~ /^(SUnreclaim|Percpu|KernelStack):/ { print $1, $2 }' \
		/proc/meminfo >"$TMP/memory-$1"
}

# assert_memory BEFORE AFTER KB: none of them grew by more
assert_memory() {
	join "$TMP/memory-$1" "$TMP/memory-$2" | tee "$TMP/memory"
	awk -v limit="$3" '$3 - $2 > limit { print $1 " grew by more than " limit; bad = 1 }
		END { exit bad }' "$TMP/memory"
}

say_memory() {
	join "$TMP/memory-$1" "$TMP/memory-$2" | awk '{ print "# " $1, $2, "kB ->", $3, "kB" }'
}
