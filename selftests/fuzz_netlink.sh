#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Requests that are wrong in every way one can think of, and right ones between
# them: each is answered once, as the specification says, no value gets out of
# its range, a change that nobody confirms is put back, nothing stays pending,
# and no other namespace notices. SEED=N tries one that failed again; MESSAGES=N
# is how many, about. More of it: make fuzz.
#
# Kernels: each; the kernel's parser judges a message before the module does, and
#   kernels differ in how strictly
# CPUs: parallel; requests of several processes are not put in turns, and meet in
#   the middle

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly MESSAGES=${MESSAGES:-20000} WORKERS=3
readonly SEED=${SEED:-$SRANDOM} SEEDS=$SELFTESTS/fuzz/seeds

# fuzz NAME ARGUMENT...: what it says is kept in $TMP/NAME
fuzz() {
	local name=$1
	shift
	nlfuzz "$@" >"$TMP/$name" 2>&1 || {
		cat "$TMP/$name"
		return 1
	}
}

# What found something once does not any more.
fuzz_again() {
	local seed messages workers rest bad=0
	while read -r seed messages workers rest; do
		[[ $seed =~ ^[0-9]+$ ]] || continue
		fuzz kept -s "$seed" -n "$messages" -j "$workers" || bad=1
	done <"$SEEDS"
	return "$bad"
}

# A fuzzer that only gets refusals tests parsers.
something_succeeded() {
	awk '$1 ~ /-(get|set|confirm|revert)$/ {
		n++
		if ($2 !~ /^ok:/) {
			print "never: " $1
			bad = 1
		}
	     }
	     END { exit bad || !n }' "$TMP/one"
}

made() {
	grep '^worker 0 made' "$TMP/$1"
}

same_seed_same_messages() {
	fuzz first -d -s "$SEED" -n 1000 || return
	fuzz again -d -s "$SEED" -n 1000 || return
	[ "$(made first)" = "$(made again)" ] || {
		made first
		made again
		return 1
	}
}

need_tcpulse
PATH=$SELFTESTS/fuzz:$PATH
[ -x "$SELFTESTS/fuzz/nlfuzz" ] || skip_all "not built: make -C selftests/fuzz"
[ -x "$SELFTESTS/traffic/hold" ] || skip_all "not built: make -C selftests"

ktap_plan 7
mark_log
start_bystander
echo "seed $SEED" | ktap_diag
check "kept seeds find nothing wrong" fuzz_again
check "one process finds nothing wrong" fuzz one -v -s "$SEED" -n "$MESSAGES"
ktap_diag <"$TMP/one"
check "every operation succeeded at times" something_succeeded
check "several processes find nothing wrong" fuzz many -s "$SEED" -n "$MESSAGES" -j "$WORKERS"
tail -n 1 "$TMP/many" | ktap_diag
check "same seed, same messages" same_seed_same_messages
check "another namespace has not moved" assert_bystander_unmoved
check "the kernel has nothing to complain about" assert_no_splat
