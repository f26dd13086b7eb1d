#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A change that nobody confirms is put back by the kernel, to the fifth of a
# second, whatever becomes of who made it; a confirmed one stays. What somebody
# else has written meanwhile is not touched. The module leaves nothing pending
# behind, nor does a namespace.
#
# Kernels: source; timers and the words of a refusal are handed to each kernel in its
#   own way
# Older: one; half a minute of CPU; netlink_confirm is on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/tune.sh"

readonly NAMESPACES=${NAMESPACES:-50}
# What is done before a change expires has so many seconds, on a slow machine, too.
readonly SOON=12
killed='' waiting='' long='' kept='' reverted='' busy='' free=''
foreign='' foreign_revert='' three='' closes='' again='' expires='' unloaded='' unloaded_listener=''

# --- time -----------------------------------------------------------------------

# start_poll NS SECONDS: when tcp_fin_timeout is 60 again, in $TMP/NS/back-*, as
# seen on each CPU
start_poll() {
	local cpu
	for ((cpu = 0; cpu < $(nproc); cpu++)); do
		start_in "$1" taskset -c "$cpu" \
			awaitvalue /proc/sys/net/ipv4/tcp_fin_timeout 60 $(($2 * slow)) >"$TMP/$1/back-$cpu" 2>&1
		echo "$started_pid" >"$TMP/$1/poll-$cpu"
	done
}

# polled NS: the last look before, the first one after, and how late a CPU was
polled() {
	local file
	for file in "$TMP/$1/poll-"*; do
		wait_gone "$(<"$file")" 30 || return
	done
	cat "$TMP/$1/back-"* | awk '
	NF != 3 { print; bad = 1 }
	$1 > before { before = $1 }
	NR == 1 || $2 < after { after = $2 }
	$3 > late { late = $3 }
	END { print before, after, late; exit bad }'
}

# put_back_after NS SECONDS: not more than 200 ms away, as the history says, and
# as was seen from outside, between two looks. Where a CPU has not come to
# anything for some time, the kernel could not either.
put_back_after() {
	local ms=$(($2 * 1000)) from before after late history
	polled "$1" >"$TMP/polled" || { cat "$TMP/polled"; return 1; }
	read -r before after late <"$TMP/polled"
	from=$(changes "$1" action=set | word_of time-ms)
	history=$(($(changes "$1" action=expire | word_of time-ms) - from))
	echo "history: after $history ms; seen: after $((before - from)) to $((after - from)) ms;" \
		"a CPU was late by $late ms"
	[ "$history" -ge $((ms - 200)) ] && [ "$history" -le $((ms + 200 + late)) ] &&
		[ $((after - from)) -ge $((ms - 200)) ] &&
		[ $((before - from)) -le $((ms + 200 + late)) ]
}

# expire_is_of_setter NS: who had asked for it
expire_is_of_setter() {
	local set expire
	set=$(changes "$1" action=set | sed 's/.* pid=/pid=/')
	expire=$(changes "$1" action=expire | sed 's/.* pid=/pid=/')
	echo "set: $set, expire: $expire"
	[ -n "$set" ] && [ "$set" = "$expire" ]
}

# kill_all NS: with no chance to do anything; and look from then on
kill_all() {
	local pids
	pids=$(ip netns pids "$1")
	start_poll "$1" $((2 * SOON))
	# shellcheck disable=SC2086 # a list
	kill -KILL $pids
}

begin_killed() {
	setup_ns killed
	# shellcheck disable=SC2016 # for that shell
	start_in "$killed" bash -c '"$0" tune set tcp_fin_timeout=7 --confirm "$1"; sleep 100' "$cli" "$SOON"
	busywait 10 sysctl_is "$killed" tcp_fin_timeout=7 || return
	kill_all "$killed"
}

end_killed() {
	has_begun begin_killed && put_back_after "$killed" "$SOON" && expire_is_of_setter "$killed" &&
		one_change "$killed" action=expire command=tcpulse old=7 new=60
}

# At a terminal the tool waits for an answer.
begin_waiting() {
	setup_ns waiting
	mkfifo "$TMP/$waiting/keys"
	start_in "$waiting" script -qec "'$cli' tune set tcp_fin_timeout=7 --confirm $SOON" /dev/null \
		<>"$TMP/$waiting/keys" >"$TMP/$waiting/terminal" 2>&1
	busywait 10 grep -q 'reverts in' "$TMP/$waiting/terminal" ||
		{ cat "$TMP/$waiting/terminal"; return 1; }
	sysctl_is "$waiting" tcp_fin_timeout=7 || return
	kill_all "$waiting"
}

end_waiting() {
	has_begun begin_waiting && put_back_after "$waiting" "$SOON"
}

# A timer of the kind that is cheap would be a second late.
begin_long() {
	setup_ns long
	in_ns "$long" tcpulse_set tcp_fin_timeout=7 confirm=20 &&
		start_poll "$long" 60
}

end_long() {
	has_begun begin_long && put_back_after "$long" 20
}

# --- answers ---------------------------------------------------------------------

# pend NS WORD...: by libmnl
pend() {
	local ns=$1
	shift
	in_ns "$ns" tcpulse_set "$@" >"$TMP/$ns/pend" || { cat "$TMP/$ns/pend"; return 1; }
}

begin_kept() {
	setup_ns kept
	start_watch "$kept"
	pend "$kept" tcp_fin_timeout=7 tcp_rfc1337=1 confirm="$SOON" && tune "$kept" confirm
}

end_kept() {
	has_begun begin_kept && sysctl_is "$kept" tcp_fin_timeout=7 tcp_rfc1337=1 &&
		nothing_pending "$kept" && last_changes "$kept" set set confirm confirm &&
		one_alert "$kept" action=confirm param=tcp_fin_timeout
}

is_reverted() {
	setup_ns reverted
	start_watch "$reverted"
	pend "$reverted" tcp_fin_timeout=7 tcp_rfc1337=1 confirm=600 || return
	tune "$reverted" revert || return
	sysctl_is "$reverted" tcp_fin_timeout=60 tcp_rfc1337=0 && nothing_pending "$reverted" &&
		last_changes "$reverted" set set revert revert || return
	busywait 5 one_alert "$reverted" action=revert param=tcp_fin_timeout || return
	! tune "$reverted" confirm >/dev/null 2>&1
}

# --- one at a time ------------------------------------------------------------------

# kernel_says_whose TEXT: 6.1 cannot put numbers into it
kernel_says_whose() {
	case $(uname -r) in
	6.1.*) grep -q "another change is pending" <<<"$1" ;;
	*) grep -qE "a change by tcpulse_set\([0-9]+\) is pending for [0-9]+ s" <<<"$1" ;;
	esac || { echo "the kernel says: $1"; return 1; }
}

# is_busy NAME=VALUE... [confirm=S]: refused, nothing is changed
is_busy() {
	local said
	said=$(in_ns "$busy" tcpulse_set "$@")
	grep -q '^error=EBUSY ' <<<"$said" || { echo "$*: $said"; return 1; }
	kernel_says_whose "$said" && sysctl_is "$busy" tcp_fin_timeout=7 tcp_rfc1337=0
}

tool_says_whose() {
	local status=0 said
	said=$(tune "$busy" set tcp_rfc1337=1 --confirm 5 2>&1 >/dev/null) || status=$?
	[ "$status" -eq 2 ] || { echo "status $status: $said"; return 1; }
	tr '\n' ' ' <<<"$said" |
		grep -qE 'by root tcpulse_set\([0-9]+\): tcp_fin_timeout 60 s -> 7 s: reverts by itself in [0-9]+ s' ||
		{ echo "$said"; return 1; }
}

second_is_busy() {
	setup_ns busy
	pend "$busy" tcp_fin_timeout=7 confirm=600 && is_busy tcp_rfc1337=1 confirm=5 &&
		is_busy tcp_fin_timeout=8 && is_busy tcp_rfc1337=1 tcp_fin_timeout=8 &&
		tool_says_whose || return
	# what touches nothing pending, for good
	tune_set "$busy" tcp_orphan_retries=3 && sysctl_is "$busy" tcp_fin_timeout=7
}

another_is_free() {
	setup_ns free
	tune "$free" set tcp_fin_timeout=7 --confirm 600 && sysctl_is "$free" tcp_fin_timeout=7 &&
		tune "$free" revert && tune "$busy" revert && sysctl_is "$busy" tcp_fin_timeout=60
}

# --- somebody else writes ------------------------------------------------------------

begin_foreign() {
	setup_ns foreign
	start_watch "$foreign"
	pend "$foreign" tcp_fin_timeout=7 confirm="$SOON" &&
		set_sysctl "$foreign" ipv4.tcp_fin_timeout 9
}

end_foreign() {
	has_begun begin_foreign && await_nothing_pending "$foreign" &&
		sysctl_is "$foreign" tcp_fin_timeout=9 &&
		one_change "$foreign" action=keep old=7 new=9 &&
		busywait 5 one_alert "$foreign" action=keep old=7 new=9 || return
	tune "$foreign" log | grep -q 'keep: left as found: somebody else had changed it' ||
		{ tune "$foreign" log; return 1; }
}

# Being asked, the tool says so, in both forms.
tool_says_kept() {
	setup_ns foreign_revert
	pend "$foreign_revert" tcp_fin_timeout=7 confirm=600 || return
	set_sysctl "$foreign_revert" ipv4.tcp_fin_timeout 9
	tune "$foreign_revert" revert >"$TMP/said" || return
	grep -q 'somebody else had changed it' "$TMP/said" || { cat "$TMP/said"; return 1; }
	pend "$foreign_revert" tcp_fin_timeout=7 confirm=600 || return
	set_sysctl "$foreign_revert" ipv4.tcp_fin_timeout 8
	tune "$foreign_revert" revert -j >"$TMP/said" || return
	jq -e '.changes == [.changes[0]] and .changes[0].action == "keep" and
		.changes[0].old == 7 and .changes[0].new == 8' "$TMP/said" >/dev/null ||
		{ cat "$TMP/said"; return 1; }
	sysctl_is "$foreign_revert" tcp_fin_timeout=8
}

begin_three() {
	setup_ns three
	pend "$three" tcp_fin_timeout=7 tcp_rfc1337=1 ip_local_port_range=40000,50000 confirm="$SOON" &&
		set_sysctl "$three" ipv4.tcp_rfc1337 2
}

# tcp_rfc1337 takes 0 to 255
end_three() {
	has_begun begin_three && await_nothing_pending "$three" &&
		sysctl_is "$three" tcp_fin_timeout=60 tcp_rfc1337=2 ip_local_port_range=32768-60999 &&
		one_change "$three" action=expire param=tcp_fin_timeout old=7 new=60 &&
		one_change "$three" action=keep param=tcp_rfc1337 old=1 new=2 &&
		one_change "$three" action=expire param=ip_local_port_range old=40000 \
			old-high=50000 new=32768 new-high=60999
}

# --- listeners ------------------------------------------------------------------------

# listen_and_pend NS SECONDS: a listener with a backlog of 16 gets 1000; further
# backlogs go to $TMP/NS/backlogs
listen_and_pend() {
	mkfifo "$TMP/$1/backlogs"
	start_in "$1" acts listen 7001 16 <>"$TMP/$1/backlogs" >"$TMP/$1/listens"
	listener_pid=$started_pid
	busywait 10 grep -q listens "$TMP/$1/listens" || { echo "no listener"; return 1; }
	pend "$1" listener 0.0.0.0 7001 limit=1000 "confirm=$2" && limits_are "$1" 7001 1000
}

begin_expires() {
	setup_ns expires
	listen_and_pend "$expires" "$SOON"
}

end_expires() {
	has_begun begin_expires && await_nothing_pending "$expires" &&
		limits_are "$expires" 7001 16 &&
		one_change "$expires" action=expire port=7001 old=1000 new=16
}

begin_closes() {
	setup_ns closes
	listen_and_pend "$closes" "$SOON" || return
	kill -KILL "$listener_pid"
}

end_closes() {
	has_begun begin_closes && await_nothing_pending "$closes" &&
		one_change "$closes" action=gone port=7001 || return
	[ "$(changes "$closes" | wc -l)" -eq 2 ]
}

begin_again() {
	setup_ns again
	listen_and_pend "$again" "$SOON" || return
	echo 99 >"$TMP/$again/backlogs"
	busywait 10 limits_are "$again" 7001 99
}

end_again() {
	has_begun begin_again && await_nothing_pending "$again" && limits_are "$again" 7001 99 &&
		one_change "$again" action=keep port=7001 old=1000 new=99
}

# --- the end of the module ---------------------------------------------------------------

is_unloaded() {
	setup_ns unloaded unloaded_listener
	pend "$unloaded" tcp_fin_timeout=7 somaxconn=77 confirm=600 &&
		listen_and_pend "$unloaded_listener" 600 || return
	set_sysctl "$unloaded" core.somaxconn 78
	start_watch "$unloaded"
	start_watch "$unloaded_listener"
	unload_module || return
	sysctl_is "$unloaded" tcp_fin_timeout=60 somaxconn=78 &&
		limits_are "$unloaded_listener" 7001 16 &&
		busywait 5 one_alert "$unloaded" action=unload param=tcp_fin_timeout old=7 new=60 &&
		one_alert "$unloaded" action=keep param=somaxconn old=77 new=78 &&
		busywait 5 one_alert "$unloaded_listener" action=unload port=7001 old=1000 new=16
}

# --- the end of namespaces ----------------------------------------------------------------

# What is done in each of them: one way or another something is left pending, after
# changes of many rows; with one of them time is up while the namespace ends.
# shellcheck disable=SC2016 # for the shells in there
readonly LEAVE_PENDING='
for i in 4 5 6; do
	tcpulse_set tcp_fin_timeout=$i tcp_rfc1337=$i tcp_fastopen=$i tcp_orphan_retries=$i \
		tcp_keepalive_time=$i tcp_keepalive_intvl=$i tcp_keepalive_probes=$i \
		tcp_synack_retries=$i tcp_syn_retries=$i tcp_max_tw_buckets=$i \
		tcp_max_syn_backlog=$i somaxconn=$i || exit 1
done
case $((RANDOM % 5)) in
0) exec tcpulse_set tcp_fin_timeout=8 tcp_rfc1337=0 somaxconn=9 confirm=600 ;;
1) tcpulse_set tcp_fin_timeout=8 confirm=1 && sleep 0.9$((RANDOM % 10)) ;;
2) overload serve -a 0 v4,7001,16 &
   for i in {1..1000}; do
	tcpulse_set listener 0.0.0.0 7001 limit=100 confirm=600 && break
	sleep 0.1
   done
   status=$?; kill -KILL $!; exit $status ;;
3) tcpulse_set tcp_fin_timeout=8 confirm=600 && lifecycles -t 2 -n 6 ;;
4) lifecycles -t 2 -n 20 & tcpulse_set tcp_max_tw_buckets=8 confirm=600
   status=$?; kill -KILL $!; exit $status ;;
esac'

leave_pending() {
	local ended
	ended=$(namespaces -n "$1" -p 8 bash -c "$LEAVE_PENDING")
	[ "$ended" -eq "$1" ] || { echo "$ended of $1 did what they should"; return 1; }
}

# Rows of the history are of that size.
objects() {
	awk '/^kmalloc.*-192 / { n += $2 } END { print n + 0 }' /proc/slabinfo
}

namespaces_left() {
	awk '$1 == "net_namespace" { print $2 }' /proc/slabinfo
}

# What is free in the pages that CPUs keep for themselves counts as in use.
shrink() {
	echo 1 | tee /sys/kernel/slab/{kmalloc*-192,net_namespace}/shrink >/dev/null 2>&1
	return 0
}

settle() {
	end_namespaces 60 || die "namespaces do not die"
	echo 3 >/proc/sys/vm/drop_caches
	shrink
}

# Each has made 36 rows and more. The kernel counts objects a page at a time.
nothing_leaked() {
	shrink
	echo "objects $objects_before -> $(objects), namespaces $left_before -> $(namespaces_left)"
	[ $(($(objects) - objects_before)) -le $((NAMESPACES * 18)) ] &&
		[ $(($(namespaces_left) - left_before)) -le $((NAMESPACES / 2)) ]
}

# In the end: RCU may have some of it yet.
nothing_stays() {
	busywait 20 nothing_leaked >"$TMP/leaked" || { tail -n 1 "$TMP/leaked"; return 1; }
	tail -n 1 "$TMP/leaked"
}

need_tune
need_reload
load_module || die "cannot load the module"
need_tool script dmesg taskset
[ -r /proc/slabinfo ] || skip_all "no /proc/slabinfo"
mark_log
ktap_plan 19
begin begin_long
start_bystander
begin begin_waiting
begin begin_killed
begin begin_kept
begin begin_foreign
begin begin_three
begin begin_expires
begin begin_closes
begin begin_again
check "reverted: at once" is_reverted
check "a second one: busy, and it is said whose change is pending" second_is_busy
check "another namespace is not busy" another_is_free
check "somebody else wrote: the tool says it is kept" tool_says_kept
check "tool and shell killed: put back after $SOON s" end_killed
check "killed at a terminal: put back after $SOON s" end_waiting
check "somebody else wrote: stays, is remembered and announced" end_foreign
check "somebody else wrote one of three: two are put back" end_three
check "a listener: put back" end_expires
check "a listener that closes: gone" end_closes
check "a listener that listens again: stays" end_again
check "20 s are 20 s" end_long
check "confirmed: has stayed" end_kept
check "other namespaces did not move" assert_bystander_unmoved
check "unloaded: put back, and announced" is_unloaded
load_module || die "cannot load the module again"
check "warm-up: namespaces end with changes pending" leave_pending 16
settle
objects_before=$(objects)
left_before=$(namespaces_left)
check "$NAMESPACES namespaces end with changes pending" leave_pending "$NAMESPACES"
settle
check "nothing of them is left" nothing_stays
check "no message of the kernel" assert_no_splat
