#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Each parameter that tcpulse sets is heeded by the kernel: shown with traffic that
# it decides about, and by nothing but the kernel's own words: ss, nstat,
# /proc/sys, tcpdump. What takes seconds is begun first, each in a namespace of
# its own, and looked at later.
#
# Kernels: source; whether the kernel heeds a parameter is what is tested
# Older: one; half a minute of CPU; tune_bounds is on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/tune.sh"

readonly SYN='tcp[tcpflags] & (tcp-syn|tcp-ack) = tcp-syn'
readonly SYN_ACK='tcp[tcpflags] & (tcp-syn|tcp-ack) = tcp-syn|tcp-ack'
readonly FIN='tcp[tcpflags] & tcp-fin != 0'

synack='' syn='' orphan='' probed='' probed_once='' unprobed='' at_once='' fin='' lo='' delay=''
reuse_server='' reuse_client='' abort='' queue='' listen='' open='' ends='' buckets='' range=''

# none_left NS STATE: within 20 s
none_left() {
	busywait 20 sockets_are 0 "$1" "$2" >/dev/null || { echo "$2: one stays"; return 1; }
}

# were_sent NS ADDRESS N [N]: packets of start_wire
were_sent() {
	local n
	n=$(on_wire "$1" "$2")
	echo "$n were sent"
	[ "$n" -ge "$3" ] && [ "$n" -le "${4:-$3}" ]
}

# --- seconds: repeats --------------------------------------------------------------

begin_synack() {
	setup_ns synack
	setup_sink "$synack"
	start_wire "$synack" sink "$SYN_ACK"
	start_overload "$synack" serve serve -a 0 v4,7001,64
	tune_set "$synack" tcp_synack_retries=1 &&
		in_ns "$synack" acts syns 1 198.51.100.1 7001
}

end_synack() {
	has_begun begin_synack && none_left "$synack" syn-recv && were_sent "$synack" 198.51.100.9 2
}

# Newer kernels send four more by default.
begin_syn() {
	setup_ns syn
	setup_nowhere "$syn"
	in_ns "$syn" sysctl -qew net.ipv4.tcp_syn_linear_timeouts=0
	start_wire "$syn" nowhere "$SYN"
	tune_set "$syn" tcp_syn_retries=1 &&
		start_overload "$syn" hold hold -n 1 198.18.0.1,80
}

end_syn() {
	has_begun begin_syn && none_left "$syn" syn-sent && were_sent "$syn" 198.18.0.9 2
}

# Without a probe before the first timeout. It ends when two would have been
# sent again; when that is looked at, depends on timers.
begin_orphan() {
	setup_ns orphan
	set_sysctl "$orphan" ipv4.tcp_early_retrans 0
	start_wire "$orphan" lo "$FIN"
	tune_set "$orphan" tcp_orphan_retries=1 && start_hold "$orphan" -k v4 fin-wait-1-orphan=1
}

end_orphan() {
	has_begun begin_orphan && none_left "$orphan" fin-wait-1 && were_sent "$orphan" 127.0.0.1 2 3
}

# begin_probes NS TIME INTERVAL PROBES SECONDS: for so long, if nothing ends it
begin_probes() {
	tune_set "$1" tcp_keepalive_time="$2" tcp_keepalive_intvl="$3" tcp_keepalive_probes="$4" || return
	start_in "$1" acts keepalive "$5" >"$TMP/$1/keepalive"
	echo "$started_pid" >"$TMP/$1/keepalive.pid"
}

begin_keepalive() {
	setup_ns probed probed_once unprobed at_once
	begin_probes "$probed" 1 1 2 600 && begin_probes "$probed_once" 1 3000 2 5 &&
		begin_probes "$unprobed" 1 3000 0 600 && begin_probes "$at_once" 0 3000 2 5
}

# probes_were NS ANSWER PROBES
probes_were() {
	wait_gone "$(<"$TMP/$1/keepalive.pid")" 20 || return
	[ "$(xargs <"$TMP/$1/keepalive")" = "made $2" ] || { cat "$TMP/$1/keepalive"; return 1; }
	busywait 20 counters_grew "$1" TcpExtTCPKeepAlive="$3"
}

end_keepalive() {
	has_begun begin_keepalive && probes_were "$probed" ETIMEDOUT 2 &&
		probes_were "$probed_once" alive 1 && probes_were "$unprobed" ETIMEDOUT 0 &&
		probes_were "$at_once" alive 1
}

# --- seconds: ends ----------------------------------------------------------------

# fin_timers: how long each will wait yet, in seconds
fin_timers() {
	in_ns "$fin" ss -Htno state fin-wait-2 |
		sed -n 's/.*timer:(timewait,\([0-9]*\).*/\1/p' | sort -n
}

# One has closed before, one closes after.
begin_fin_timeout() {
	setup_ns fin
	start_hold "$fin" -k v4 fin-wait-2-orphan=1
	rm "$TMP/$fin/orders"
	tune_set "$fin" tcp_fin_timeout=10 && start_hold "$fin" -k v4 fin-wait-2-orphan=1
	fin_timers >"$TMP/$fin/timers"
}

end_fin_timeout() {
	has_begun begin_fin_timeout || return
	awk 'NR == 1 && $1 <= 10 || NR == 2 && $1 > 10 { right++ }
	     END { exit NR != 2 || right != 2 }' "$TMP/$fin/timers" ||
		{ echo "wait for $(xargs <"$TMP/$fin/timers") s"; return 1; }
	busywait 20 sockets_are 1 "$fin" fin-wait-2
}

# dials NS ADDRESS ANSWER: to a server that waits for our end
dials() {
	local said
	said=$(in_ns "$1" acts dial "$2" 7001)
	[ "$said" = "$3" ] || { echo "$said, not $3"; return 1; }
}

# dials_again NS ADDRESS: as soon as the kernel has seen another second begin
dials_again() {
	busywait 10 dials "$1" "$2" connected >"$TMP/dials" || { tail -n 1 "$TMP/dials"; return 1; }
}

# begin_reuse SERVER CLIENT ADDRESS NAME=VALUE...: the client has one port, and
# uses it
begin_reuse() {
	local client=$2 to=$3
	start_in "$1" endings -l 7001
	busywait 10 is_listening "$1" 7001 || { echo "no server"; return 1; }
	shift 3
	tune_set "$client" ip_local_port_range=41000-41000 "$@" || return
	dials "$client" "$to" connected && sockets_are 1 "$client" time-wait
}

act_tw_reuse() {
	setup_ns reuse_server reuse_client
	setup_veth "$reuse_server" "$reuse_client"
	begin_reuse "$reuse_server" "$reuse_client" 192.0.2.1 tcp_tw_reuse=0 &&
		dials "$reuse_client" 192.0.2.1 EADDRNOTAVAIL &&
		tune_set "$reuse_client" tcp_tw_reuse=2 &&
		dials "$reuse_client" 192.0.2.1 EADDRNOTAVAIL &&
		counters_grew "$reuse_client" TcpExtTWRecycled=0 &&
		tune_set "$reuse_client" tcp_tw_reuse=1 &&
		dials_again "$reuse_client" 192.0.2.1 &&
		counters_grew "$reuse_client" TcpExtTWRecycled=1
}

act_tw_reuse_lo() {
	setup_ns lo
	begin_reuse "$lo" "$lo" 127.0.0.1 tcp_tw_reuse=0 &&
		dials "$lo" 127.0.0.1 EADDRNOTAVAIL &&
		tune_set "$lo" tcp_tw_reuse=2 && dials_again "$lo" 127.0.0.1 &&
		counters_grew "$lo" TcpExtTWRecycled=1
}

has_reuse_delay() {
	[ -e /proc/sys/net/ipv4/tcp_tw_reuse_delay ]
}

act_tw_reuse_delay() {
	setup_ns delay
	begin_reuse "$delay" "$delay" 127.0.0.1 tcp_tw_reuse=1 tcp_tw_reuse_delay=60000 &&
		dials "$delay" 127.0.0.1 EADDRNOTAVAIL &&
		tune_set "$delay" tcp_tw_reuse_delay=10 &&
		dials_again "$delay" 127.0.0.1 && dials_again "$delay" 127.0.0.1 &&
		counters_grew "$delay" TcpExtTWRecycled=2
}

accept_queue_is() {
	[ "$(in_ns "$1" ss -Htln 'sport = :7001' | awk '{ print $2 }')" -eq "$2" ]
}

# 4 wait already, of 5; three come at once. Two last ACKs are too late: dropped,
# and reset when the kernel asks them again.
begin_abort() {
	setup_ns abort
	start_overload "$abort" serve serve -a 0 v4,7001,4
	start_overload "$abort" early hold -n 4 127.0.0.1,7001
	busywait 10 accept_queue_is "$abort" 4 || { echo "4 do not get in"; return 1; }
	# longer than a machine that is held up takes for three SYNs
	lossy "$abort" lo delay 300ms
	start_overload "$abort" late hold -n 3 127.0.0.1,7001
	busywait 10 counters_grew "$abort" "TcpExtListenOverflows>1" || return
	counters_grew "$abort" TcpOutRsts=0 TcpExtEmbryonicRsts=0 &&
		tune_set "$abort" tcp_abort_on_overflow=1
}

end_abort() {
	has_begun begin_abort && busywait 20 counters_grew "$abort" TcpExtEmbryonicRsts=2 TcpOutRsts=2
}

# --- at once --------------------------------------------------------------------------

act_somaxconn() {
	start_overload "$listen" before serve -a 0 v4,7001,1000
	tune_set "$listen" somaxconn=7 || return
	start_overload "$listen" after serve -a 0 v4,7002,1000
	limits_are "$listen" 7001 1000 && limits_are "$listen" 7002 7
}

# syns_come PORT BACKLOG QUEUED WORD...: 20 of peers that will not answer, all
# on one CPU: more at once may get in with several
syns_come() {
	local port=$1 queued=$3
	start_overload "$queue" "serve-$1" serve -a 0 "v4,$1,$2"
	keep_counters "$queue"
	in_ns "$queue" taskset -c 0 acts syns 20 198.51.100.1 "$port"
	shift 3
	sockets_are "$queued" "$queue" syn-recv "sport = :$port" && counters_grew "$queue" "$@"
}

# A SYN queue of 8 gives 7 to those it does not know.
act_max_syn_backlog() {
	tune_set "$queue" tcp_max_syn_backlog=8 tcp_syncookies=0 &&
		syns_come 7001 64 7 TcpExtListenDrops=13 TcpExtTCPReqQFullDrop=0 &&
		tune_set "$queue" tcp_syncookies=1 && syns_come 7002 64 20 TcpExtListenDrops=0 &&
		tune_set "$queue" tcp_max_syn_backlog=0 tcp_syncookies=0 &&
		syns_come 7007 64 1 TcpExtListenDrops=19 &&
		tune_set "$queue" tcp_max_syn_backlog=-2 && syns_come 7008 64 0 TcpExtListenDrops=20
}

# 5 fit into a queue with a backlog of 4.
act_syncookies() {
	tune_set "$queue" tcp_max_syn_backlog=512 tcp_syncookies=0 &&
		syns_come 7003 4 5 TcpExtTCPReqQFullDrop=15 TcpExtSyncookiesSent=0 &&
		tune_set "$queue" tcp_syncookies=1 &&
		syns_come 7004 4 5 TcpExtTCPReqQFullDrop=0 TcpExtSyncookiesSent=15 &&
		tune_set "$queue" tcp_syncookies=2 &&
		syns_come 7005 4 0 TcpExtTCPReqQFullDrop=0 TcpExtSyncookiesSent=20 &&
		tune_set "$queue" tcp_syncookies=7 &&
		syns_come 7006 4 5 TcpExtTCPReqQFullDrop=0 TcpExtSyncookiesSent=15
}

act_migrate() {
	local got
	tune_set "$open" tcp_migrate_req=0 || return
	got=$(in_ns "$open" acts migrate 16)
	[ "$got" -lt 16 ] || { echo "all 16 migrated"; return 1; }
	counters_grew "$open" TcpExtTCPMigrateReqSuccess=0 || return
	tune_set "$open" tcp_migrate_req=1 || return
	got=$(in_ns "$open" acts migrate 16)
	[ "$got" -eq 16 ] || { echo "only $got of 16 are left"; return 1; }
	counters_grew "$open" "TcpExtTCPMigrateReqSuccess>0"
}

# opens_fast VALUE ANSWER ACTIVE PASSIVE
opens_fast() {
	local said
	tune_set "$open" tcp_fastopen="$1" || return
	said=$(in_ns "$open" acts fastopen)
	[ "$said" = "$2" ] || { echo "tcp_fastopen $1: $said"; return 1; }
	counters_grew "$open" TcpExtTCPFastOpenActive="$3" TcpExtTCPFastOpenPassive="$4"
}

# 1: connect, 2: listen, 512: without a cookie
act_fastopen() {
	opens_fast 0 EOPNOTSUPP 0 0 && opens_fast 1 sent 0 0 && opens_fast 514 EOPNOTSUPP 0 0 &&
		opens_fast 515 sent 1 1
}

# An even number of them: of an odd one the kernel does not always find the last. Nobody
# was there before: what a listener of any port has left in TIME-WAIT would keep that port
# from connect(2).
act_port_range() {
	local ports
	setup_ns range
	start_overload "$range" serve serve -a 0 v4,7001,64
	tune_set "$range" ip_local_port_range=41000-41003 || return
	start_overload "$range" hold hold -n 4 127.0.0.1,7001
	ports=$(in_ns "$range" ss -Htn 'dport = :7001' | awk '{ print $4 }' | sort | xargs)
	[ "$ports" = "$(echo 127.0.0.1:4100{0..3})" ] || { echo "$ports"; return 1; }
	dials "$range" 127.0.0.1 EADDRNOTAVAIL
}

act_rfc1337() {
	tune_set "$ends" tcp_rfc1337=0 || return
	in_ns "$ends" twend -k v4 reset 3
	sockets_are 0 "$ends" time-wait && tune_set "$ends" tcp_rfc1337=1 || return
	in_ns "$ends" twend -k v4 reset 3
	sockets_are 3 "$ends" time-wait
}

act_tw_buckets() {
	tune_set "$buckets" tcp_max_tw_buckets=10 || return
	in_ns "$buckets" twend -k v4 stay 25
	sockets_are 10 "$buckets" time-wait &&
		counters_grew "$buckets" TcpExtTCPTimeWaitOverflow=15
}

need_tune
need_tool tcpdump taskset tc sysctl
ktap_plan 18
start_bystander
begin begin_keepalive
begin begin_synack
begin begin_syn
begin begin_orphan

begin begin_abort

# What these begin lasts for a minute: nothing comes in between, or not much.
check "tcp_tw_reuse: the only port again with 1, EADDRNOTAVAIL with 0 and 2" act_tw_reuse
begin begin_fin_timeout
check "tcp_tw_reuse: again on loopback with 2" act_tw_reuse_lo
if has_reuse_delay; then
	check "tcp_tw_reuse_delay: how soon" act_tw_reuse_delay
else
	ktap_skip "tcp_tw_reuse_delay: how soon" "this kernel has none"
fi
check "tcp_fin_timeout: for those who close now" end_fin_timeout
check "tcp_abort_on_overflow: resets, also whom it only dropped before" end_abort

setup_ns queue listen open ends buckets
setup_sink "$queue"
check "tcp_max_syn_backlog: keeps a quarter, without cookies only; 0 one, -2 none" act_max_syn_backlog
check "tcp_syncookies: never, for what does not fit, for all; 7 is 1" act_syncookies
check "tcp_migrate_req: those who wait go to another listener" act_migrate
check "tcp_fastopen: each bit" act_fastopen
check "ip_local_port_range: no port but these" act_port_range
check "tcp_rfc1337: a RST ends TIME-WAIT, or not" act_rfc1337
check "tcp_max_tw_buckets: refuses those beyond it" act_tw_buckets
check "somaxconn: clips who listens from now on, no running listener" act_somaxconn

check "tcp_synack_retries: one more SYN-ACK, and no more" end_synack
check "tcp_syn_retries: one more SYN, and no more" end_syn
check "tcp_orphan_retries: gives up" end_orphan
check "tcp_keepalive: time, interval, probes; 0 is at once, and never" end_keepalive
check "other namespaces did not move" assert_bystander_unmoved
