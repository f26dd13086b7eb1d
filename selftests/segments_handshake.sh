#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Handshake times, client's and server's, IPv4 and IPv6: each is in the bucket of
# the round trip that TCP itself told its owner. With 20 ms and 80 ms on the path none
# is below, nor below what tcpdump saw of it.
# On loopback, with all ways to open, all are counted. The delay is on the way
# back, in the router.
#
# Kernels: source; the round trip is the kernel's own, measured where each has it
# Older: one; half a minute of CPU; states_basic makes the same handshakes on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/segments.sh"

readonly EACH=150 THREADS=2

# connect_all DELAY: EACH handshakes for each family, on a path of their own
connect_all() {
	local address port
	setup_path
	# shellcheck disable=SC2086 # words
	lossy "$router" client delay $1
	port=$(random_port)
	start_in "$server" endings -r "$TMP/$server/rtts" -l "$port"
	watch_handshakes "$client"
	watch_handshakes "$server"
	busywait 10 is_listening "$server" "$port" || die "endings does not listen"
	for address in "$SERVER4" "$SERVER6"; do
		within 60 nsenter --net="/run/netns/$client" -- endings -r "$TMP/$client/rtts" -t "$THREADS" -n $((EACH / THREADS)) \
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

# as_measured NS active|passive US: all are counted, each in the bucket of the round
# trip that TCP told its owner, or as unmeasured, where it told none: a SYN was sent
# again. None is below that of US; how many are above tells how fast the machine is.
# Below no bound are more than tcpdump has there: TCP's time begins before the packet
# is captured, and ends after the answer is. Two us are what rounding makes of it.
as_measured() {
	tcpdump -r "$TMP/$1/pcap" -nn -tt -S tcp 2>/dev/null |
		awk -v side="$2" -f "$SELFTESTS/lib/handshakes.awk" >"$TMP/$1/times"
	awk -v column="$2" -v us="$3" -v each="$EACH" '
		# of those in file F, how many are below
		function lower(of, f, from,    i, n)
		{
			for (i = 1; i <= timed[of, f]; i++)
				n += time[of, f, i] < from
			return n + 0
		}
		$1 == "file" { of = $2; next }
		of != "segments" {
			seen[of, $1]++
			if ($2 == "-")
				untold[$1]++
			else
				time[of, $1, ++timed[of, $1]] = $2
			next
		}
		$2 == column { all[$1] = $3 }
		$2 == "unmeasured-" column { unmeasured[$1] = $3 }
		$2 ~ /^handshake:/ {
			from = substr($2, 11) + 0
			if (less[$1] != lower("rtts", $1, from)) {
				print $1 ": " less[$1] + 0 " below " from " us, TCP says " \
					lower("rtts", $1, from)
				bad = 1
			}
			if (less[$1] > lower("times", $1, from + 2)) {
				print $1 ": " less[$1] " below " from " us, captured are " \
					lower("times", $1, from + 2)
				bad = 1
			}
			n = column == "active" ? $3 : $4
			less[$1] += n
			if (from <= us && us < 2 * from)
				right[$1] += n
			else if (from < us)
				below[$1] += n
		}
		END {
			for (f in all) {
				families++
				print f, column, all[f] ": below " below[f] + 0 ", right " \
					right[f] + 0 ", unmeasured " unmeasured[f] ", untold " untold[f] + 0
				if (all[f] != each || seen["times", f] != each ||
				    seen["rtts", f] != each || unmeasured[f] != untold[f] + 0 ||
				    less[f] + unmeasured[f] != each || below[f])
					bad = 1
			}
			exit bad || families != 2
		}' <(echo file rtts) "$TMP/$1/rtts" <(echo file times) "$TMP/$1/times" \
			<(echo file segments) "$TMP/$1/segments"
}

# one MS [JITTER-MS]
one() {
	local us=$((($1 - ${2:-0}) * 1000))
	local name="$1${2:+ +- $2} ms"
	connect_all "$1ms ${2:+$2ms}"
	check "$name: client's, as measured and captured" as_measured "$client" active "$us"
	check "$name: server's, as measured and captured" as_measured "$server" passive "$us"
	check "$name: client's are the kernel's opens" assert_equal_opens "$client"
	check "$name: server's are the kernel's opens" assert_equal_opens "$server"
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
	assert_equal_opens "$ns"
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
ktap_plan 14
stamp_when_taken_up
one 20
one 80
# on both sides of a bound, 32.768 ms
one 32 12
check "buckets are powers of two" buckets_are_powers
check "loopback, all ways to open: all are counted" loopback
