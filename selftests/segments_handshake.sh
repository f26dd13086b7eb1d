#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Handshake times: with a round trip of 20 ms and of 80 ms on the path, 99 % of
# them are in the bucket that holds it, client's and server's, IPv4 and IPv6,
# and none is below. On loopback, with all ways to open, all are counted.
# The delay is on the way back, in the router.

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib_segments.sh"

readonly EACH=200 THREADS=4

# connect_all MS: EACH handshakes for each family, on a path of their own
connect_all() {
	local address port
	setup_path
	lossy "$router" client delay "$1ms"
	port=$(random_port)
	start_in "$server" endings -l "$port"
	busywait 10 is_listening "$server" "$port" || die "endings does not listen"
	for address in "$SERVER4" "$SERVER6"; do
		in_ns "$client" timeout 60 endings -t "$THREADS" -n $((EACH / THREADS)) \
			-o plain "$address" "$port" >"$TMP/$client/done" ||
			die "endings: $(<"$TMP/$client/done")"
		grep -qx "plain $EACH 0" "$TMP/$client/done" ||
			die "not all are connected: $(<"$TMP/$client/done")"
	done
	read_segments "$client" || die "$client is not at rest"
	read_segments "$server" || die "$server is not at rest"
}

# in_bucket NS active|passive US: all are counted, none below, 99 % in it
in_bucket() {
	awk -v column="$2" -v us="$3" -v each="$EACH" '
		$2 == column { all[$1] = $3 }
		$2 == "unmeasured-" column { unmeasured[$1] = $3 }
		$2 ~ /^handshake:/ {
			from = substr($2, 11) + 0
			n = column == "active" ? $3 : $4
			if (from <= us && us < 2 * from)
				right[$1] += n
			else if (from < us)
				below[$1] += n
			else
				above[$1] += n
		}
		END {
			for (f in all) {
				families++
				print f, column, all[f] ": right " right[f] + 0 ", below " below[f] + 0 \
					", above " above[f] + 0 ", unmeasured " unmeasured[f] + 0
				if (all[f] != each || below[f] || unmeasured[f] ||
				    right[f] + above[f] != each || right[f] * 100 < each * 99)
					bad = 1
			}
			exit bad || families != 2
		}' "$TMP/$1/segments"
}

both_in_bucket() {
	local bad=0
	in_bucket "$client" active "$1" || bad=1
	in_bucket "$server" passive "$1" || bad=1
	return "$bad"
}

none_below() {
	[ "$(both_in_bucket "$1" | grep -cF ', below 0,')" -eq 4 ] || both_in_bucket "$1"
}

# The machine may stumble: more than one in a hundred is late then, which a
# second or third try does not repeat. None is ever early.
one() {
	local i
	for i in 1 2 3; do
		connect_all "$1"
		none_below $(($1 * 1000)) >"$TMP/below" || break
		! both_in_bucket $(($1 * 1000)) >/dev/null || break
	done
	check "$1 ms: none below" none_below $(($1 * 1000))
	check "$1 ms: 99 % in the right bucket" both_in_bucket $(($1 * 1000))
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

need_tcpulse
need_tool tc
ktap_plan 10
one 20
one 80
check "buckets are powers of two" buckets_are_powers
check "loopback, all ways to open: all are counted" loopback
