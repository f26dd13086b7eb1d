#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What a command printed while it was recorded is what its replay prints, byte for byte:
# by a user who may nothing, without the module, in an empty network namespace, and where
# /proc has nothing in it. What --mask is to hide is nowhere, and a file that is no whole
# recording is refused.
#
#   server 192.0.2.1 <--- veth ---> 192.0.2.2 client
#
# Kernels: any; the tool writes down what it was answered, whatever kernel that was

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/tune.sh"

# all that reads; what is in the way is not
readonly COMMANDS="
states
-4 states TIME_WAIT listen
transitions
--dot transitions
listeners -p -w
listeners -g -p
listeners sport = :7001
timewait
timewait --by port
timewait --by peer
timewait --by prefix/24
timewait --headroom
timewait --halfclosed
stuck --silent 0 --by connection
segments
tune
tune show somaxconn
tune pending
tune log
audit --timeout 0
info
states -i 0.1 -c 3
segments -i 0.1 -c 2
listeners -i 0.1 -c 2
-i 0.1 -c 2
"

server='' client=''
tapes=$TMP/tapes

# record NAME ARGUMENT...: in the server's namespace; what it said is in NAME.out, how
# it ended in NAME.status
record() {
	local name=$1 status=0
	shift
	in_ns "$server" "$cli" --record "$tapes/$name" "$@" >"$tapes/$name.out" 2>"$tapes/$name.err" ||
		status=$?
	echo "$status" >"$tapes/$name.status"
}

# What a replay shall not need. The sanitizers need /proc for themselves.
hidden=(/proc /run)
[ -z "${ASAN_OPTIONS:-}" ] || hidden=(/run)

# as_nobody COMMAND...: no network, nothing of the system, no privilege
as_nobody() {
	# shellcheck disable=SC2016 # the inner shell expands them
	unshare -nm -- sh -c 'for at in $0; do mount -t tmpfs none "$at" || exit; done; exec "$@"' \
		"${hidden[*]}" setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all -- "$@"
}

# replay NAME ARGUMENT...: NAME.again is what it says now
replay() {
	local name=$1 status=0
	shift
	as_nobody "$cli" --replay "$tapes/$name" "$@" >"$tapes/$name.again" 2>"$tapes/$name.err2" || status=$?
	cat "$tapes/$name.err2"
	return "$status"
}

same_again() {
	local name=$1 status=0 want=0
	[ -s "$tapes/$name.out" ] || { echo "nothing was recorded: $(<"$tapes/$name.err")"; return 1; }
	[ ! -e "$tapes/$name.status" ] || want=$(<"$tapes/$name.status")
	replay "$@" || status=$?
	[ "$status" -eq "$want" ] && diff "$tapes/$name.out" "$tapes/$name.again"
}

# both NUMBER WORDS: text and JSON
both() {
	local words
	eval "words=($2)"
	same_again "$1" "${words[@]}" || return
	[[ $2 == *--dot* ]] || same_again "$1.j" -j "${words[@]}"
}

record_all() {
	local words n=0
	while IFS= read -r line; do
		n=$((n + 1))
		eval "words=($line)"
		record "$n" "${words[@]}"
		[[ $line == *--dot* ]] || record "$n.j" -j "${words[@]}"
	done <<<"$commands"
}

record_rest() {
	"$cli" --record "$tapes/all" -j -a states >"$tapes/all.out"
	"$cli" --record "$tapes/named" -j -N "$server" listeners -p >"$tapes/named.out"
	"$cli" --record "$tapes/named.tune" -N "$server" -j tune log >"$tapes/named.tune.out"
	record masked --mask -j listeners -p
	record masked.peers --mask timewait --by peer
	record masked.log --mask -j tune log
	record masked.text --mask tune log
	"$cli" --record "$tapes/masked.ns" --mask -j -N "$server" listeners -p >"$tapes/masked.ns.out"
}

# The populations in JSON are those in the text that was recorded.
other_format() {
	awk '$2 ~ /^[0-9]+$/ && NF > 7 { print $1, $2 }' "$tapes/1.out" | tr 'A-Z-' 'a-z_' |
		sed 's/^estab /established /' | sort >"$TMP/want"
	replay 1 -j states && jq -r '.state | group_by(.state)[] |
		"\(.[0].state) \(map(.now) | add)"' "$tapes/1.again" | sort >"$TMP/got" || return
	[ -s "$TMP/want" ] && diff "$TMP/want" "$TMP/got"
}

other_command() {
	local status=0
	replay 1 listeners >"$TMP/said" || status=$?
	cat "$TMP/said"
	[ "$status" -eq 1 ] && [ ! -s "$tapes/1.again" ] && [ "$(wc -l <"$TMP/said")" -eq 1 ] &&
		grep -q "has no answer to 'get listeners'; it was made by: tcpulse states" "$TMP/said"
}

filters_later() {
	replay masked -j listeners -p sport = :7003 &&
		jq -e '.listener | length == 1 and .[0].port == 7003' "$tapes/masked.again" >/dev/null
}

# nothing_in FILE...: of addresses, of names, in any of the ways they may be written
nothing_in() {
	! grep -aiE "192\.0\.2\.|c000020[12]|2001:?0?db8|overload|$server|$(printf overload | od -An -tx1 |
		tr -d ' ')|$(printf %s "${user:-root}" | od -An -tx1 | tr -d ' ')|\"${user:-root}\"" "$@"
}

hides() {
	nothing_in "$tapes/$1" "$tapes/$1.out" && same_again "$@" && nothing_in "$tapes/$1.again"
}

# There was something to hide: without --mask it is there.
unmasked_shows() {
	grep -q 'c0000201' "$tapes"/*.j && grep -q overload "$tapes"/*.j &&
		jq -e 'any(.listener[]; .address == "192.0.2.1") and
			any(.listener[].process[]; .name == "overload")' "$tapes/named.out" >/dev/null
}

masked_is_told_apart() {
	[ -s "$tapes/masked.out" ] && jq -e 'any(.listener[]; .address == "240.0.0.1") and any(.listener[]; .address == "0.0.0.0") and
		any(.listener[].process[]; .name == "p1")' "$tapes/masked.out" >/dev/null
}

mode_is_private() {
	[ "$(stat -c %a "$TMP/mode")" = 600 ]
}

# refused PATTERN ARGUMENT...: with 1, one line, and no output
refused() {
	local pattern=$1 status=0
	shift
	within 20 "$cli" "$@" >"$TMP/out" 2>"$TMP/err" || status=$?
	cat "$TMP/err"
	[ "$status" -eq 1 ] && [ ! -s "$TMP/out" ] && [ "$(wc -l <"$TMP/err")" -eq 1 ] &&
		grep -q -e "$pattern" "$TMP/err"
}

cut_off() {
	local size n
	size=$(stat -c %s "$tapes/1")
	for n in 0 1 10 22 60 "$((size / 3))" "$((size / 2))" "$((size - 2))" "$((size - 1))"; do
		head -c "$n" "$tapes/1" >"$TMP/cut"
		refused "--replay $TMP/cut" --replay "$TMP/cut" states || { echo "at $n of $size"; return 1; }
	done
}

# spoilt SED-SCRIPT PATTERN
spoilt() {
	sed "$1" "$tapes/1" >"$TMP/spoilt"
	refused "$2" --replay "$TMP/spoilt" states
}

not_overwritten() {
	cp "$tapes/1" "$TMP/kept"
	refused 'not overwritten' --record "$TMP/kept" states && cmp "$tapes/1" "$TMP/kept" &&
		ln -s "$TMP/target" "$TMP/link" && refused 'not overwritten' --record "$TMP/link" states &&
		[ ! -e "$TMP/target" ]
}

# Of what does not change meanwhile: the heads, and which states there are.
as_before() {
	diff <(cut -c -10 "$tapes/1.out") <(in_ns "$server" "$cli" states | cut -c -10)
}

need_tune
need_tool setpriv unshare jq od
need_reload
load_module
user=$(id -un)
commands=$(grep . <<<"$COMMANDS")
mkdir "$tapes"
ktap_plan $(($(wc -l <<<"$commands") + 24))
setup_ns server client
setup_veth "$server" "$client"
"$cli" -N "$server" segments on >/dev/null
start_overload "$server" serve serve -a 0 v4,7001,64 dual,7002,8,3
start_in "$server" acts listen 7003 16 192.0.2.1 <&"$silence" >/dev/null
start_overload "$client" hold hold -n 3 192.0.2.1,7001 2001:db8::1,7002
in_ns "$server" lifecycles -t 1 -n 20 >/dev/null
tune "$server" set tcp_fin_timeout=30 >/dev/null
tune "$server" set tcp_keepalive_time=600 --confirm 1h --no-wait >/dev/null

(umask 0 && "$cli" --record "$TMP/mode" states >/dev/null)
check "a recording is its maker's alone" mode_is_private
check "all commands are recorded" record_all
check "and whole machines, and with --mask" record_rest
check "an unrecorded command says the same" as_before
check "an existing file is not overwritten, no link is followed" not_overwritten
check "what changes something is not recorded" refused 'only read' --record "$TMP/no" tune set somaxconn=5
check "nor what reads nothing" refused 'leave it out' --record "$TMP/no" help
check "--mask goes with --record" refused 'goes with --record' --mask states
check "--mask does not go with filters" refused 'filter' --mask --record "$TMP/no" listeners sport = :80
unload_module || die "the module is in use"
defer load_module
chmod 755 "$TMP" "$tapes"
chmod 644 "$tapes"/*

n=0
while IFS= read -r line; do
	n=$((n + 1))
	check "replay: tcpulse $line" both "$n" "$line"
done <<<"$commands"
check "replay: all namespaces" same_again all -j -a states
check "replay: a namespace by name" same_again named -j -N "$server" listeners -p
check "replay: tune log of it" same_again named.tune -j -N "$server" tune log
check "replay: JSON of what was recorded as text" other_format
check "replay: what was not recorded is named" other_command
check "there is something to hide" unmasked_shows
check "--mask hides addresses and processes" hides masked -j listeners -p
check "--mask keeps apart what is different" masked_is_told_apart
check "--mask hides peers" hides masked.peers timewait --by peer
check "--mask hides users and programs" hides masked.text tune log
check "--mask hides the namespace" hides masked.ns -j -N ns1 listeners -p
check "filters find their way in a replay" filters_later
check "a recording that was cut off is refused" cut_off
check "too few readings to compare" refused 'too few readings' --replay "$tapes/1" states -i 1
check "another format is refused" spoilt '1s/"tcpulse_recording":1/"tcpulse_recording":2/' 'format 2'
