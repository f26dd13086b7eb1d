#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A RST is put down to the state of the connection that sent it, also while many
# others close on all CPUs: each abort's is ESTAB's. A slow machine may send data
# again when its peer is gone already: those RSTs are nobody's.
#
#   server (endings)  eth0 <--- veth, packets handed to any CPU ---> eth0  client
#
# Kernels: each; kernels differ in who sends a RST, and in what the tracepoint says
#   of it
# CPUs: parallel; packets come on any CPU, in the middle of what another does with
#   the same connection

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib_segments.sh"

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
	for pid in "${pids[@]}"; do
		wait_gone "$pid" 60 >/dev/null || return
	done
	# not a way has failed
	[ "$(cat "$TMP"/{resets,closes}-inet* | awk '$3 == 0' | wc -l)" -eq 6 ] ||
		{ cat "$TMP"/{resets,closes}-inet*; return 1; }
}

# all_estab NS WAY: as many as were done that way
all_estab() {
	local n=$((THREADS * ROUNDS))
	read_segments "$1" && assert_equal_kernel "$1" || return
	awk -v n="$n" '
		$2 ~ /^reset:/ && $2 != "reset:CLOSED" {
			want = $2 == "reset:ESTAB" ? n : 0
			if ($3 != want)
				print $0 ", not " want
			bad = bad || $3 != want
			rows++
		}
		END { exit bad || !rows }' "$TMP/$1/segments"
}

need_tcpulse
ktap_plan 3
setup_ns server client
setup_veth "$server" "$client"
any_cpu "$server"
any_cpu "$client"
count_segments "$client" "$server"
port=$(random_port)
start_in "$server" endings -l "$port"
busywait 10 is_listening "$server" "$port" || die "endings does not listen"
check "all connections ended as told" make_traffic
check "client: aborts with unread data, of ESTAB" all_estab "$client"
check "server: aborts by linger 0, of ESTAB" all_estab "$server"
