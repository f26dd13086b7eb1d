#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Handshake times: with a round trip of 20 ms and of 80 ms on the path none is in
# a bucket below, client's and server's, IPv4 and IPv6, and 99 % are where tcpdump
# has them: a machine that stumbles is seen by both.
# On loopback, with all ways to open, all are counted. The delay is on the way
# back, in the router.

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib_segments.sh"

readonly EACH=200 THREADS=2 SLACK_US=2000

# connect_all MS: EACH handshakes for each family, on a path of their own
connect_all() {
	local address port
	setup_path
	lossy "$router" client delay "$1ms"
	port=$(random_port)
	start_in "$server" endings -l "$port"
	watch_handshakes "$client"
	watch_handshakes "$server"
	busywait 10 is_listening "$server" "$port" || die "endings does not listen"
	for address in "$SERVER4" "$SERVER6"; do
		in_ns "$client" timeout 60 endings -t "$THREADS" -n $((EACH / THREADS)) \
			-o plain "$address" "$port" >"$TMP/$client/done" ||
			die "endings: $(<"$TMP/$client/done")"
		grep -qx "plain $EACH 0" "$TMP/$client/done" ||
			die "not all are connected: $(<"$TMP/$client/done")"
	done
	end_capture "$client" "$SERVER4"
	end_capture "$server" "$CLIENT4"
	read_segments "$client" || die "$client is not at rest"
	read_segments "$server" || die "$server is not at rest"
}

# All segments, where a capture of segments has those with a flag; to the same file.
watch_handshakes() {
	start_in "$1" tcpdump -i eth0 -nn -s 128 -B 65536 -U --immediate-mode -Z root \
		-w "$TMP/$1/pcap" "tcp or (udp dst port 9)" 2>"$TMP/$1/tcpdump"
	echo "$started_pid" >"$TMP/$1/tcpdump.pid"
	busywait 20 grep -q 'listening on' "$TMP/$1/tcpdump" ||
		die "tcpdump: $(<"$TMP/$1/tcpdump")"
}

# as_captured NS active|passive US: all are counted, none is below, most are in the
# bucket of the delay, and below each bound are as many as tcpdump has there, but
# for one in a hundred and for those within SLACK_US of it: the kernel looks at its
# clock a little before and after tcpdump does
as_captured() {
	tcpdump -r "$TMP/$1/pcap" -nn -tt -S tcp 2>/dev/null |
		awk -v side="$2" -f "$SELFTESTS/handshakes.awk" >"$TMP/$1/times"
	awk -v column="$2" -v us="$3" -v each="$EACH" -v slack="$SLACK_US" '
		function beyond(f, from,    i, low, high)
		{
			for (i = 1; i <= seen[f]; i++) {
				low += time[f, i] + slack < from
				high += time[f, i] - slack < from
			}
			return less[f] < low ? low - less[f] : less[f] > high ? less[f] - high : 0
		}
		FNR == NR { time[$1, ++seen[$1]] = $2; next }
		$2 == column { all[$1] = $3 }
		$2 ~ /^handshake:/ {
			from = substr($2, 11) + 0
			n = column == "active" ? $3 : $4
			moved = beyond($1, from)
			if (moved > worst[$1])
				worst[$1] = moved
			less[$1] += n
			if (from <= us && us < 2 * from)
				right[$1] += n
			else if (from < us)
				below[$1] += n
		}
		END {
			for (f in all) {
				families++
				print f, column, all[f] ": captured " seen[f] ", below " below[f] + 0 \
					", right " right[f] + 0 ", elsewhere than captured " worst[f] + 0
				if (all[f] != each || seen[f] != each || less[f] != each ||
				    below[f] || worst[f] * 100 > each || right[f] * 2 < each)
					bad = 1
			}
			exit bad || families != 2
		}' "$TMP/$1/times" "$TMP/$1/segments"
}

one() {
	connect_all "$1"
	check "$1 ms: client's, as captured" as_captured "$client" active $(($1 * 1000))
	check "$1 ms: server's, as captured" as_captured "$server" passive $(($1 * 1000))
	check "$1 ms: client's equal the transitions" assert_equal_transitions "$client"
	check "$1 ms: server's equal the transitions" assert_equal_transitions "$server"
}

# Buckets are powers of two from 0 or 1 on, without a gap.
buckets_are_powers() {
	awk '$2 ~ /^handshake:/ {
		from = substr($2, 11) + 0
		if ($1 in last && from != (last[$1] ? 2 * last[$1] : from)) {
			print $1 " " last[$1] " then " from
			bad = 1
		}
		last[$1] = from
		rows++
	     }
	     END { if (rows < 20) print rows + 0 " buckets"; exit bad || rows < 20 }' \
		"$TMP/$client/segments"
}

loopback() {
	local ns
	setup_ns ns
	set_sysctl "$ns" ipv4.tcp_fastopen $((0x1 | 0x2 | 0x4 | 0x200 | 0x400))
	start_lifecycles "$ns" -t 8 -n 60 -x tfo
	wait_gone "$lifecycles_pid" 60 || return
	read_segments "$ns" || return
	[ "$(grep -cE ' (active|passive) [1-9][0-9]' "$TMP/$ns/segments")" -eq 4 ] ||
		{ grep -E ' (active|passive) ' "$TMP/$ns/segments"; return 1; }
	assert_equal_transitions "$ns"
}

# A packet that comes in is seen by tcpdump when the CPU takes it up, as it is by TCP,
# not when it joins a queue that a busy CPU lets wait for many milliseconds.
stamp_when_taken_up() {
	local file=/proc/sys/net/core/netdev_tstamp_prequeue
	defer eval "echo $(<"$file") >$file"
	echo 0 >"$file" || skip_all "netdev_tstamp_prequeue cannot be set"
}

need_tcpulse
need_tool tc tcpdump
ktap_plan 10
stamp_when_taken_up
one 20
one 80
check "buckets are powers of two" buckets_are_powers
check "loopback, all ways to open: all are counted" loopback
