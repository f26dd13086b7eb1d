# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # what lib.sh or a test has
#
# For tests of segment counters, after lib.sh: a path with a router, captures,
# and what the counters are compared with.

# What leaves and reaches a host is what its own link shows: all that delays,
# loses, doubles and reorders is in the router.
#
#   client  eth0 <--> client  router  server <--> eth0  server
#   192.0.2.2                                    198.51.100.2
#   2001:db8:1::2                                2001:db8:2::2
readonly CLIENT4=192.0.2.2 CLIENT6=2001:db8:1::2
readonly SERVER4=198.51.100.2 SERVER6=2001:db8:2::2
client='' server='' router=''

# Neighbours are written down: no ARP can be lost and keep a segment back.
setup_path() {
	setup_ns client server router
	set_sysctl "$router" ipv4.ip_forward 1
	set_sysctl "$router" ipv6.conf.all.forwarding 1
	setup_leg "$client" client 192.0.2 2001:db8:1:
	setup_leg "$server" server 198.51.100 2001:db8:2:
	busywait 10 link_is_up "$client" || die "the client's link does not come up"
	busywait 10 link_is_up "$server" || die "the server's link does not come up"
}

# setup_leg HOST ROUTER-DEVICE PREFIX4 PREFIX6
setup_leg() {
	ip -batch - <<-EOF || die "cannot make a veth pair"
		link add eth0 netns $1 address 02:00:00:00:00:02 type veth peer name $2 netns $router address 02:00:00:00:00:01
	EOF
	ip -n "$1" -batch - <<-EOF || die "cannot set up $1"
		address add $3.2/24 dev eth0
		address add $4:2/64 dev eth0 nodad
		link set eth0 up
		neighbour replace $3.1 lladdr 02:00:00:00:00:01 dev eth0 nud permanent
		neighbour replace $4:1 lladdr 02:00:00:00:00:01 dev eth0 nud permanent
		route add default via $3.1
		route add default via $4:1
	EOF
	ip -n "$router" -batch - <<-EOF || die "cannot set up the router"
		address add $3.1/24 dev $2
		address add $4:1/64 dev $2 nodad
		link set $2 up
		neighbour replace $3.2 lladdr 02:00:00:00:00:02 dev $2 nud permanent
		neighbour replace $4:2 lladdr 02:00:00:00:00:02 dev $2 nud permanent
	EOF
}

# set_offloads on|off: of all four ends
set_offloads() {
	local place
	for place in "$client eth0" "$server eth0" "$router client" "$router server"; do
		# shellcheck disable=SC2086 # two words
		in_ns ${place% *} ethtool -K ${place#* } gro "$1" gso "$1" tso "$1" \
			>/dev/null || skip_all "no offloads to switch"
	done
}

# hamper NETEM-ARGUMENT...: both ways
hamper() {
	lossy "$router" client "$@"
	lossy "$router" server "$@"
}

# be_patient NS: what goes from this host to itself is sent again after 20 s, not 0.2 s,
# so that a machine that is held up counts as one that is not
be_patient() {
	local route routes
	set_sysctl "$1" ipv4.tcp_early_retrans 0
	mapfile -t routes < <(ip -n "$1" -4 route show table all type local)
	for route in "${routes[@]}"; do
		# shellcheck disable=SC2086 # words
		ip -n "$1" route replace $route rto_min 20s || die "no rto_min for $route"
	done
	mapfile -t routes < <(ip -n "$1" -6 route show table all type local | sed 's: \(proto\|metric\|pref\) [^ ]*::g')
	for route in "${routes[@]}"; do
		# shellcheck disable=SC2086 # words
		ip -n "$1" -6 route del $route && ip -n "$1" -6 route add $route rto_min 20s ||
			die "no rto_min for $route"
	done
}

count_segments() {
	local ns
	for ns; do
		tcpulse_get -N "$ns" segments-set 1 || die "cannot count segments"
	done
}

# --- captures ----------------------------------------------------------------

# start_capture NS [DEVICE]: all that counts, and a mark at the end; to
# $TMP/NS/pcap
start_capture() {
	start_in "$1" tcpdump -i "${2:-eth0}" -nn -s 128 -B 65536 -U --immediate-mode -Z root \
		-w "$TMP/$1/pcap" "(tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0) or
		(ip6[6] = 6 and ip6[53] & 7 != 0) or (udp dst port 9)" 2>"$TMP/$1/tcpdump"
	echo "$started_pid" >"$TMP/$1/tcpdump.pid"
	busywait 20 grep -q 'listening on' "$TMP/$1/tcpdump" ||
		die "tcpdump: $(<"$TMP/$1/tcpdump")"
}

has_mark() {
	[ "$(tcpdump -r "$TMP/$1/pcap" -nn -t udp 2>/dev/null | wc -l)" -gt 0 ]
}

# end_capture NS ADDRESS: somebody on that link gets the mark; what came before the mark is in the file
end_capture() {
	local pid
	in_ns "$1" bash -c "echo mark >/dev/udp/$2/9"
	busywait 20 has_mark "$1" || die "the capture has no end"
	pid=$(<"$TMP/$1/tcpdump.pid")
	kill -INT "$pid"
	wait_gone "$pid" 20 || die "tcpdump does not end"
	grep -qx '0 packets dropped by kernel' "$TMP/$1/tcpdump" ||
		die "the capture is not complete: $(<"$TMP/$1/tcpdump")"
}

# captured NS ADDRESSES: the counters it makes
captured() {
	tcpdump -r "$TMP/$1/pcap" -nn -t -S tcp 2>/dev/null |
		awk -v own="$2" -f "$SELFTESTS/lib/segments.awk"
}

# --- at rest -------------------------------------------------------------------

# No timer but TIME_WAIT's runs.
host_is_quiet() {
	! in_ns "$1" ss -Htano | grep -v '^\(LISTEN\|TIME-WAIT\|FIN-WAIT-2\)' |
		grep -qE 'timer:|^(SYN-|FIN-WAIT-1|LAST-ACK|CLOSING)'
}

# Neither does one in the other host, the router holds nothing, no counter moves.
hosts_are_quiet() {
	local ns
	for ns in "$client" "$server"; do
		host_is_quiet "$ns" || return
		tcpulse_get -N "$ns" segments >"$TMP/$ns/quiet" || return
	done
	! in_ns "$router" tc -s qdisc show | grep 'backlog' | grep -qv ' 0p ' || return
	nap
	nap
	for ns in "$client" "$server"; do
		tcpulse_get -N "$ns" segments | grep -v counting-ms |
			cmp -s - <(grep -v counting-ms "$TMP/$ns/quiet") || return
	done
}

await_quiet() {
	busywait 60 hosts_are_quiet && return
	echo "# never quiet:"
	in_ns "$client" ss -Htano | grep -v ^TIME-WAIT | head -n 5 | ktap_diag
	in_ns "$server" ss -Htano | grep -v ^TIME-WAIT | head -n 5 | ktap_diag
	die "the hosts do not come to rest"
}

# read_segments NS: to $TMP/NS/segments and, from the same rest, $TMP/NS/a
read_segments() {
	snapshot "$1" && tcpulse_get -N "$1" segments >"$TMP/$1/segments"
}

# --- comparing -------------------------------------------------------------------

# assert_equal_capture NS ADDRESSES [EXCEPT]: each counter that a capture can tell,
# but that one
assert_equal_capture() {
	captured "$1" "$2" >"$TMP/$1/captured" || return
	awk -v except="${3:-}" 'FNR == NR { want[$1, $2] = $3; next }
	     !(($1, $2) in want) { next }
	     { rows++ }
	     $2 != except && $3 != want[$1, $2] { print $0 ", captured " want[$1, $2]; bad = 1 }
	     END {
		if (rows != 24)
			print rows " rows"
		exit bad || rows != 24
	     }' "$TMP/$1/captured" "$TMP/$1/segments"
}

# out_rsts NS: RSTs sent, says the kernel
out_rsts() {
	# shellcheck disable=SC2016 # not for this shell
	in_ns "$1" awk '/^Tcp:/ { n = $15 } END { print n }' /proc/net/snmp
}

# retrans = TCPSynRetrans, RST rows add up to rst-out, rst-out = OutRsts
assert_equal_kernel() {
	assert_equal_kernel_was "$1" "$(out_rsts "$1")"
}

# assert_equal_kernel_was NS OUTRSTS: the same, with OutRsts read before
assert_equal_kernel_was() {
	local resets=$2 synretrans
	synretrans=$(awk '$1 == "kernel" && $2 == "TCPSynRetrans" { print $3 }' "$TMP/$1/a")
	awk -v outrsts="$resets" -v synretrans="$synretrans" '
		$2 ~ /^reset:/ { by_state[$1] += $3 }
		$2 == "rst-out" { rst[$1] = $3; all += $3 }
		$2 ~ /-retrans$/ { again += $3 }
		END {
			for (f in rst) {
				if (rst[f] == by_state[f] + 0)
					continue
				print f " rst-out " rst[f] ", by state " by_state[f]
				bad = 1
			}
			if (all != outrsts) {
				print "rst-out " all ", OutRsts " outrsts
				bad = 1
			}
			if (again != synretrans) {
				print "retransmitted " again ", TCPSynRetrans " synretrans
				bad = 1
			}
			exit bad
		}' "$TMP/$1/segments"
}

# Handshakes, completed or failed or under way, are what the kernel says it has opened.
# Of each family all that are completed are in a bucket or unmeasured.
assert_equal_opens() {
	# shellcheck disable=SC2016 # not for this shell
	in_ns "$1" awk '/^Tcp:/ { active = $6; passive = $7 }
		END { print "kernel-opens", active, passive }' /proc/net/snmp >"$TMP/$1/opens"
	awk '$1 == "kernel-opens" { opens["active"] = $2; opens["passive"] = $3 }
	     $1 == "state" && $3 == "SYN-SENT" { undone += $4 }
	     $2 == "active" || $2 == "passive" { n[$2, $1] = $3; all[$2] += $3; rows++ }
	     $2 ~ /^failed-/ { all[substr($2, 8)] += $3 }
	     $2 ~ /^unmeasured-/ { sum[substr($2, 12), $1] += $3 }
	     $2 ~ /^handshake:/ { sum["active", $1] += $3; sum["passive", $1] += $4 }
	     END {
		for (i in n) {
			if (n[i] == sum[i])
				continue
			split(i, w, SUBSEP)
			print w[2], w[1], n[i] ", buckets " sum[i]
			bad = 1
		}
		if (all["active"] + undone != opens["active"] || all["passive"] != opens["passive"]) {
			print "active " all["active"] " and " undone " in SYN-SENT, kernel " opens["active"]
			print "passive " all["passive"] ", kernel " opens["passive"]
			bad = 1
		}
		if (rows != 4)
			print rows " rows"
		exit bad || rows != 4
	     }' "$TMP/$1/opens" "$TMP/$1/a" "$TMP/$1/segments"
}
