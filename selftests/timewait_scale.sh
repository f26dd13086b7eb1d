#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# With up to MINISOCKS in TIME_WAIT: asking how many takes as long as with ten,
# and what tcpulse says by walking them, by peer, port and prefix, is all of
# them, as ss has them. A minisock lives for 60 s, so a slow machine makes fewer, and
# one that cannot walk them all in that time walks fewer.
#
# Kernels: any; the module's counter and the tool's sums are what is tested, over a
#   walk that kernels have in common

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly MINISOCKS=${MINISOCKS:-100000} ENOUGH=3000 ENOUGH_TO_WALK=300
# at first, and for a machine that makes too few
readonly SECONDS_TO_MAKE=${SECONDS_TO_MAKE:-8} SECONDS_AT_MOST=30
few='' many='' made=0

# make_timewaits NS N [SECONDS]: N minisocks, at most; sets made
make_timewaits() {
	setup_nowhere "$1"
	set_sysctl "$1" ipv4.tcp_max_tw_buckets $((MINISOCKS * 2))
	set_sysctl "$1" ipv4.ip_local_port_range "1024 65535"
	made=$(in_ns "$1" timewaits -n "$2" -s "${3:-$SECONDS_TO_MAKE}") || die "cannot make them"
}

measure() {
	time_both "$few" "$many" timewait
	echo "# time-wait-get: $few_ns ns with 10, $many_ns ns with $made"
}

# What has come and gone: the same before and after, then nothing moved between.
row() {
	tcpulse_get -N "$many" time-wait
}

# walk NAME BY: to $TMP/NAME.json
walk() {
	"$cli" -N "$many" -j timewait --by "$2" --top 0 >"$TMP/$1.json" 2>"$TMP/$1.err"
}

take_all() {
	row >"$TMP/row"
	in_ns "$many" ss -Htan state time-wait >"$TMP/ss"
	local walked
	for walked in peer:peer port:port prefix:prefix wide:prefix/16,40; do
		walk "${walked%:*}" "${walked#*:}"
		row >"$TMP/${walked%:*}.row"
	done
}

# from_ss NAME: "GROUP count" as ss has them
from_ss() {
	awk -v by="$1" '
		function prefix4(a, len,    b) {
			split(a, b, ".")
			return len == 24 ? b[1] "." b[2] "." b[3] ".0/24" : b[1] "." b[2] ".0.0/16"
		}
		# the peers are 2001:db8:N::H, N of one digit, or 2001:db8::H
		function prefix6(a, len) {
			sub(/::[0-9a-f]+$/, "::", a)
			if (len == 40)
				a = "2001:db8::"
			return a "/" len
		}
		{
			port = $3
			sub(/.*:/, "", port)
			peer = $4
			sub(/:[0-9]+$/, "", peer)
			gsub(/[][]/, "", peer)
			if (by == "port")
				group = port
			else if (by == "peer")
				group = peer
			else if (peer ~ /:/)
				group = prefix6(peer, by == "wide" ? 40 : 64)
			else
				group = prefix4(peer, by == "wide" ? 16 : 24)
			n[group]++
		}
		END {
			for (group in n)
				print group, n[group]
		}' "$TMP/ss" | sort
}

from_walk() {
	jq -r '.group[] | "\(.peer // .port // .prefix) \(.count)"' "$TMP/$1.json" | sort
}

total_of() {
	jq .minisocks "$TMP/$1.json"
}

equals_ss() {
	local total
	[ -s "$TMP/$1.json" ] || { cat "$TMP/$1.err"; return 1; }
	from_ss "$1" >"$TMP/$1.ss"
	from_walk "$1" >"$TMP/$1.walk"
	[ -s "$TMP/$1.walk" ] || { echo "no groups"; head -c 500 "$TMP/$1.json"; return 1; }
	cmp -s "$TMP/$1.ss" "$TMP/$1.walk" || {
		echo "ss and tcpulse differ"
		diff "$TMP/$1.ss" "$TMP/$1.walk" | head -n 20
		return 1
	}
	total=$(total_of "$1")
	[ "$total" -eq "$(wc -l <"$TMP/ss")" ] || { echo "minisocks $total"; return 1; }
}

none_has_gone() {
	[ "$(cut -d ' ' -f 1 "$TMP/row")" -eq "$made" ] && cmp -s "$TMP/row" "$TMP/wide.row"
}

# take_all_in_time: as many as live until all is read
take_all_in_time() {
	take_all
	while ! none_has_gone && [ "$made" -ge "$ENOUGH_TO_WALK" ]; do
		echo "# of $made some expired while they were walked"
		setup_ns many
		make_timewaits "$many" $((made / 4))
		take_all
	done
}

all_there() {
	[ "$(cut -d ' ' -f 1 "$TMP/row")" -eq "$made" ] && [ "$(wc -l <"$TMP/ss")" -eq "$made" ]
}

need_tcpulse
need_cli
need_tool jq
ktap_plan 7
setup_ns few many
make_timewaits "$few" 10
make_timewaits "$many" "$MINISOCKS"
if [ "$made" -lt "$ENOUGH" ]; then
	setup_ns many
	make_timewaits "$many" "$ENOUGH" "$SECONDS_AT_MOST"
fi
[ "$made" -ge "$ENOUGH" ] || skip_all "this machine makes only $made in $SECONDS_AT_MOST s"
measure
check "asking takes as long as with ten" takes_as_long
take_all_in_time
check "by peer: as ss" equals_ss peer
check "by port: as ss" equals_ss port
check "by prefix: as ss" equals_ss prefix
check "by wide prefix: as ss" equals_ss wide
check "all are there: tw_refcount, ss, made" all_there
check "still exact" assert_exact "$many"
