#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# nginx with a backlog of 8 refuses connections; with another limit, given to its
# running listeners, it does not any more, and those who waited get in. Nothing is lost by that, nor by lowering it again. nginx has its own way
# when it listens again, and that is said; so has one that is started anew. All
# sockets of a SO_REUSEPORT group get the limit.
#
#   server (nginx)  eth0 <--- veth ---> eth0  client
#
# Kernels: source; the limit is the kernel's own, and listen(2) and SO_REUSEPORT do
#   with it what they do
# Older: one; netlink_tune_listener is on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/tune.sh"

readonly WAITING=60
server='' client='' port='' conf=''

# tune_both N: two listeners, one by one
tune_both() {
	local address
	for address in 0.0.0.0 '[::]'; do
		tune "$server" listener "$address:$port" "backlog=$1" >"$TMP/said" 2>&1 ||
			{ cat "$TMP/said"; return 1; }
	done
}

overflows() {
	read_nstat "$server" "$TMP/$server/nstat"
	mib "$server" ListenOverflows
}

have_grown() {
	[ "$(overflows)" -ge "$1" ]
}

# knock NAME N: to each listener, one every 10 ms
knock() {
	start_in "$client" overload hold -n "$2" -i 10 "192.0.2.1,$port" "2001:db8::1,$port" \
		>"$TMP/$client/$1" 2>&1
	knocking="$knocking $started_pid"
}

in_queue() {
	in_ns "$server" ss -Htln "sport = :$port" | awk '{ print $2 }' | xargs
}

queue_is() {
	[ "$(in_queue)" = "$*" ]
}

established() {
	in_ns "$client" ss -Htn state established | awk '{ print $3 }' | sort
}

established_are() {
	[ "$(established | wc -l)" -eq "$1" ]
}

# keep_established: assert_lost_none judges from here on
keep_established() {
	established >"$TMP/established"
	keep_counters "$server"
	keep_counters "$client"
}

lost_none() {
	established | comm -23 "$TMP/established" - >"$TMP/lost"
	[ ! -s "$TMP/lost" ] || { echo "lost:"; cat "$TMP/lost"; return 1; }
	counters_grew "$server" TcpOutRsts=0 TcpEstabResets=0 &&
		counters_grew "$client" TcpOutRsts=0 TcpEstabResets=0
}

# --- one listener ------------------------------------------------------------------

# Workers that do not accept for a moment, as when they wait for a disk.
overflow() {
	# shellcheck disable=SC2046 # a list
	freeze $(children "$nginx_pid")
	knock early "$WAITING"
	busywait 20 have_grown "$WAITING" || die "nothing is refused"
	limits_are "$server" "$port" 8 8 || die "other limits"
}

# Which of both is meant has to be said.
is_ambiguous() {
	local status=0
	tune "$server" listener ":$port" backlog=4096 >"$TMP/said" 2>&1 || status=$?
	cat "$TMP/said"
	[ "$status" -eq 2 ] && grep -q "0.0.0.0:$port" "$TMP/said" &&
		grep -qF "[::]:$port" "$TMP/said" && limits_are "$server" "$port" 8 8
}

stops_overflow() {
	local soon
	keep_established
	tune_both 4096 && limits_are "$server" "$port" 4096 4096 || return
	# who was refused before has been counted
	nap
	soon=$(overflows)
	knock late "$WAITING"
	busywait 40 queue_is $((2 * WAITING)) $((2 * WAITING)) ||
		{ echo "in the queues: $(in_queue)"; return 1; }
	[ "$(overflows)" -eq "$soon" ] || { echo "overflows $soon, then $(overflows)"; return 1; }
	lost_none
}

# What is in the queue stays there, nobody else gets in.
lowers() {
	local before
	busywait 20 established_are $((4 * WAITING)) || { echo "not all got in"; return 1; }
	keep_established
	before=$(overflows)
	tune_both 8 && limits_are "$server" "$port" 8 8 || return
	knock last 3
	busywait 20 have_grown $((before + 6)) || { echo "all get in"; return 1; }
	queue_is $((2 * WAITING)) $((2 * WAITING)) || { echo "in the queues: $(in_queue)"; return 1; }
	# shellcheck disable=SC2046 # a list
	thaw $(children "$nginx_pid")
	busywait 20 queue_is 0 0 || { echo "in the queues: $(in_queue)"; return 1; }
	busywait 40 established_are $((4 * WAITING + 6)) || { echo "not all got in"; return 1; }
	lost_none
}

# --- nginx listens again, or not ----------------------------------------------------

# Old workers may still wait for their last connections.
reloaded() {
	[ "$(children "$nginx_pid" | tr ' ' '\n' | grep -cvxF "$old_workers")" -ge 2 ]
}

reload() {
	old_workers=$(children "$nginx_pid" | tr ' ' '\n')
	kill -HUP "$nginx_pid"
	busywait 30 reloaded || { echo "nginx does not reload"; return 1; }
}

# listeners_say JQ-CONDITION: of each of its listeners
listeners_say() {
	"$cli" -N "$server" -j listeners >"$TMP/json" || return
	jq -e --argjson port "$port" '[.. | objects | select(has("syn_queue")) |
		select(.port == $port)] | length > 1 and all('"$1"')' "$TMP/json" >/dev/null ||
		{ cat "$TMP/json"; return 1; }
}

# text_says WORD...
text_says() {
	"$cli" -N "$server" listeners | tr '\n' ' ' >"$TMP/text"
	grep -q "$*" "$TMP/text" || { cat "$TMP/text"; return 1; }
}

same_backlog() {
	tune_both 4096 && reload && limits_are "$server" "$port" 4096 4096 &&
		listeners_say '.limit == 4096 and .tuned == 4096 and .asked == 8' &&
		text_says "tcpulse set 4096 (asked 8)"
}

other_backlog() {
	sed -i 's/backlog=8/backlog=16/' "$conf"
	reload && limits_are "$server" "$port" 16 16 &&
		listeners_say '.limit == 16 and .tuned == 4096 and .asked == null' &&
		text_says "tcpulse had set 4096, the application has set it back to 16 by listen(2)"
}

end_nginx() {
	kill -TERM "$nginx_pid"
	wait_gone "$nginx_pid" 30
}

# start_again LISTENERS: with the configuration there is now
start_again() {
	start_in "$server" nginx -e "$TMP/nginx-$server/error" -c "$conf"
	nginx_pid=$started_pid
	defer kill_tree "$nginx_pid"
	busywait 20 have_listeners "$1" || { cat "$TMP/nginx-$server/error"; return 1; }
}

have_listeners() {
	[ "$(in_ns "$server" ss -Htln "sport = :$port" | wc -l)" -eq "$1" ]
}

new_sockets() {
	tune_both 4096 && end_nginx && start_again 2 && limits_are "$server" "$port" 16 16 &&
		listeners_say '.limit == 16 and .tuned == null and .asked == 16' || return
	! text_says "tcpulse" >/dev/null
}

# --- a group ------------------------------------------------------------------------

family_limits() {
	in_ns "$server" ss "-$1" -Htln "sport = :$port" | awk '{ print $3 }' | xargs
}

all_members() {
	end_nginx
	sed -i 's/backlog=16/backlog=16 reuseport/; s/worker_processes 2/worker_processes 4/' "$conf"
	start_again 8 || return
	tune "$server" listener "0.0.0.0:$port" backlog=512 || return
	echo "4: $(family_limits 4), 6: $(family_limits 6)"
	[ "$(family_limits 4)" = "512 512 512 512" ] && [ "$(family_limits 6)" = "16 16 16 16" ]
}

# Connections go to one of them by their hash; those of IPv6 still have 16.
all_members_take_more() {
	# shellcheck disable=SC2046 # a list
	freeze $(children "$nginx_pid")
	keep_counters "$server"
	knock group 200
	busywait 40 group_is_in || { echo "in the queues: $(in_queue)"; return 1; }
	counters_grew "$server" "TcpExtListenOverflows>0" || return
	in_ns "$server" ss -4Htln "sport = :$port" | awk '$2 < 18 { exit 1 }' ||
		{ echo "in the queues: $(in_queue)"; return 1; }
	# shellcheck disable=SC2046 # a list
	thaw $(children "$nginx_pid")
}

group_is_in() {
	[ "$(in_ns "$server" ss -4Htln "sport = :$port" | awk '{ n += $2 } END { print n }')" -eq 200 ]
}

need_tune
need_tool nginx comm
ktap_plan 8
setup_ns server client
setup_veth "$server" "$client"
port=$(random_port)
conf=$TMP/nginx-$server/conf
knocking=''
start_nginx "$server" "$port" 1 8
overflow
check "port alone: two listeners fit, refused" is_ambiguous
check "raised: nobody is refused any more, nothing is lost" stops_overflow
check "lowered: nothing queued is thrown away" lowers
# shellcheck disable=SC2086 # a list
kill -KILL $knocking
check "reloaded, same backlog: stays" same_backlog
check "reloaded, another backlog: nginx has its way, and that is said" other_backlog
check "started again: nothing is tuned" new_sockets
check "SO_REUSEPORT: all members" all_members
check "SO_REUSEPORT: each takes more" all_members_take_more
