#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# tcpulse tune as people meet it: what it says and how it ends. /proc/sys and ss
# are the witnesses of what was changed, and of what was not.
#
# Kernels: source; kernels differ in the parameters they have, and in what these take
# Older: one; half a minute of CPU; tune_bounds and netlink_tune are on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

# STATUS	PATTERN ON STDERR	ARGUMENTS; nothing must change
readonly WRONG="
1	did you mean 'somaxconn'	tune set somaxcon=1
1	did you mean 'tcp_fin_timeout'	tune set net.core.tcp_fin_timeout=1
1	whole machine	tune set tcp_mem=1
1	no value	tune set somaxconn
1	'' is not a whole number	tune set somaxconn=
1	'12x' is not a whole number	tune set somaxconn=12x
1	'010' is not a whole number	tune set somaxconn=010
1	'5M' is not a whole number	tune set tcp_fin_timeout=5M
1	is not two ports	tune set ip_local_port_range=1024
1	there twice	tune set somaxconn=1 net/core/somaxconn=2
1	no sense.*no limit.*--force	tune set tcp_max_tw_buckets=-1
1	no sense.*TIME-WAIT	tune set tcp_max_tw_buckets=0
1	no sense	tune set tcp_keepalive_time=-1
1	no sense.*as soon as it is idle	tune set tcp_keepalive_time=0
1	no sense.*within a moment	tune set tcp_keepalive_intvl=0
1	no sense.*without having been probed	tune set tcp_keepalive_probes=0
1	no sense.*take it for 1.*queue is full.*--force	tune set tcp_syncookies=7
1	no sense.*take it for 1	tune set tcp_abort_on_overflow=2
1	no sense.*take it for 1	tune set tcp_rfc1337=255
1	no sense.*mean nothing	tune set tcp_fastopen=0x8
1	no sense.*each SYN would be dropped	tune set tcp_max_syn_backlog=-2
1	no sense.*whenever another waits	tune set tcp_max_syn_backlog=0
1	no sense.*shortest	tune set tcp_fin_timeout=0
1	tune set somaxconn=1	tune somaxconn=1
1	did you mean 'revert'	tune rivert
1	something is missing	tune set
1	unexpected argument	tune pending x
1	does not take --save	tune revert --save
1	tune confirm --save	tune set somaxconn=1 --confirm 9 --save
1	--confirm: '0'	tune set somaxconn=1 --confirm 0
1	--confirm: '2d'	tune set somaxconn=1 --confirm 2d
1	--dry-run goes with: tcpulse tune	states --dry-run
1	it does not go with -a, -i or -c	tune -i 1
1	no address and port	tune listener nonsense backlog=1
1	is not backlog=N	tune listener :80 1
1	out of range	tune listener :80 backlog=-1
1	reaches no other	tune set somaxconn=1 --save
1	tune save --file -	tune set somaxconn=1 --save --file -
2	tcp_syn_retries: 0 is below the minimum 1: it takes 1 to 127	tune set somaxconn=1 tcp_syn_retries=0
2	tcp_synack_retries: 256 is above the maximum 255	tune set tcp_synack_retries=256
2	last port, 2000, is below the first, 3000	tune set ip_local_port_range=3000-2000
2	ip_unprivileged_port_start, 1024	tune set ip_local_port_range=1000-2000
2	no change is pending	tune confirm
2	no change is pending	tune revert
2	is listening there	tune listener :1 backlog=1
2	no listener has this id	tune listener id=999999 backlog=1
2	No such file	tune load /no/such/file
"

ns=''

tool() {
	"$cli" -N "$ns" "$@"
}

# value NAME: what the kernel has
value() {
	local now
	now=$(in_ns "$ns" cat "/proc/sys/net/${1//.//}") && echo "${now//$'\t'/ }"
}

# values: NAME VALUE of all that there are
values() {
	in_ns "$ns" bash -c 'grep -s . /proc/sys/net/ipv4/* /proc/sys/net/core/somaxconn' |
		sed 's/.*\/\([a-z0-9_]*\):/\1 /; s/\t/ /' | sort
}

# is NAME VALUE
is() {
	local now
	now=$(value "$1")
	[ "$now" = "$2" ] && return
	echo "net.$1 is $now, not $2"
	return 1
}

# says PATTERN FILE
says() {
	grep -qE -e "$1" "$2" && return
	echo "not '$1', but:"
	cat "$2"
	return 1
}

# ends STATUS ARGUMENT...: with that; what it says is in $TMP/out and $TMP/err
ends() {
	local want=$1 status=0
	shift
	tool "$@" >"$TMP/out" 2>"$TMP/err" </dev/null || status=$?
	[ "$status" -eq "$want" ] && return
	echo "tcpulse $*: status $status, not $want"
	cat "$TMP/out" "$TMP/err"
	return 1
}

# --- showing ----------------------------------------------------------------

table_is_proc() {
	ends 0 tune || return
	tool -j tune | jq -er '.params[] | select(.read_only | not) |
		[.name, .value, (.value_high // empty)] | join(" ")' | sort >"$TMP/shown" || return
	values | comm -13 - "$TMP/shown" >"$TMP/other"
	[ ! -s "$TMP/other" ] || { echo "not in /proc/sys:"; cat "$TMP/other"; return 1; }
	[ "$(wc -l <"$TMP/shown")" -ge 17 ] && sed 's/ \([0-9]*\) / \1-/' "$TMP/shown" |
		while read -r name shown; do
			says "^ *\*? *$name +$shown( s| ms)? " "$TMP/out" || return
		done
}

json_is_whole() {
	tool -j tune | jq -e '.pending == null and (.params | length == 18 and
		all(has("unit") and has("effect") and has("minimum") and has("maximum") and
			has("loaded") and has("default") and has("read_only") and
			.differs == false)) and
		(.params[] | select(.name == "ip_local_port_range") | .default_high == 60999)'
}

notes_are_true() {
	ends 0 tune && says '^tcp_max_syn_backlog: no effect while tcp_syncookies is 1' "$TMP/out" &&
		! grep -q 'TIME-WAIT is always' "$TMP/out" || return
	set_sysctl "$ns" ipv4.tcp_syncookies 0
	set_sysctl "$ns" ipv4.tcp_timestamps 0
	ends 0 tune && says '^tcp_tw_reuse: no effect while net.ipv4.tcp_timestamps is 0' "$TMP/out" &&
		says '^\* +tcp_syncookies' "$TMP/out" &&
		! grep '^tcp_max_syn_backlog:' "$TMP/out" || return
	ends 0 tune tcp_fin_timeout && says 'TIME-WAIT is always 60 s' "$TMP/out" || return
	set_sysctl "$ns" ipv4.tcp_syncookies 1
	set_sysctl "$ns" ipv4.tcp_timestamps 1
}

fits_a_terminal() {
	ends 0 tune && ! grep -q $'\033' "$TMP/out" &&
		[ "$(grep -v : "$TMP/out" | awk '{ print length }' | sort -n | tail -n 1)" -le 80 ]
}

# --- setting ----------------------------------------------------------------

sets_many() {
	ends 0 tune set net.core.somaxconn=2k tcp_fin_timeout=2min net/ipv4/tcp_syn_retries=4 \
		ip_local_port_range=20000-30001 || return
	says '^somaxconn +[0-9]+ -> 2000 +sockets that listen from now on$' "$TMP/out" &&
		says '^tcp_fin_timeout +60 s -> 120 s +connections closed from now on$' "$TMP/out" &&
		says '^undo: .* set somaxconn=4096 tcp_fin_timeout=60 tcp_syn_retries=6 ip_local_port_range=32768-60999' "$TMP/out" &&
		is core.somaxconn 2000 && is ipv4.tcp_fin_timeout 120 &&
		is ipv4.tcp_syn_retries 4 && is ipv4.ip_local_port_range '20000 30001'
}

undoes() {
	local words
	read -ra words < <(sed -n 's/^undo: tcpulse //p' "$TMP/out")
	"$cli" "${words[@]}" || return
	is core.somaxconn 4096 && is ipv4.tcp_fin_timeout 60 &&
		is ipv4.tcp_syn_retries 6 && is ipv4.ip_local_port_range '32768 60999'
}

forces() {
	local buckets
	buckets=$(value ipv4.tcp_max_tw_buckets)
	ends 0 tune set tcp_max_tw_buckets=-1 --force && is ipv4.tcp_max_tw_buckets -1 &&
		ends 0 tune set "tcp_max_tw_buckets=$buckets" &&
		says 'undo: .*tcp_max_tw_buckets=-1 --force' "$TMP/out"
}

dry_run_changes_nothing() {
	ends 0 tune set somaxconn=7 --confirm 9 --save --dry-run 2>/dev/null
	[ $? -eq 1 ] && ends 0 tune set somaxconn=7 --dry-run &&
		says '4096 -> 7 ' "$TMP/out" && says 'nothing was changed' "$TMP/out" &&
		is core.somaxconn 4096 || return
	tool -j tune set somaxconn=7 --dry-run | jq -e '.transaction == 0 and
		.changes[0].new == 7 and (has("remaining_ms") | not)'
}

read_only_is_said() {
	ends 2 tune set tcp_tw_reuse_delay=5 && says 'read-only.*no such sysctl' "$TMP/err"
}

wrong_lines() {
	local want pattern words args bad=0
	values >"$TMP/before"
	while IFS=$'\t' read -r want pattern words; do
		eval "args=($words)"
		ends "$want" "${args[@]}" && says "^tcpulse: .*$pattern" "$TMP/err" || bad=1
		[ ! -s "$TMP/out" ] || { echo "$words: on stdout"; bad=1; }
	done < <(grep . <<<"$WRONG")
	values | diff "$TMP/before" - || bad=1
	return "$bad"
}

# --- a change on probation ----------------------------------------------------

pending_is_told() {
	ends 0 tune set somaxconn=50 --confirm 5min &&
		says '^reverts by itself in 300 s unless you run: .* confirm$' "$TMP/out" || return
	ends 0 tune pending &&
		says '^! pending, by root tcpulse\([0-9]+\): somaxconn 4096 -> 50: .* (300|2[0-9]{2}) s$' "$TMP/out" ||
		return
	ends 0 tune && says '^! pending' "$TMP/out" || return
	tool -j tune pending | jq -e '.transaction > 0 and .remaining_ms > 0 and .remaining_ms <= 300000 and .uid == 0 and
		.command == "tcpulse" and .changes == [{param: "somaxconn", action: "set",
			old: 4096, new: 50}]'
}

busy_is_explained() {
	ends 2 tune set somaxconn=60 && says 'pending, by root tcpulse.*somaxconn 4096 -> 50' "$TMP/err" &&
		says 'tune confirm.*tune revert' "$TMP/err" && is core.somaxconn 50 || return
	ends 2 tune set tcp_rfc1337=1 --confirm 9 && is ipv4.tcp_rfc1337 0 &&
		ends 0 tune set tcp_rfc1337=1 && is ipv4.tcp_rfc1337 1
}

reverts() {
	ends 0 tune revert && says '^somaxconn +50 -> 4096 +put back$' "$TMP/out" &&
		is core.somaxconn 4096 && ends 0 tune pending && says 'no change is pending' "$TMP/out" &&
		[ "$(tool -j tune pending)" = null ]
}

keeps_what_others_set() {
	ends 0 tune set somaxconn=51 --confirm 600 || return
	set_sysctl "$ns" core.somaxconn 52
	ends 0 tune revert && says 'somaxconn +51 -> 52 +left as found' "$TMP/out" &&
		is core.somaxconn 52 && ends 0 tune set somaxconn=4096
}

confirms() {
	ends 0 tune set somaxconn=53 --confirm 600 && ends 0 tune confirm --save --file "$TMP/kept.conf" &&
		says '^somaxconn +4096 -> 53 +kept$' "$TMP/out" && is core.somaxconn 53 &&
		says '^net.core.somaxconn = 53$' "$TMP/kept.conf" && ends 0 tune set somaxconn=4096
}

# That it was 54 in between, the log tells.
reverts_by_itself() {
	ends 0 tune set somaxconn=54 --confirm 1 &&
		busywait 10 is core.somaxconn 4096
}

log_tells() {
	ends 0 tune log && says '^[0-9: -]+ +expire +somaxconn +54 +4096 +root tcpulse$' "$TMP/out" &&
		says '^expire: put back by itself' "$TMP/out" && says '^keep: ' "$TMP/out" || return
	tool -j tune log | jq -e '.changes | map(.sequence) == (map(.sequence) | sort) and
		(last | .action == "expire" and .uid == 0 and .pid > 0 and .time_ms > 1e12 and
			.command == "tcpulse" and .old == 54 and .new == 4096)'
}

# A process may be called what it likes: a change of one with an escape sequence
# and half a character in its name, and a refusal that names it.
names_are_harmless() {
	local name=$'a\e[31m\xc3'
	cp "$SELFTESTS/client/tcpulse_set" "$TMP/$name" &&
		in_ns "$ns" "$TMP/$name" tcp_orphan_retries=77 confirm=60 >"$TMP/set" || return
	ends 2 tune set tcp_orphan_retries=78 && mv "$TMP/err" "$TMP/refused" &&
		ends 0 tune log && cat "$TMP/refused" >>"$TMP/out" &&
		says 'root "a\\x1b\[31m\\xc3"' "$TMP/out" && ! grep -aq $'[\e\xc3]' "$TMP/out" &&
		tool -j tune pending | jq -e '.command == "a\u001b[31m\ufffd" and
			.command_bytes == "611b5b33316dc3"' && tool tune revert
}

# on_a_terminal KEY: what a person sees who presses that when asked
on_a_terminal() {
	local key=$1
	mkfifo "$TMP/keys"
	script -qec "stty rows 24 cols 80; ${cli@Q} -N $ns tune set somaxconn=55 --confirm 600; echo status \$?; stty" \
		/dev/null <"$TMP/keys" >"$TMP/seen" 2>&1 &
	exec {keys}>"$TMP/keys"
	busywait 10 grep -q 'Enter keeps it' "$TMP/seen"
	printf %b "$key" >&"$keys"
	busywait 10 grep -q '^status 0' "$TMP/seen"
	exec {keys}>&-
	rm "$TMP/keys"
	wait
	# what stty prints when echo or canonical mode is off
	says '^status 0' "$TMP/seen" && ! grep -E -- '-(echo|icanon)\b' "$TMP/seen"
}

asks_on_a_terminal() {
	on_a_terminal '\n' && is core.somaxconn 55 && ends 0 tune set somaxconn=4096 &&
		on_a_terminal r && is core.somaxconn 4096 &&
		on_a_terminal '\003' && is core.somaxconn 55 && says 'left pending' "$TMP/seen" &&
		ends 0 tune revert
}

# --- a running listener ----------------------------------------------------------

# limits PORT: ss's, each once
limits() {
	in_ns "$ns" ss -Htln "sport = :$1" | awk '{ print $3 }' | sort -u | xargs
}

has_limit() {
	[ "$(limits "$1")" = "$2" ] && return
	echo "port $1: $(limits "$1"), not $2"
	return 1
}

listener_is_set() {
	ends 0 tune listener :7001 backlog=300 && has_limit 7001 300 &&
		says '^0\.0\.0\.0:7001 overload\([0-9]+\): accept queue limit 8 -> 300 \(live' "$TMP/out" &&
		says 'asked for 8; its next listen\(2\) gives it 8.*ask for 300' "$TMP/out" &&
		says "^undo: .* listener 0.0.0.0:7001 backlog=8" "$TMP/out" || return
	tool -j listeners sport = :7001 | jq -e '.listener[0].tuned == 300' &&
		tool listeners sport = :7001 >"$TMP/out" && says 'tcpulse set 300 \(asked 8\)' "$TMP/out" &&
		tool -j listeners sport = :7003 | jq -e '.listener[0] | has("tuned") and .tuned == null'
}

group_is_set() {
	ends 0 tune listener '*:7002' backlog=400 --confirm 600 && has_limit 7002 400 &&
		says 'all 3 sockets of its SO_REUSEPORT group' "$TMP/out" || return
	tool -j tune revert | jq -e '.changes | length == 3 and all(.action == "revert" and
		.address == "::" and .port == 7002 and .old == 400 and .new == 4)' &&
		has_limit 7002 4
}

ambiguous_is_listed() {
	ends 2 tune listener :7003 backlog=9 && has_limit 7003 64 || return
	says "listener '0.0.0.0:7003' backlog=9$" "$TMP/err" &&
		says "listener '\[::\]:7003' backlog=9$" "$TMP/err" &&
		ends 0 -6 tune listener :7003 backlog=9 && has_limit 7003 '64 9'
}

elsewhere_is_told() {
	ends 2 tune listener 127.0.0.1:7001 backlog=9 &&
		says "listener '0.0.0.0:7001' backlog=9$" "$TMP/err"
}

# --- files -------------------------------------------------------------------------

saves_into_a_file() {
	printf '%s\n' '# mine' 'vm.swappiness=10' 'net/core/somaxconn = 1' '-net.core.somaxconn=2' \
		>"$TMP/s.conf"
	chmod 600 "$TMP/s.conf"
	ends 0 tune set somaxconn=900 tcp_tw_reuse=1 --save --file "$TMP/s.conf" &&
		says '^  net.core.somaxconn = 900$' "$TMP/out" || return
	printf '%s\n' '# mine' 'vm.swappiness=10' 'net.core.somaxconn = 900' 'net.ipv4.tcp_tw_reuse = 1' |
		diff - "$TMP/s.conf" && [ "$(stat -c %a "$TMP/s.conf")" = 600 ] || return
	ends 2 tune set tcp_syn_retries=0 --save --file "$TMP/s.conf" &&
		ends 0 tune save --file "$TMP/s.conf" --dry-run &&
		ends 0 tune set somaxconn=4096 tcp_tw_reuse=2 tcp_rfc1337=0 &&
		ends 0 tune save --file "$TMP/s.conf" && says 'nothing to save' "$TMP/out" &&
		[ "$(wc -l <"$TMP/s.conf")" -eq 4 ] && [ -z "$(find "$TMP" -name '.*.tcpulse')" ]
}

# What is loaded at boot, in a mount namespace: the values are those there are.
saves_for_boot() {
	# shellcheck disable=SC2016 # for the other shell
	unshare -m bash -c '
		mount -t tmpfs none /etc/sysctl.d &&
			echo "net.ipv4.tcp_tw_reuse = 9" >/etc/sysctl.d/70-other.conf &&
			echo "net.ipv4.tcp_rfc1337 = 9" >/etc/sysctl.d/50-other.conf &&
			"$0" tune save tcp_tw_reuse tcp_rfc1337 &&
			cat /etc/sysctl.d/60-tcpulse.conf' "$cli" >"$TMP/out" 2>"$TMP/err" || return
	says '^net.ipv4.tcp_tw_reuse = [0-2]$' "$TMP/out" &&
		says '/etc/sysctl.d/70-other.conf is read later' "$TMP/err" && [ "$(wc -l <"$TMP/err")" -eq 1 ]
}

loads_a_file() {
	printf '%s\n' '; a comment' '' 'net.ipv4.tcp_fin_timeout = 9' '  net/core/somaxconn=901  ' \
		'-net.ipv4.tcp_syn_retries = 0' 'kernel.panic = 1' '-net.ipv4.conf.all.rp_filter' \
		$'net.ipv4.ip_local_port_range = 20000\t30001' 'net.ipv4.tcp_fin_timeout = 31' >"$TMP/l.conf"
	ends 0 tune load "$TMP/l.conf" --dry-run && is ipv4.tcp_fin_timeout 60 || return
	ends 0 tune load - <"$TMP/l.conf" && [ -s "$TMP/err" ] || return
	tool tune load - <"$TMP/l.conf" --confirm 600 >"$TMP/out" 2>"$TMP/err" || return
	says ':6: skipped: kernel.panic' "$TMP/err" && says ':5: skipped: tcp_syn_retries' "$TMP/err" &&
		is ipv4.tcp_fin_timeout 31 && is core.somaxconn 901 && is ipv4.tcp_syn_retries 6 &&
		is ipv4.ip_local_port_range '20000 30001' && ends 0 tune revert && is ipv4.tcp_fin_timeout 60
}

# refuses_line LINE STATUS PATTERN: the second of a file
refuses_line() {
	printf 'net.ipv4.tcp_fin_timeout = 44\n%s\n' "$1" >"$TMP/b.conf"
	ends "$2" tune load "$TMP/b.conf" && says "b.conf:2: .*$3" "$TMP/err" && is ipv4.tcp_fin_timeout 60
}

load_is_strict() {
	refuses_line 'net.core.somaxconn 12' 1 'not KEY = VALUE' &&
		refuses_line 'net.core.somaxconn =' 1 'not KEY = VALUE' &&
		refuses_line 'net.core.somaxconn = 4k' 1 'not a whole number' &&
		refuses_line 'net.ipv4.tcp_max_tw_buckets = -1' 1 'makes no sense' &&
		refuses_line 'net.ipv4.tcp_syn_retries = 0' 2 'takes 1 to 127'
}

# --- who may -------------------------------------------------------------------------

as_user() {
	in_ns "$ns" setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all -- \
		"$cli" "$@" >"$TMP/out" 2>"$TMP/err"
}

user_may_look() {
	as_user tune && as_user tune log && as_user tune pending
}

user_may_not_set() {
	local status=0
	as_user tune set somaxconn=1 || status=$?
	[ "$status" -eq 4 ] && says 'CAP_NET_ADMIN.*sudo tcpulse tune' "$TMP/err" &&
		[ ! -s "$TMP/out" ] && is core.somaxconn 4096
}

need_tcpulse
need_cli
need_tool jq setpriv unshare
ktap_plan 29
setup_ns ns
check "the table is what /proc/sys says" table_is_proc
check "JSON has all of it" json_is_whole
check "notes only while they are true" notes_are_true
check "80 columns, no colours in a pipe" fits_a_terminal
check "sets several, with units and prefixes" sets_many
check "the undo it prints undoes it" undoes
check "a senseless value with --force" forces
check "a dry run changes nothing" dry_run_changes_nothing
if tool -j tune | jq -e 'any(.params[]; .read_only)' >/dev/null; then
	check "what cannot be set is said to be read-only" read_only_is_said
else
	ktap_skip "what cannot be set is said to be read-only" "this kernel has every parameter"
fi
check "wrong lines: status, reason, and nothing changed" wrong_lines
check "a pending change is told" pending_is_told
check "busy: whose, until when, what to do" busy_is_explained
check "revert" reverts
check "revert leaves what others set" keeps_what_others_set
check "confirm, and save that" confirms
check "reverts by itself" reverts_by_itself
check "the log tells what became of it" log_tells
check "names of processes are harmless" names_are_harmless
if command -v script >/dev/null; then
	check "asks on a terminal, and leaves it as it was" asks_on_a_terminal
else
	ktap_skip "asks on a terminal, and leaves it as it was" "needs script"
fi
start_in "$ns" overload serve -a 0 v4,7001,8 dual,7002,4,3 v4,7003,64 v6,7003,64 >"$TMP/serve" 2>&1
busywait 10 grep -qx ready "$TMP/serve" || die "overload: $(<"$TMP/serve")"
check "a running listener" listener_is_set
check "a SO_REUSEPORT group" group_is_set
check "several listeners: which ones" ambiguous_is_listed
check "another address on that port" elsewhere_is_told
check "saves what was set, merged into the file" saves_into_a_file
check "saves for boot, and warns of a later file" saves_for_boot
check "loads a file" loads_a_file
check "a wrong line: where, and nothing changed" load_is_strict
check "a plain user may look" user_may_look
check "a plain user may not set: 4" user_may_not_set
