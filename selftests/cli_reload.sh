#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The tool subtracts readings of the same counts only. Between two of its readings the
# module is loaded anew, and counts for longer than it had before: no rate, no delta
# and no interval is shown of what has nothing to do with each other, it is said, and
# the next pair is compared again.
#
# Kernels: any; the tool tells by what it is answered, whatever kernel that was

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

# between two readings there must be time to stop the tool, and the module to load
readonly INTERVAL=$((3 + 2 * slow))

ns='' viewers=()

# full_queue: an accept queue that overflows, before the module is loaded anew and
# after
full_queue() {
	start_overload "$ns" "$1" hold -n 20 "127.0.0.1,$load_port"
}

# watch NAME ARGUMENT...: three readings, to be frozen after the first
watch_counts() {
	local name=$1
	shift
	"$cli" -N "$ns" -i "$INTERVAL" -c 3 "$@" >"$TMP/$name" 2>"$TMP/$name.err" &
	viewers+=($!)
	defer kill -KILL $!
}

first_reading() {
	local name
	for name in screen listeners states transitions text; do
		[ -s "$TMP/$name" ] || return
	done
}

counting_ms() {
	"$cli" -N "$ns" -j states | jq -er .counting_ms
}

counted_for_longer() {
	[ "$(counting_ms)" -gt "$counting" ]
}

# jq_of NAME FILTER: of the array of its readings
jq_of() {
	jq -es "$2" "$TMP/$1" >/dev/null || { head -c 2000 "$TMP/$1"; cat "$TMP/$1.err"; return 1; }
}

compares_the_same_only() {
	jq_of "$1" 'length == 3 and
		(.[0] | has("interval_ms") and ([.. | objects | keys[] | select(endswith("_delta"))] != [])) and
		(.[1] | has("interval_ms") | not) and
		(.[1] | [.. | objects | keys[] | select(endswith("_delta"))] == []) and
		(.[2] | has("interval_ms") and ([.. | objects | keys[] | select(endswith("_delta"))] != [])) and
		.[0].began_us < .[1].began_us and .[1].began_us == .[2].began_us'
}

says_so() {
	grep -q '^tcpulse: counting has begun anew' "$TMP/$1.err" || { cat "$TMP/$1.err"; return 1; }
	[ "$(wc -l <"$TMP/$1.err")" -eq 1 ]
}

# of the states that are shown: a number in the first and third reading, none in the second
text_has_no_rate() {
	awk '$1 == "STATE" { reading++; next }
	     reading && NF { rates[reading] = rates[reading] " " $NF }
	     END {
		for (i = 1; i <= 3; i++)
			print i ":" rates[i]
		exit reading != 3 || rates[1] !~ /[0-9]\.[0-9]/ || rates[3] !~ /[0-9]\.[0-9]/ ||
			rates[2] ~ /[0-9]/
	     }' "$TMP/text"
}

# A reading whose replies are of two loads is none.
status_is_0() {
	local pid
	for pid in "${viewers[@]}"; do
		wait "$pid" || return
	done
}

need_reload
need_cli
need_tool jq nstat
setup_ns ns
start_overload "$ns" serve serve -a 0 "v4,$load_port,4"
load_module || die "cannot load the module"
full_queue before
watch_counts screen -j
watch_counts listeners -j listeners
watch_counts states -j states
watch_counts transitions -j transitions
watch_counts text states
busywait 60 first_reading || die "no reading"
freeze "${viewers[@]}"
counting=$(counting_ms)
unload_module || die "cannot unload the module"
load_module || die "cannot load the module again"
full_queue after
busywait 60 counted_for_longer || die "it does not count"
thaw "${viewers[@]}"

ktap_plan 8
check "all readings are taken" status_is_0
for name in screen listeners states transitions; do
	check "$name: nothing is subtracted from another load's counts" compares_the_same_only "$name"
done
check "text: no rate" text_has_no_rate
check "it is said, once" says_so screen
check "and of text" says_so text
