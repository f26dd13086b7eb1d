#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A RST is attributed to the state of the connection that sent it, also while many
# others close on all CPUs: each abort's is ESTAB's. What comes when its connection
# is gone is answered by the listener, where one is, else by nobody: the server gets
# one such segment a round, and each end gets more on a machine that stands still
# for longer than TCP waits to send again. The link tells them apart: a connection
# aborts with RST and ACK, while the answer to a segment of no connection has no ACK.
#
#   server (endings)  eth0 <--- veth, packets handed to any CPU ---> eth0  client
#
# Kernels: each; kernels differ in who sends a RST, and in what the tracepoint says
#   of it
# CPUs: parallel; packets come on any CPU, in the middle of what another does with
#   the same connection

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/segments.sh"

readonly ROUNDS=${ROUNDS:-60} THREADS=6
pids=()

# any_cpu NS: what eth0 gets is looked at anywhere, in the middle of anything
any_cpu() {
	local mask
	mask=$(printf '%x' $(((1 << $(nproc)) - 1)))
	ip netns exec "$1" bash -c "echo $mask >/sys/class/net/eth0/queues/rx-0/rps_cpus" ||
		skip_all "no RPS"
}

# start_ways NAME THREADS ROUNDS WAYS: over both families
start_ways() {
	start_in "$client" endings -t "$2" -n "$3" -o "$4" 192.0.2.1 "$port" \
		>"$TMP/$1-inet" 2>&1
	pids+=("$started_pid")
	start_in "$client" endings -t "$2" -n "$3" -o "$4" 2001:db8::1 "$port" \
		>"$TMP/$1-inet6" 2>&1
	pids+=("$started_pid")
}

make_traffic() {
	local pid
	start_ways resets "$THREADS" "$ROUNDS" unread-data,server-resets
	start_ways closes "$THREADS" $((2 * ROUNDS)) server-closes
	start_ways late 1 "$ROUNDS" late-segment
	for pid in "${pids[@]}"; do
		wait_gone "$pid" 60 >/dev/null || return
	done
	# not a way has failed
	[ "$(cat "$TMP"/{resets,closes,late}-inet* | awk '$3 == 0' | wc -l)" -eq 8 ] ||
		{ cat "$TMP"/{resets,closes,late}-inet*; return 1; }
}

# resets_on_link NS ADDRESSES: "FAMILY abort|answer", each RST that NS has sent
resets_on_link() {
	tcpdump -r "$TMP/$1/pcap" -nn -t tcp 2>/dev/null | awk -v own=" $2 " '
		{ host = $2; sub(/\.[0-9]+$/, "", host) }
		$5 == "Flags" && $6 ~ /R/ && index(own, " " host " ") {
			print $1 == "IP6" ? "inet6" : "inet", $6 ~ /\./ ? "abort" : "answer"
		}'
}

# blames NS ADDRESSES ABORTS GONE: so many of ESTAB, the answers on the link of GONE
blames() {
	resets_on_link "$1" "$2" >"$TMP/$1/link"
	tcpulse_get -N "$1" segments >"$TMP/$1/segments" || return
	awk -v aborts="$3" -v gone="reset:$4" '
		NF == 2 { n[$1, $2]++; next }
		$2 !~ /^reset:/ { next }
		{
			rows++
			want = $2 == "reset:ESTAB" ? aborts : $2 == gone ? n[$1, "answer"] + 0 : 0
			if ($3 != want || n[$1, "abort"] != aborts) {
				print $0 ", not " want ", aborts on the link " n[$1, "abort"]
				bad = 1
			}
		}
		END { exit bad || !rows }' "$TMP/$1/link" "$TMP/$1/segments" >"$TMP/$1/blamed"
}

# all_blamed NS ADDRESSES ABORTS GONE: as soon as the last have been sent
all_blamed() {
	busywait 20 blames "$@" || { cat "$TMP/$1/blamed"; return 1; }
	snapshot "$1" && assert_equal_kernel "$1"
}

# Each late segment has been answered: more of them are a slow machine's.
all_were_late() {
	[ "$(resets_on_link "$server" "192.0.2.1 2001:db8::1" | grep -c answer)" -ge $((2 * ROUNDS)) ]
}

need_tcpulse
need_tool tcpdump
ktap_plan 4
setup_ns server client
setup_veth "$server" "$client"
any_cpu "$server"
any_cpu "$client"
count_segments "$client" "$server"
start_capture "$server"
start_capture "$client"
port=$(random_port)
start_in "$server" endings -l "$port"
busywait 10 is_listening "$server" "$port" || die "endings does not listen"
check "all connections ended as told" make_traffic
check "late segments were answered" busywait 20 all_were_late
aborts=$((THREADS * ROUNDS))
check "client: aborts with unread data, of ESTAB" \
	all_blamed "$client" "192.0.2.2 2001:db8::2" "$aborts" CLOSED
check "server: aborts by linger 0, of ESTAB, late segments, of LISTEN" \
	all_blamed "$server" "192.0.2.1 2001:db8::1" $((aborts + ROUNDS)) LISTEN
