# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # tests use what is set here
#
# What every test here uses: KTAP, namespaces that clean up after themselves,
# bounded waits, and the comparison of the module's numbers with the kernel's.
#
# A test sources this, declares its plan, and calls check for each line of it:
#
#	ktap_plan 2
#	setup_ns server client
#	check "populations equal ss" assert_equal_populations "$server"
#
# Exit status: 0 all passed, 1 any failed or the plan was not kept, 4 skipped.

set -u

SELFTESTS=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
readonly SELFTESTS KSFT_SKIP=4
PATH=$SELFTESTS:$SELFTESTS/client:$SELFTESTS/traffic:$PATH:/usr/sbin:/sbin
export LC_ALL=C

# What helpers leave behind for the test.
started_pid='' hold_pid='' hold_orders='' lifecycles_pid='' nginx_pid='' wrk_pid=''
bystander='' ss_us=0 few_ns=0 many_ns=0

TMP=$(mktemp -d "${TMPDIR:-/tmp}/tcpulse-test.XXXXXX")
readonly TMP

# --- KTAP ------------------------------------------------------------------

ktap_planned=0 ktap_done=0 ktap_failed=0

ktap_plan() {
	ktap_planned=$1
	echo "KTAP version 1"
	echo "1..$1"
}

ktap_diag() {
	sed 's/^/# /'
}

ktap_pass() {
	ktap_done=$((ktap_done + 1))
	echo "ok $ktap_done - $1"
}

ktap_fail() {
	ktap_done=$((ktap_done + 1))
	ktap_failed=$((ktap_failed + 1))
	echo "not ok $ktap_done - $1"
}

# one line of the plan that cannot be tried here
ktap_skip() {
	ktap_done=$((ktap_done + 1))
	echo "ok $ktap_done - $1 # SKIP $2"
}

# the whole test cannot be tried here
skip_all() {
	[ "$ktap_planned" -gt 0 ] || echo "KTAP version 1"
	echo "1..0 # SKIP $*"
	exit "$KSFT_SKIP"
}

# the test itself broke
die() {
	echo "# $*"
	exit 1
}

# check NAME COMMAND [ARGUMENT]...: one line of the plan
check() {
	local name=$1 status=0
	shift
	"$@" >"$TMP/check" 2>&1 || status=$?
	if [ "$status" -eq 0 ]; then
		ktap_pass "$name"
	else
		ktap_diag <"$TMP/check"
		ktap_fail "$name"
	fi
	return 0
}

# --- undo ------------------------------------------------------------------

undo=()

# defer COMMAND [ARGUMENT]...: at exit, last come first served
defer() {
	undo+=("$(printf '%q ' "$@")")
}

at_exit() {
	local status=$? i
	trap '' INT TERM HUP
	for ((i = ${#undo[@]} - 1; i >= 0; i--)); do
		eval "${undo[i]}" >/dev/null 2>&1
	done
	rm -rf "$TMP"
	[ "$status" -ne "$KSFT_SKIP" ] || exit "$KSFT_SKIP"
	if [ "$ktap_done" -ne "$ktap_planned" ]; then
		echo "# planned $ktap_planned, ran $ktap_done"
		status=1
	fi
	[ "$ktap_failed" -eq 0 ] || status=1
	echo "# $SECONDS s"
	exit $((status != 0))
}
trap at_exit EXIT
trap 'exit 1' INT TERM HUP

# --- what a test needs -------------------------------------------------------

need_root() {
	[ "$(id -u)" -eq 0 ] || skip_all "needs root"
}

need_tool() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || skip_all "needs $tool"
	done
}

module_is_loaded() {
	tcpulse_get info >/dev/null 2>&1
}

# root, the programs all use, and the module
need_tcpulse() {
	local status=0
	need_root
	need_tool awk ip ss nsenter
	[ -x "$SELFTESTS/client/tcpulse_get" ] || skip_all "not built: make -C selftests"
	tcpulse_get info >"$TMP/info" 2>&1 || status=$?
	[ "$status" -ne 3 ] || skip_all "the tcpulse module is not loaded"
	[ "$status" -eq 0 ] || die "tcpulse_get info: $(<"$TMP/info")"
}

# The command-line tool: of our own tree, or installed; sets cli.
need_cli() {
	cli=${TCPULSE_TOOL:-$SELFTESTS/../cli/tcpulse}
	[ -x "$cli" ] || cli=$(command -v tcpulse) || skip_all "no tcpulse program: make -C cli"
	cli=$(realpath "$cli")
}

# --- waiting, always with a bound ----------------------------------------

# A pipe that nobody writes to: to wait for it costs no process, of which the waiting
# would make hundreds.
exec {silence}<> <(:)

# nap [TENTHS]: of a second
nap() {
	local _tenths=${1:-1}
	read -rt "$((_tenths / 10)).$((_tenths % 10))" -u "$silence" || :
}

# How many times slower than an idle emulated guest, for which the bounds of tests
# were written, the machine has been seen to be: by what a process takes, for that is
# what tests mostly do, and what a busy host, a debug kernel and an emulator make
# dearer alike. The third of five: that it once stood still does not make a machine
# slow. Who is asked for more by TCPULSE_SLOW takes more; programs get theirs the same
# way. Never more than SLOWEST, so that every wait ends.
readonly PROCESS_US=10000 SLOWEST=60
slow=${TCPULSE_SLOW:-1}

measure_slow() {
	local _us=() _start _a _b _less _upto _now=1
	for _a in 1 2 3 4 5; do
		_start=${EPOCHREALTIME/./}
		(:)
		_us+=($((${EPOCHREALTIME/./} - _start)))
	done
	for _a in "${_us[@]}"; do
		_less=0 _upto=0
		for _b in "${_us[@]}"; do
			_less=$((_less + (_b < _a))) _upto=$((_upto + (_b <= _a)))
		done
		[ "$_less" -gt 2 ] || [ "$_upto" -lt 3 ] || _now=$(((_a + PROCESS_US - 1) / PROCESS_US))
	done
	[ "$_now" -le "$slow" ] || slow=$_now
	[ "$slow" -le "$SLOWEST" ] || slow=$SLOWEST
	export TCPULSE_SLOW=$slow
}
measure_slow

# busywait SECONDS COMMAND [ARGUMENT]...: until it succeeds; longer on a machine that
# is slow now. One that stood still all the time has had no chance: ten looks it has.
# A look costs some processes, so the longer it takes, the rarer they become: a tenth
# of what has been waited lies between two, a second at most.
busywait() {
	local _seconds=$1 _start=$SECONDS _looks=0 _tenths
	shift
	until "$@"; do
		_looks=$((_looks + 1)) _tenths=$((SECONDS - _start))
		if [ $((SECONDS - _start)) -ge $((_seconds * slow)) ] && [ "$_looks" -ge 10 ]; then
			measure_slow
			[ $((SECONDS - _start)) -lt $((_seconds * slow)) ] || return 1
		fi
		[ "$_tenths" -ge 1 ] || _tenths=1
		[ "$_tenths" -le 10 ] || _tenths=10
		nap "$_tenths"
	done
}

# within SECONDS COMMAND [ARGUMENT]...: a program, ended when it takes longer than
# that on an idle machine; status 124 then
within() {
	local _seconds=$1
	shift
	timeout $((_seconds * slow)) "$@"
}

# is_gone PID: ended, or waits for its parent to notice
is_gone() {
	local stat
	read -r stat 2>/dev/null <"/proc/$1/stat" || return 0
	[[ $stat == *') Z '* ]]
}

# wait_gone PID SECONDS: or kill it
wait_gone() {
	busywait "$2" is_gone "$1" && return
	kill -KILL "$1" 2>/dev/null
	echo "process $1 still ran after $2 s"
	return 1
}

is_stopped() {
	local task stat
	for task in "/proc/$1/task"/*/stat; do
		read -r stat 2>/dev/null <"$task" || continue
		[[ $stat == *') '[TZ]' '* ]] || return 1
	done
}

# freeze PID...: stop all their threads; thaw lets them go on
freeze() {
	local pid
	kill -STOP "$@" || die "process $* has ended: nothing to freeze"
	for pid; do
		busywait 10 is_stopped "$pid" || die "process $pid did not stop"
	done
}

has_paused() {
	! is_gone "$1" && is_stopped "$1"
}

# await_pause PID: until it has stopped itself
await_pause() {
	busywait 60 has_paused "$1" || die "process $1 did not stop itself"
}

thaw() {
	kill -CONT "$@"
}

# --- namespaces -----------------------------------------------------------

# setup_ns VARIABLE...: a fresh namespace each, lo up, its first reading kept
setup_ns() {
	# names of our own: a caller's variable must not be one of these
	local _name _ns
	for _name; do
		_ns=${_name//_/-}-$(tr -dc a-z0-9 </dev/urandom | head -c 8)
		ip netns add "$_ns" || die "ip netns add $_ns"
		defer delete_ns "$_ns"
		ip -n "$_ns" link set lo up
		printf -v "$_name" %s "$_ns"
		mkdir "$TMP/$_ns"
		rebase "$_ns"
	done
}

delete_ns() {
	local pids
	[ -e "/run/netns/$1" ] || return 0
	pids=$(ip netns pids "$1")
	# shellcheck disable=SC2086 # a list
	[ -z "$pids" ] || kill -KILL $pids
	ip netns del "$1"
}

# in_ns NS COMMAND [ARGUMENT]...: an ip netns exec without its remounts
in_ns() {
	local ns=$1
	shift
	nsenter --net="/run/netns/$ns" -- "$@"
}

# set_sysctl NS NAME VALUE: a net.* sysctl of that namespace
set_sysctl() {
	in_ns "$1" tee "/proc/sys/net/${2//.//}" <<<"$3" >/dev/null ||
		die "cannot set net.$2 = $3"
}

is_no_link() {
	[ ! -e "/sys/class/net/$1" ]
}

# end_namespace SECONDS: a new one, with one end of a link: the other goes with it
end_namespace() {
	unshare -n ip link add tcpulse-end0 type veth peer name tcpulse-end1 netns "$$" &&
		busywait "$1" is_no_link tcpulse-end1
}

# end_namespaces SECONDS: what nobody was in and had no name is gone. The kernel ends
# them one batch after the other, each with a wait for RCU: when one of ours is at its
# end, those before it are gone. What RCU still had of a listener keeps its namespace
# until then, hence the same once more. Nothing is said of those that orphans are in.
end_namespaces() {
	local _i
	for _i in 1 2 3 4; do
		end_namespace "$1" || return
	done
}

percpu_kb() {
	awk '$1 == "Percpu:" { print $2 }' /proc/meminfo
}

# lowest_percpu_kb: when it has not fallen for two seconds, for the kernel gives pages
# back some time after the last object in them is gone
lowest_percpu_kb() {
	local _kb _lowest _looks
	_lowest=$(percpu_kb)
	for ((_looks = 0; _looks < 20; _looks++)); do
		nap
		_kb=$(percpu_kb)
		[ "$_kb" -ge "$_lowest" ] || { _lowest=$_kb && _looks=0; }
	done
	echo "$_lowest"
}

# setup_veth A B: one link, 192.0.2.1/.2 and 2001:db8::1/::2
setup_veth() {
	ip -batch - <<-EOF || die "cannot make a veth pair"
		link add eth0 netns $1 type veth peer name eth0 netns $2
	EOF
	ip -n "$1" -batch - <<-EOF || die "cannot set up eth0"
		address add 192.0.2.1/24 dev eth0
		address add 2001:db8::1/64 dev eth0 nodad
		link set eth0 up
	EOF
	ip -n "$2" -batch - <<-EOF || die "cannot set up eth0"
		address add 192.0.2.2/24 dev eth0
		address add 2001:db8::2/64 dev eth0 nodad
		link set eth0 up
	EOF
	busywait 10 link_is_up "$1" || die "the veth link does not come up"
	busywait 10 link_is_up "$2" || die "the other end of the veth link does not come up"
}

link_is_up() {
	ip -n "$1" -o link show "${2:-eth0}" | grep -q 'state UP'
}

# setup_sink NS: addresses that swallow what is sent to them, 198.51.100.0/24
# and 2001:db8:5::/64, for spoofed senders
setup_sink() {
	ip -n "$1" -batch - <<-EOF || skip_all "no dummy network device"
		link add sink type dummy
		address add 198.51.100.1/24 dev sink
		address add 2001:db8:5::1/64 dev sink nodad
		link set sink up
	EOF
}

# setup_nowhere NS: routes for peers that do not exist, 198.18.0.0/15 and
# 2001:db8::/32; what is sent to them vanishes
setup_nowhere() {
	ip -n "$1" -batch - <<-EOF || skip_all "no dummy network device"
		link add nowhere type dummy
		address add 192.0.2.1/24 dev nowhere
		address add 2001:db8:ff::1/48 dev nowhere nodad
		link set nowhere arp off up
		route add 198.18.0.0/15 dev nowhere
		route add 2001:db8::/32 dev nowhere
	EOF
}

# lossy NS DEVICE NETEM-ARGUMENT...
lossy() {
	local ns=$1 dev=$2
	shift 2
	in_ns "$ns" tc qdisc replace dev "$dev" root netem "$@" ||
		skip_all "no netem"
}

# a port that no default range uses, for servers that want to be told one
random_port() {
	echo $((20000 + RANDOM % 10000))
}

# --- traffic --------------------------------------------------------------
#
# Makers that run without end are nice: a test must get at a CPU to judge them.

# start_in NS COMMAND [ARGUMENT]...: in the background; sets started_pid to the
# command's own process, which at_exit kills. Redirect as you like.
start_in() {
	local ns=$1
	shift
	# without <&0 the shell would take stdin away from it
	nsenter --net="/run/netns/$ns" -- "$@" <&0 &
	started_pid=$!
	disown "$started_pid"
	defer kill -KILL "$started_pid"
}

# start_hold NS HOLD-ARGUMENT...: sockets held in given states; sets hold_pid
# and leaves the populations made in $TMP/NS/made. Release with release_hold.
start_hold() {
	local ns=$1
	shift
	mkfifo "$TMP/$ns/orders"
	exec {hold_orders}<>"$TMP/$ns/orders"
	start_in "$ns" hold "$@" <"$TMP/$ns/orders" >"$TMP/$ns/made" 2>"$TMP/$ns/hold.err"
	hold_pid=$started_pid
	busywait 60 hold_says "$ns" ready ||
		die "hold: $(cat "$TMP/$ns/hold.err" "$TMP/$ns/made")"
}

hold_says() {
	grep -qx "$2" "$TMP/$1/made"
}

# unmute_hold NS: mute sockets hear again, all goes on where it was
unmute_hold() {
	echo open >&"$hold_orders"
	busywait 10 hold_says "$1" opened
}

release_hold() {
	echo quit >&"$hold_orders"
	exec {hold_orders}>&-
	wait_gone "$hold_pid" 10
	rm "$TMP/$1/orders"
}

# start_lifecycles NS ARGUMENT...: sets lifecycles_pid; counts in $TMP/NS/cycles
start_lifecycles() {
	local ns=$1
	shift
	start_in "$ns" nice lifecycles "$@" >"$TMP/$ns/cycles" 2>&1
	lifecycles_pid=$started_pid
}

# Every cycle was done, none failed more than one time in ten.
assert_cycles_done() {
	awk '{ n++ }
	     NF != 3 || $2 == 0 || $3 * 10 > $2 { print; bad = 1 }
	     END { if (!n) print "no cycle was done"; exit bad || !n }' "$TMP/$1/cycles"
}

# start_nginx NS PORT [REQUESTS [BACKLOG]]: serves one short answer a connection, IPv4 and IPv6, and
# closes first; /big is whatever is in $TMP/nginx-NS/big. Sets nginx_pid
start_nginx() {
	local dir=$TMP/nginx-$1
	mkdir "$dir"
	cat >"$dir/conf" <<-EOF
		user root;
		daemon off;
		worker_processes 2;
		pid $dir/pid;
		error_log $dir/error;
		events { worker_connections 4096; }
		http {
			access_log off;
			keepalive_requests ${3:-1};
			client_header_timeout 3600;
			client_body_temp_path $dir;
			proxy_temp_path $dir;
			fastcgi_temp_path $dir;
			uwsgi_temp_path $dir;
			scgi_temp_path $dir;
			server {
				listen $2 backlog=${4:-1024};
				listen [::]:$2 ipv6only=on backlog=${4:-1024};
				location / { return 200 "tcpulse\n"; }
				location = /big { root $dir; }
			}
		}
	EOF
	start_in "$1" nginx -e "$dir/error" -c "$dir/conf" >"$dir/out" 2>&1
	nginx_pid=$started_pid
	busywait 20 is_listening "$1" "$2" || die "nginx: $(cat "$dir/out" "$dir/error")"
	defer kill_tree "$nginx_pid"
}

is_listening() {
	[ "$(in_ns "$1" ss -H -tln "sport = :$2" | wc -l)" -eq 2 ]
}

children() {
	cat "/proc/$1/task"/*/children 2>/dev/null
}

kill_tree() {
	# shellcheck disable=SC2046 # a list
	kill -KILL "$1" $(children "$1")
}

# reaches NS URL: somebody accepts connections there
reaches() {
	local place=${2#http://}
	place=${place%%/*}
	# shellcheck disable=SC2016 # for the other shell
	in_ns "$1" timeout 10 bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$(tr -d '[]' <<<"${place%:*}")" \
		"${place##*:}" 2>>"$TMP/$1/wrk"
}

# start_wrk NS SECONDS CONNECTIONS URL: sets wrk_pid. One whose first connection fails, for
# want of a route or a neighbour yet, gives up.
start_wrk() {
	busywait 30 reaches "$1" "$4" || die "cannot connect to $4: $(tail -n 1 "$TMP/$1/wrk")"
	start_in "$1" nice wrk -t 2 -d "${2}s" -c "$3" --timeout 10s "$4" >>"$TMP/$1/wrk" 2>&1
	wrk_pid=$started_pid
}

# --- comparing -------------------------------------------------------------

rows() {
	local question=$1
	shift
	awk -v question="$question" -v present="${present:-}" -f "$SELFTESTS/lib/rows.awk" "$@"
}

# rebase NS: from here on deltas count
rebase() {
	tcpulse_get -N "$1" all >"$TMP/$1/base" 2>"$TMP/$1/err" || : >"$TMP/$1/base"
}

read_pair() {
	local start
	tcpulse_get -N "$1" all >"$TMP/$1/a" || return
	start=${EPOCHREALTIME/./}
	in_ns "$1" ss -H -tan >"$TMP/$1/ss" || return
	ss_us=$((${EPOCHREALTIME/./} - start))
	tcpulse_get -N "$1" all >"$TMP/$1/b" || return
	rows still "$TMP/$1/a" "$TMP/$1/b"
}

# snapshot NS: the module's reading and ss's table of one instant. They are of
# one instant when nothing at all was counted from before ss to after it: time
# goes on for sockets even when processes are stopped. What is in TIME_WAIT leaves it one by
# one for a minute, and a slow machine may have to wait for the last.
snapshot() {
	busywait "${2:-80}" read_pair "$1" && return
	echo "never at rest: readings before and after ss always differ"
	diff "$TMP/$1/a" "$TMP/$1/b" | grep '^[<>]' | head -n 20
	return 1
}

# assert_equal_populations NS [EXPECTED]: all ten states, both families, zero
# tolerance, in the last snapshot. $present: states that must not be empty.
assert_equal_populations() {
	rows populations "$TMP/$1/a" "$TMP/$1/ss" ${2:+"$2"}
}

assert_conserved() {
	rows conserved "$TMP/$1/a"
}

assert_timewait() {
	rows timewait "$TMP/$1/base" "$TMP/$1/a"
}

# all of these in a fresh snapshot
assert_exact() {
	local ns=$1 expected=${2:-} bad=0
	snapshot "$ns" || return
	assert_equal_populations "$ns" ${expected:+"$expected"} || bad=1
	assert_conserved "$ns" || bad=1
	assert_timewait "$ns" || bad=1
	return "$bad"
}

# counted NS: transitions so far
counted() {
	tcpulse_get -N "$1" states | awk '{ n += $7 } END { print n + 0 }'
}

has_counted() {
	[ "$(counted "$1")" -ge "$2" ]
}

# await_traffic NS N: until N more transitions have been counted
await_traffic() {
	busywait 30 has_counted "$1" $(($(counted "$1") + $2)) ||
		die "no traffic is counted"
}

# --- times --------------------------------------------------------------------

now_ms() {
	echo $((${EPOCHREALTIME/./} / 1000))
}

# time_both FEW MANY [WHAT]: sets few_ns and many_ns, what a request takes in each of
# the two namespaces. In turns, and the least of them: what else the machine does
# only adds to it, and not to both. Until it is as long, or for good.
time_both() {
	local i
	rm -f "$TMP/t-few" "$TMP/t-many"
	for ((i = 1; i <= 60; i++)); do
		tcpulse_get -N "$1" -n 50 time ${3:+"$3"} >>"$TMP/t-few"
		tcpulse_get -N "$2" -n 50 time ${3:+"$3"} >>"$TMP/t-many"
		few_ns=$(least t-few) many_ns=$(least t-many)
		[ "$i" -lt 10 ] || ! takes_as_long || return 0
	done
}

# 20 % more at most
takes_as_long() {
	[ "$((many_ns * 10))" -le "$((few_ns * 12))" ]
}

# least FILE
least() {
	sort -n "$TMP/$1" | head -n 1
}

# --- a witness that nothing else moves -------------------------------------

# start_bystander: a namespace with sockets at rest, which must stay as it is
start_bystander() {
	setup_ns bystander
	start_hold "$bystander" -k v4,v6 listen=1 estab=1 fin-wait-2=1
	cp "$TMP/$bystander/made" "$TMP/$bystander/expected"
	snapshot "$bystander" || die "the bystander is not at rest"
	cp "$TMP/$bystander/a" "$TMP/$bystander/first"
}

assert_bystander_unmoved() {
	local bad=0
	snapshot "$bystander" || return
	assert_equal_populations "$bystander" "$TMP/$bystander/expected" || bad=1
	rows still "$TMP/$bystander/first" "$TMP/$bystander/a" || {
		echo "another namespace moved"
		diff "$TMP/$bystander/first" "$TMP/$bystander/a"
		bad=1
	}
	return "$bad"
}

# --- the module ----------------------------------------------------------------

# PARAMETER=VALUE for load_module
module_parameters=()

load_module() {
	if [ -n "${TCPULSE_KO:-}" ]; then
		insmod "$TCPULSE_KO" "${module_parameters[@]}"
	else
		modprobe tcpulse "${module_parameters[@]}"
	fi
}

unload_module() {
	rmmod tcpulse
}

# For tests that load and unload: skip where that cannot be done; at exit the
# module is as it was.
need_reload() {
	need_root
	need_tool insmod rmmod
	if [ -z "${TCPULSE_KO:-}" ] && ! modprobe -n tcpulse 2>/dev/null; then
		skip_all "no module to load: set TCPULSE_KO"
	fi
	[ -x "$SELFTESTS/client/tcpulse_get" ] || skip_all "not built: make -C selftests"
	if module_is_loaded; then
		defer load_module
		unload_module || skip_all "the module is in use"
	else
		defer unload_module
	fi
}

# splats since the mark: what a kernel prints when something is wrong with it
mark_log() {
	log_mark="tcpulse-test-mark-$RANDOM$RANDOM"
	echo "$log_mark" >/dev/kmsg
}

assert_no_splat() {
	! dmesg | sed -n "/$log_mark/,\$p" |
		grep -E 'BUG|WARNING|Oops|refcount_t|RCU stall|rcu:|soft lockup|INFO: (task|rcu|possible)|unregister_netdevice'
}
