#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Queues with room for 4, 8 and 64 hold 5, 9 and 65: accept queues that nobody
# empties, SYN queues whose peers never answer. Their peaks say so exactly, for
# good, and for a minute; how long they were full is counted while they are, and
# not after.
#
#   full: 100 connections to each listener, none accepted; without SYN cookies,
#         and in other namespaces with them, on demand and always
#   half: 100 SYNs to each, no last ACK
#
# Kernels: source; the kernel decides how many a queue takes, and when one is given up
# Older: one; it waits for most of two minutes; peaks is on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

readonly LISTENERS="v4,7001,4 dual,7002,8 v6,7003,64"
readonly TARGETS="127.0.0.1,7001 ::1,7002 ::1,7003"
full='' half='' cookies=''
# When a queue was seen full last, and empty first, by namespace: ms of this test.
declare -A began seen_full seen_empty

# ms_since MOMENT: rounded up
ms_since() {
	echo $(($(now_ms) - $1 + 1))
}

# start_frozen NS COOKIES: listeners that accept fast, once they are thawed
start_frozen() {
	set_sysctl "$1" ipv4.tcp_syncookies "$2"
	# shellcheck disable=SC2086 # a list
	start_overload "$1" serve serve -a 200 $LISTENERS
	freeze "$started_pid"
	serve_pid=$started_pid
}

# fill NS -m|-w: all on one CPU, for more at once may get in with several
fill() {
	local ns=$1
	shift
	began[$ns]=$(now_ms)
	# shellcheck disable=SC2086 # a list
	start_in "$ns" taskset -c 0 overload hold -n 100 "$@" $TARGETS >"$TMP/$ns/hold" 2>&1
	busywait 30 says_ready "$TMP/$ns/hold" || die "hold: $(<"$TMP/$ns/hold")"
}

full_is_full() {
	assert_refusals "$full" && column_is "$full" accept-depth "" 5 9 65 &&
		column_is "$full" accept-peak "" 5 9 65 &&
		column_is "$full" accept-peak-minute "" 5 9 65 &&
		column_is "$full" syn-depth "" 0 0 0 &&
		assert_causes "$full" "accept-full-syn>0" syn-full-drop=0 max-syn-backlog=0 \
			other-drop=0
}

# cookies_are_full COOKIES: SYN queues first, so that the children come of cookies
cookies_are_full() {
	local syn="5 9 65"
	[ "$1" -eq 1 ] || syn="0 0 0"
	setup_ns cookies
	start_frozen "$cookies" "$1"
	fill "$cookies" -m
	fill "$cookies" -w
	# shellcheck disable=SC2086 # a list
	assert_refusals "$cookies" && column_is "$cookies" accept-depth "" 5 9 65 &&
		column_is "$cookies" accept-peak "" 5 9 65 &&
		column_is "$cookies" syn-peak "" $syn &&
		assert_causes "$cookies" "accept-full-syn>0" "cookies-valid>0" accept-full-ack=0
}

half_is_full() {
	assert_refusals "$half" && column_is "$half" syn-peak "" 5 9 65 &&
		column_is "$half" syn-peak-minute "" 5 9 65 &&
		column_is "$half" accept-peak "" 0 0 0 &&
		assert_causes "$half" "syn-full-drop>0" accept-full-syn=0 accept-full-ack=0 \
			other-drop=0 max-syn-backlog=0
}

# last_refused NS: of all three, since it was filled
last_refused() {
	! column "$1" last-refused-ms |
		awk -v most="$(ms_since "${began[$1]}")" '!/^[0-9]+$/ || $1 > most' | grep .
}

# is_full NS syn|accept: all three, as far as looks once a second can tell
is_full() {
	seen_full[$1]=$(now_ms)
	tcpulse_get -N "$1" refusals >"$TMP/$1/r" || return
	[ "$(column "$1" "$2-full-ms" | awk '$1 >= 1000' | wc -l)" -eq 3 ]
}

# full_times NS syn|accept: while full; never longer than they are there, and last in
# the reading, which is a look
full_times() {
	busywait 10 is_full "$1" "$2" || {
		echo "full-ms never reached a second"
		grep '^[0-9]' "$TMP/$1/r"
		return 1
	}
	column_is "$1" "$2-depth" "" 5 9 65 || return
	awk -v queue="$2" -v most="$(ms_since "${seen_full[$1]}")" '!/^[0-9]/ { next }
	{
		ms = queue == "syn" ? $25 : $28
		total = queue == "syn" ? $26 : $29
		last = queue == "syn" ? $27 : $30
		age = $35
	}
	ms > age || total > age + 1000 || last !~ /^[0-9]+$/ || last > most {
		print queue " full-ms " ms ", total " total ", last " last ", age " age
		bad = 1
	}
	END { exit bad }' "$TMP/$1/r"
}

# drop_requests NS: their peers are gone; else they go when they are answered again,
# and learn of it
drop_requests() {
	in_ns "$1" ss -K state syn-recv >/dev/null 2>&1
	set_sysctl "$1" ipv4.tcp_synack_retries 0
}

is_empty() {
	tcpulse_get -N "$1" refusals >"$TMP/$1/r" || return
	[ "$(column "$1" "$2-depth" | xargs)" = "0 0 0" ] &&
		[ "$(column "$1" "$2-full-ms" | xargs)" = "0 0 0" ]
}

# last_full NS syn|accept: in the last snapshot, which is of now. Not before it was
# seen full, nor after it was seen empty.
last_full() {
	awk -v queue="$2" -v most="$(ms_since "${seen_full[$1]}")" \
		-v least="$((snapshot_ms - seen_empty[$1]))" '!/^[0-9]/ { next }
	{ last = queue == "syn" ? $27 : $30 }
	last !~ /^[0-9]+$/ || last > most || last < least {
		print queue " last-full-ms " last ", not " least " to " most
		bad = 1
	}
	END { exit bad }' "$TMP/$1/r"
}

# after NS syn|accept: full no more, but it is remembered
after() {
	busywait 60 is_empty "$1" "$2" || {
		echo "never empty, or full-ms never 0"
		cat "$TMP/$1/r"
		return 1
	}
	seen_empty[$1]=$(now_ms)
	snapshot_ms=$(now_ms)
	assert_refusals "$1" && column_is "$1" "$2-peak" "" 5 9 65 &&
		column_is "$1" "$2-peak-minute" "" 5 9 65 && last_full "$1" "$2" || return
	awk -v queue="$2" '!/^[0-9]/ { next }
	{ total = queue == "syn" ? $26 : $29 }
	total < 1000 || total > $35 {
		print queue " total " total ", age " $35
		bad = 1
	}
	END { exit bad }' "$TMP/$1/r"
}

# a_minute_after NS syn|accept: of the last minute nothing is left
a_minute_after() {
	snapshot_ms=$(now_ms)
	assert_refusals "$1" && column_is "$1" "$2-peak" "" 5 9 65 &&
		column_is "$1" "$2-peak-minute" "" 0 0 0 &&
		column_is "$1" "$2-full-ms" "" 0 0 0 && last_full "$1" "$2"
}

need_listeners
need_tool taskset
ktap_plan 12
setup_ns full half
start_frozen "$full" 0
full_serve=$serve_pid
start_frozen "$half" 0
fill "$full" -w
full_hold=$started_pid
fill "$half" -m
half_hold=$started_pid

check "half: 5, 9, 65 in the SYN queues, full-ms while full" full_times "$half" syn
check "half: peaks, the kernel's numbers, and ss's" half_is_full
check "half: refused just now" last_refused "$half"
check "full: 5, 9, 65 in the accept queues" full_is_full
check "full: refused just now" last_refused "$full"
check "full: full-ms while full" full_times "$full" accept

kill -KILL "$full_hold" "$half_hold"
thaw "$full_serve"
drop_requests "$half"
check "full: not full any more" after "$full" accept
check "half: not full any more" after "$half" syn
end=$((SECONDS + 67))
check "with cookies on demand: 5, 9, 65 in the accept queues" cookies_are_full 1
check "with cookies always: 5, 9, 65 in the accept queues" cookies_are_full 2
sleep $((end > SECONDS ? end - SECONDS : 0))
check "full: a minute later only the peak is left" a_minute_after "$full" accept
check "half: a minute later only the peak is left" a_minute_after "$half" syn
