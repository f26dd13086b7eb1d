#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Segments of handshake and close are those that tcpdump sees on the host's own
# link, at client and server, IPv4 and IPv6, each way, with offloads (one buffer
# is many segments then) and without. Beside it the kernel's own: TCPSynRetrans,
# OutRsts, and the transitions into ESTAB. A wrapper sets path, what the path
# does to packets, in netem's words.
#
# Kernels: each; kernels differ in what a segment passes on its way, and in what
#   they count as sent again
# Older: one; half a minute of CPU; segments_switch counts the same segments
#   on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/segments.sh"

path=${path:-}
pids=()

# start_client NAME COMMAND...
start_client() {
	local name=$1
	shift
	start_in "$client" nice "$@" >"$TMP/$client/$name" 2>&1
	pids+=("$started_pid")
}

make_traffic() {
	local port pid
	port=$(random_port)
	start_nginx "$server" "$port"
	head -c 300000 /dev/zero >"$TMP/nginx-$server/big"
	start_in "$server" endings -l $((port + 1))
	endings_pid=$started_pid
	busywait 10 is_listening "$server" $((port + 1)) || die "endings does not listen"
	pids=()
	start_client endings4 endings -t 14 -n 1 "$SERVER4" $((port + 1))
	start_client endings6 endings -t 14 -n 1 "$SERVER6" $((port + 1))
	start_client ab4 ab -q -s 5 -n 100 -c 10 "http://$SERVER4:$port/"
	start_client ab6 ab -q -s 5 -n 100 -c 10 "http://[$SERVER6]:$port/"
	start_client curl4 curl -sS -m 10 -o /dev/null "http://$SERVER4:$port/big"
	start_client curl6 curl -sS -m 10 -o /dev/null "http://[$SERVER6]:$port/big"
	start_wrk "$client" 3 10 "http://$SERVER4:$port/big"
	pids+=("$wrk_pid")
	start_wrk "$client" 3 10 "http://[$SERVER6]:$port/"
	pids+=("$wrk_pid")
	for pid in "${pids[@]}"; do
		wait_gone "$pid" 20 >/dev/null
	done
	kill_tree "$nginx_pid"
	kill -KILL "$endings_pid"
}

# Each counter that the network can make grow has grown, in both families.
saw_all() {
	local names
	names='syn-in syn-out syn-ack-in syn-ack-out fin-in fin-out rst-in rst-out'
	names+=' syn-data-in syn-data-out'
	[ -z "$path" ] || names+=' syn-retrans syn-ack-retrans'
	awk -v names="$names" '
		{ n[$1, $2] += $3 }
		END {
			split(names, name, " ")
			for (i in name) {
				if (n["inet", name[i]] && n["inet6", name[i]])
					continue
				print name[i] " " n["inet", name[i]] ", " n["inet6", name[i]]
				bad = 1
			}
			exit bad
		}' "$TMP/$client/captured" "$TMP/$server/captured"
}

both() {
	local what=$1 bad=0
	"$what" "$client" "$CLIENT4 $CLIENT6" || { echo "at the client"; bad=1; }
	"$what" "$server" "$SERVER4 $SERVER6" || { echo "at the server"; bad=1; }
	return "$bad"
}

# one NAME on|off
one() {
	local name=$1
	setup_path
	set_offloads "$2"
	set_sysctl "$server" ipv4.tcp_fastopen $((0x2 | 0x200))
	set_sysctl "$client" ipv4.tcp_fastopen $((0x1 | 0x4))
	# shellcheck disable=SC2086 # words
	[ -z "$path" ] || hamper $path
	count_segments "$client" "$server"
	start_capture "$client"
	start_capture "$server"
	make_traffic
	# what is still to be sent again need not be lost again
	[ -z "$path" ] || hamper delay 8ms
	await_quiet
	end_capture "$client" 192.0.2.1
	end_capture "$server" 198.51.100.1
	check "$name: at rest" both read_segments
	check "$name: equal the captures" both assert_equal_capture
	check "$name: equal TCPSynRetrans and OutRsts" both assert_equal_kernel
	check "$name: handshakes are the kernel's opens" both assert_equal_opens
	check "$name: every kind of segment was there" saw_all
}

need_tcpulse
need_tool tcpdump ethtool tc nginx wrk ab curl
ktap_plan 10
one "offloads" on
one "no offloads" off
