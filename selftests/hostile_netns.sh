#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A network namespace that cannot be looked at does not end a reading of all of them: what
# is below /run/netns and is none, one that ends meanwhile, one that is another's. Those of
# another user namespace are marked. Names are whole. No name service is asked from inside.
# What a reading costs grows with the namespaces and processes, not with their product.
#
# Kernels: any; what is looked at is the tool

# shellcheck source-path=SCRIPTDIR disable=SC2016 # jq has variables, too
. "$(dirname "$0")/lib/lib.sh"

readonly ENDINGS=100
# Four times as many cost four times as much; with their product it would be sixteen.
readonly FEW='250 1000' MANY='1000 4000' MUST_GROW_LESS=9

ns='' other='' long=$(printf 'n%.0s' {1..250})
readonly long

said() {
	echo "status $1:"
	head -c 600 "$TMP/out"
	cat "$TMP/err"
	return 1
}

# ask STATUS ARGUMENT...: which it has to end with
ask() {
	local expected=$1 status=0
	shift
	timeout 60 "$cli" "$@" >"$TMP/out" 2>"$TMP/err" || status=$?
	[ "$status" -eq "$expected" ] || said "$status"
}

# is_in_json FILTER [ARGUMENT]...
is_in_json() {
	jq -e "$@" "$TMP/out" >/dev/null || said 0
}

# --- what is below /run/netns --------------------------------------------------------------

make_no_namespaces() {
	mkfifo /run/netns/bad-fifo
	ln -s /nowhere /run/netns/bad-link
	touch /run/netns/bad-file
	mkdir /run/netns/bad-dir
	defer rm -rf /run/netns/bad-{fifo,link,file,dir}
}

# What is no namespace at all is passed over, as ever.
others_are_passed_over() {
	ask 0 -a -j states || return
	is_in_json --arg ns "$ns" 'any(.[]; .netns == $ns) and
		all(.[]; .netns | startswith("bad-") | not)'
}

mount_user_namespace() {
	touch /run/netns/bad-user
	defer rm -f /run/netns/bad-user
	unshare -U sleep 1000 &
	defer kill -KILL $!
	busywait 10 is_elsewhere "$!" user || die "no user namespace"
	mount --bind "/proc/$!/ns/user" /run/netns/bad-user || die "mount"
	defer umount /run/netns/bad-user
}

# is_elsewhere PID KIND: that process has a namespace of its own
is_elsewhere() {
	[ "$(readlink "/proc/$1/ns/$2")" != "$(readlink "/proc/self/ns/$2")" ]
}

error_is_an_object() {
	ask 2 -a -j states || return
	is_in_json --arg ns "$ns" 'any(.[]; .netns == $ns and (.state | length) > 0) and
		any(.[]; .netns == "bad-user" and (.error | test("not a network namespace"))
			and (has("state") | not))' || return
	grep -q '^tcpulse: bad-user: ' "$TMP/err" || said 0
}

error_is_said_in_text() {
	ask 2 -a states || return
	grep -q "^$ns " "$TMP/out" || said 2 || return
	[ "$(grep -c '^tcpulse: bad-user: ' "$TMP/err")" -eq 1 ] || said 2
}

readings_go_on() {
	ask 2 -a -i 0.1 -c 3 -j states || return
	[ "$(wc -l <"$TMP/out")" -eq 3 ] || said 0
}

error_is_replayed() {
	local name
	rm -f "$TMP/tape"
	ask 2 --record "$TMP/tape" -a -j states || return
	for name in out err; do
		cp "$TMP/$name" "$TMP/was.$name"
	done
	ask 2 --replay "$TMP/tape" -a -j states || return
	cmp "$TMP/was.out" "$TMP/out" && cmp "$TMP/was.err" "$TMP/err"
}

# --- endings ---------------------------------------------------------------------------

end_many() {
	local i
	for ((i = 0; i < ENDINGS; i++)); do
		unshare -n true
	done
	touch "$TMP/ended"
}

# Whatever ends meanwhile, ours is there each time.
endings_are_no_error() {
	end_many &
	defer kill -KILL $!
	while [ ! -e "$TMP/ended" ]; do
		ask 2 -a -j states || return
		is_in_json --arg ns "$ns" 'any(.[]; .netns == $ns and (.state | length) > 0)' || return
	done
}

# --- whose ------------------------------------------------------------------------------

start_other() {
	setpriv --reuid=65534 --regid=65534 --clear-groups -- unshare -Urn sleep 1000 &
	other=$!
	defer kill -KILL "$other"
	busywait 10 is_elsewhere "$other" net || skip_all "users make no namespaces here"
}

others_are_marked() {
	ask 0 -N "$other" -j states || return
	is_in_json '.netns_owner_uid == 65534' || return
	ask 0 -N "$other" || return
	grep -q "($other)\[uid=65534\] netns" "$TMP/out" || said 0 || return
	ask 2 -a states || return
	grep -q "^sleep($other)\[uid=65534\] " "$TMP/out" || said 0
}

ours_are_not() {
	ask 0 -N "$ns" -j states || return
	is_in_json 'has("netns_owner_uid") | not' || return
	ask 0 states || return
	! grep -q 'uid=' "$TMP/out" || said 0
}

names_are_whole() {
	ip netns add "${long}a" && ip netns add "${long}b" || return
	defer ip netns del "${long}a"
	defer ip netns del "${long}b"
	ask 2 -a -j states || return
	is_in_json --arg name "$long" 'any(.[]; .netns == $name + "a") and
		any(.[]; .netns == $name + "b")'
}

# The user who set it is looked up for the log.
names_are_asked_at_home() {
	ask 0 -N "$ns" tune set tcp_fin_timeout=33 || return
	rm -f "$TMP/asked"
	LD_PRELOAD=$SELFTESTS/traffic/instead.so INSTEAD_NAMES=$TMP/asked \
		ask 0 -N "$ns" tune log || return
	[ -s "$TMP/asked" ] || { echo "nobody asked"; return 1; }
	[ "$(sort -u "$TMP/asked")" = "$(readlink /proc/self/ns/net)" ] || cat "$TMP/asked"
}

# --- what it costs -----------------------------------------------------------------------

has_gathered() {
	grep -q ready "$TMP/crowd"
}

# the tool itself, the least of five
cpu_ms() {
	local i
	for i in 1 2 3 4 5; do
		( TIMEFORMAT='%U %S'; time timeout 120 "$cli" -a -j states >/dev/null 2>&1 ) 2>&1
	done | awk '{ ms = ($1 + $2) * 1000 } !n++ || ms < least { least = ms } END { print int(least) + 1 }'
}

# cost_of NAMESPACES PROCESSES: sets cost
cost_of() {
	local pid pipe
	rm -f "$TMP/stay"
	mkfifo "$TMP/stay"
	exec {pipe}<>"$TMP/stay"
	crowd "$1" "$2" <"$TMP/stay" >"$TMP/crowd" 2>&1 {pipe}<&- &
	pid=$!
	disown "$pid"
	defer kill -KILL "$pid"
	busywait 120 has_gathered || { cat "$TMP/crowd"; return 1; }
	cost=$(cpu_ms)
	kill -KILL "$pid"
	exec {pipe}<&-
	wait_gone "$pid" 60
}

cost_is_linear() {
	local few cost=0
	# shellcheck disable=SC2086 # two numbers each
	cost_of $FEW || return
	few=$cost
	# shellcheck disable=SC2086
	cost_of $MANY || return
	echo "$FEW: $few ms, $MANY: $cost ms"
	[ "$cost" -lt $((few * MUST_GROW_LESS)) ]
}

need_cli
need_tool setpriv unshare jq timeout mount
ktap_plan 11

setup_ns ns
start_other
make_no_namespaces
check "what is no namespace is passed over" others_are_passed_over
mount_user_namespace
check "one that cannot be entered is an object with its error" error_is_an_object
check "in text it is said, once" error_is_said_in_text
check "readings go on" readings_go_on
check "a recording has all of it" error_is_replayed
check "namespaces that end are left out" endings_are_no_error
check "those of another user namespace are marked" others_are_marked
check "ours are not" ours_are_not
check "names are whole" names_are_whole
check "no name service is asked from inside" names_are_asked_at_home
check "the cost grows with their number" cost_is_linear
