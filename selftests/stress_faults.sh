#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Memory that cannot be had: every allocation in loading, unloading, making a
# namespace, listening and each request fails once, one after the other; then
# one in twenty of those that cannot wait, under traffic. What fails is refused as
# a whole or counted as lost, numbers stay those of the kernel, and the kernel has
# nothing to say. For a kernel with fault injection.
#
# Kernels: each; kernels differ in what they allocate and what they do without, and
#   only those for debugging have fault injection

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/stress.sh"

readonly DEBUG=/sys/kernel/debug
# of the allocations that cannot wait, how many fail under traffic
readonly PERCENT=${PERCENT:-5} LOADS=${LOADS:-5}
# What asks for memory in a task: each must have been seen to be refused.
readonly SITES="tcpulse_counters_read tcpulse_history_alloc tcpulse_nl_announce \
	tcpulse_nl_answer tcpulse_nl_change_get_doit tcpulse_nl_listener_get_doit \
	tcpulse_nl_overflow_get_doit tcpulse_nl_send tcpulse_tune_alloc"
ns=''

# --- faults --------------------------------------------------------------------

# set_faults NAME=VALUE...: of failslab
set_faults() {
	local word
	for word; do
		echo "${word#*=}" >"$DEBUG/failslab/${word%%=*}" || die "failslab/$word"
	done
}

stop_faults() {
	set_faults probability=0 task-filter=N space=0 verbose=2
}

# Each failure is told in the log with its stack: not on the console, where it
# would be taken for a splat, but in $TMP/log.
start_log() {
	local level
	read -r level _ </proc/sys/kernel/printk
	defer dmesg -n "$level"
	dmesg -n 1
	cat /dev/kmsg >"$TMP/log" 2>"$TMP/log-lost" &
	disown $!
	defer kill -KILL $!
}

prepare_faults() {
	[ -w "$DEBUG/failslab/space" ] || skip_all "this kernel has no failslab"
	[ -w "$DEBUG/fail_page_alloc/space" ] || skip_all "this kernel has no fail_page_alloc"
	defer stop_faults
	stop_faults
	set_faults ignore-gfp-wait=N times=-1
	echo N >"$DEBUG/fail_page_alloc/ignore-gfp-wait"
	echo N >"$DEBUG/fail_page_alloc/ignore-gfp-highmem"
	echo 0 >"$DEBUG/fail_page_alloc/min-order"
}

# summary FILE: how each call went, and how often
summary() {
	awk '/ tries failed$/ { print "# " $0; next }
	     $2 ~ /^[0-9]+$/ && NF == 3 { n[$1 " " $3]++ }
	     END { for (i in n) print "#   " i ": " n[i] }' "$1" >&3
}

# failing NS|- ARGUMENT...: failnth, there; it was judged right each time
failing() {
	local status=0 where=()
	[ "$1" = - ] || where=(in_ns "$1")
	shift
	"${where[@]}" failnth "$@" </dev/null >"$TMP/failnth" 2>&1 || status=$?
	summary "$TMP/failnth"
	[ "$status" -eq 0 ] && return
	grep -E '^failnth|: ' "$TMP/failnth"
	return 1
}

# --- one after the other ----------------------------------------------------------

# The second try of an allocation fails too.
failing_rest() {
	local status=0
	set_faults task-filter=Y probability=100
	failing "$@" || status=1
	stop_faults
	return "$status"
}

loading() {
	failing - load "$TMP/tcpulse.ko" && failing_rest - -r 4096 load "$TMP/tcpulse.ko"
}

loads_and_is_exact() {
	load_module && rebase "$ns" && assert_exact "$ns"
}

requests() {
	set_sysctl "$ns" ipv4.tcp_fin_timeout 60
	failing "$ns" requests && rebase "$ns" && assert_exact "$ns"
}

# has_read MARK: who reads the log came to it
has_read() {
	grep -q "$1" "$TMP/log"
}

# All that was told until now is in $TMP/log.
read_log() {
	local mark=tcpulse-faults-$SRANDOM
	echo "<6>$mark" >/dev/kmsg
	busywait 60 has_read "$mark" && return
	cat "$TMP/log-lost"
	echo "the log is not read to its end: log_buf_len="
	return 1
}

# Who was refused memory, and how often.
find_sites() {
	read_log || return
	# User Mode Linux has an address before each
	sed 's/^[^;]*;//; s/^ *\[<[0-9a-f]*>\] / /' "$TMP/log" | awk '/FAULT_INJECTION/ { wanted = 1 }
		wanted && !/\?/ && $1 ~ /^tcpulse_/ { wanted = 0; sub(/\+.*/, "", $1); n[$1]++ }
		END { for (i in n) print i, n[i] }' | sort >"$TMP/sites"
}

missing_sites() {
	local site
	for site in $SITES; do
		grep -q "^$site " "$TMP/sites" || echo "$site"
	done
}

# Which allocation is the Nth differs from one try to the next: now and then a slab wants
# a page before it has an object, and then the object is never the one that fails. So
# who was passed over is asked for again.
all_sites() {
	local round
	for round in 1 2 3 4 5; do
		find_sites || return
		[ "$(missing_sites)" ] || break
		echo "#   round $round: never refused: $(missing_sites | tr '\n' ' ')" >&3
		requests || return
	done
	sed 's/^/#   refused: /' "$TMP/sites" >&3
	[ -z "$(missing_sites)" ] || { echo "never refused: $(missing_sites)"; return 1; }
}

# --- a listener the module could not remember ------------------------------------

# overflow_number KIND NAME...: their sum
overflow_number() {
	awk -v kind="$1" -v names="${*:2}" 'BEGIN { n = split(names, list, " ")
		for (i = 1; i <= n; i++) wanted[list[i]] = 1 }
		$1 == kind && $2 in wanted { sum += $3 } END { print sum + 0 }' "$TMP/overflow"
}

# Of what the kernel has dropped, nothing is missing and nothing there twice.
drops_add_up() {
	local drops attributed unattributed mib
	in_ns "$ns" nstat -asz >"$TMP/nstat"
	tcpulse_get -N "$ns" overflow >"$TMP/overflow" || return
	mib=$(awk '$1 == "TcpExtListenDrops" { print $2 }' "$TMP/nstat")
	drops=$(overflow_number kernel listen-drops)
	unattributed=$(overflow_number unattributed listen-drops)
	attributed=$(($(overflow_number listening "${DROPS[@]}") + \
		$(overflow_number gone "${DROPS[@]}")))
	echo "ListenDrops $mib, kernel $drops, attributed $attributed, unattributed $unattributed"
	[ "$drops" -eq "$mib" ] && [ $((attributed + unattributed)) -eq "$drops" ]
}
readonly DROPS=(accept-full-syn accept-full-ack accept-full-cookie syn-full-drop
	max-syn-backlog other-drop)

listening_lost() {
	local lost
	failing "$ns" listen || return
	mkfifo "$TMP/listen.in"
	set_faults task-filter=Y probability=100
	start_in "$ns" failnth -r 64 listen <>"$TMP/listen.in" >"$TMP/listen" 2>&1
	listen_pid=$started_pid
	busywait 60 grep -qx ready "$TMP/listen" || { cat "$TMP/listen"; return 1; }
	stop_faults
	summary "$TMP/listen"
	lost=$(grep -c '^lost ' "$TMP/listen")
	[ "$lost" -gt 1 ] && ! grep ': [a-z]' <(grep -v 'tries failed' "$TMP/listen")
}

has_dropped() {
	in_ns "$ns" nstat -asz TcpExtListenDrops | grep -qE ' [1-9]'
}

refusing_lost() {
	local port
	port=$(awk '$1 == "lost" { print $2; exit }' "$TMP/listen")
	start_in "$ns" overload hold -n 8 "127.0.0.1,$port" >"$TMP/hold" 2>&1
	busywait 30 has_dropped || { echo "nothing was dropped"; return 1; }
	kill -KILL "$started_pid" "$listen_pid"
	busywait 10 drops_add_up || { drops_add_up; return 1; }
	drops_add_up
	[ "$(overflow_number unattributed listen-drops)" -gt 0 ]
}

# --- time is up, and there is no memory to say so ------------------------------------

# fail_kworkers 0|1
fail_kworkers() {
	local comm
	for comm in /proc/[0-9]*/comm; do
		! grep -qs ^kworker "$comm" || echo "$1" >"${comm%comm}make-it-fail"
	done
}

timeout_is() {
	[ "$(in_ns "$ns" cat /proc/sys/net/ipv4/tcp_fin_timeout)" -eq "$1" ]
}

heard_expiry() {
	grep -qE 'action=expire|No buffer space' "$TMP/watch"
}

expiring() {
	start_in "$ns" tcpulse_set watch 300 >"$TMP/watch" 2>&1
	busywait 20 grep -q watching "$TMP/watch" || return
	in_ns "$ns" tcpulse_set tcp_fin_timeout=30 confirm=2 >"$TMP/set" || return
	set_faults task-filter=Y probability=100
	fail_kworkers 1
	busywait 20 timeout_is 60 || echo "not put back"
	fail_kworkers 0
	stop_faults
	busywait 20 heard_expiry || echo "neither heard nor told of a loss"
	tcpulse_get -N "$ns" changes | grep -q action=expire || echo "not in the history"
	echo "#   heard: $(tail -n 1 "$TMP/watch" | cut -c1-60)" >&3
	timeout_is 60 && heard_expiry
}

# --- under traffic ---------------------------------------------------------------------

# populations, both families; minisocks in FIN-WAIT-2 show as TIME-WAIT where
# there was no memory to remember them
as_ss_but_fin_wait_2() {
	snapshot "$ns" || return
	awk 'NR == FNR { if ($1 == "state") now[$3] += $4; next }
	     { ss[$1]++ }
	     END {
		now["TIME-WAIT"] += now["FIN-WAIT-2"]; ss["TIME-WAIT"] += ss["FIN-WAIT-2"]
		delete now["FIN-WAIT-2"]
		for (i in now)
			if (now[i] != ss[i] + 0) { print i, now[i], "ss:", ss[i] + 0; bad = 1 }
		exit bad
	     }' "$TMP/$ns/a" "$TMP/$ns/ss"
}

# but for minisocks that are said to be lost, as some must be
conserved_but_lost() {
	assert_conserved "$ns" >"$TMP/conserved" && return
	! grep -v '^lost-fin-wait-2' "$TMP/conserved"
}

under_traffic() {
	local press
	start_lifecycles "$ns" -t 8 -n 1000000
	start_in "$ns" overload serve -a 20 v4,7001,2 dual,7002,2 >"$TMP/serve" 2>&1
	busywait 20 grep -qx ready "$TMP/serve" || return
	set_faults ignore-gfp-wait=Y verbose=0 probability="$PERCENT"
	start_in "$ns" overload press -n 400 127.0.0.1,7001 ::1,7002 >"$TMP/press" 2>&1
	press=$started_pid
	await_traffic "$ns" 3000
	busywait 120 is_gone "$press"
	stop_faults
	freeze "$lifecycles_pid"
	echo "#   lost: $(tcpulse_get -N "$ns" info | grep '^lost' | xargs)" >&3
	as_ss_but_fin_wait_2 && conserved_but_lost && drops_add_up || return
	drops_add_up | sed 's/^/#   /' >&3
}

loading_under_traffic() {
	local i refused=0
	for ((i = 0; i < LOADS; i++)); do
		set_faults ignore-gfp-wait=Y verbose=0 probability=20
		if load_module 2>"$TMP/insmod"; then
			stop_faults
			unload_module || return
		else
			stop_faults
			grep -q 'Cannot allocate memory' "$TMP/insmod" || { cat "$TMP/insmod"; return 1; }
			refused=$((refused + 1))
		fi
	done
	echo "#   $refused of $LOADS loads were refused" >&3
	[ "$refused" -gt 0 ] && load_module && freeze "$lifecycles_pid" || return
	snapshot "$ns" && assert_equal_populations "$ns" && assert_conserved "$ns"
}

# --- the log ---------------------------------------------------------------------------

nothing_said() {
	busywait 10 grep -q tcpulse-test-end "$TMP/log"
	! sed 's/^[^;]*;//' "$TMP/log" | sed -n "/$log_mark/,\$p" |
		grep -E '^(BUG|WARNING|Oops|general protection|UBSAN|KASAN)|refcount_t:|rcu: INFO|INFO: |corruption|unregister_netdevice: waiting'
}

need_reload
need_tool strip nstat dmesg
[ -n "${TCPULSE_KO:-}" ] || skip_all "no module to load: set TCPULSE_KO"
strip -g -o "$TMP/tcpulse.ko" "$TCPULSE_KO" || die "cannot copy the module"
prepare_faults
mark_log
start_log
exec 3>&1
ktap_plan 12
setup_ns ns
check "loading: refused or done" loading
check "unloading: a change is put back nevertheless" failing - unload "$TMP/tcpulse.ko"
check "then it loads, and is exact" loads_and_is_exact
check "a namespace: refused, or counted" failing - netns
check "listening: in the table or lost" listening_lost
check "what a lost listener refuses is unattributed" refusing_lost
check "requests: the whole answer or an error; all set or nothing" requests
check "every place that asks for memory was refused some" all_sites
check "time is up: put back, in the history, and heard or known to be lost" expiring
check "one in $((100 / PERCENT)) under traffic: as ss and nstat say" under_traffic
thaw "$lifecycles_pid"
unload_module
check "loading under traffic: refused or exact" loading_under_traffic
kill -KILL "$lifecycles_pid"
echo tcpulse-test-end >/dev/kmsg
check "no message of the kernel" nothing_said
unload_module
