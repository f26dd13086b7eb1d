#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A container of any user, whose processes fork, end and change their names, whose
# interfaces come and go, whose network namespaces live for a moment, and who answers
# netlink in the kernel's place: all at once, and never at rest. Each command of the
# tool ends in bounded time and memory, in this container and in all namespaces, as text
# and as JSON; says what it could not know; and no byte reaches a terminal that is more
# than text.
#
# Kernels: any; the tool meets what others do to it, whatever kernel that is

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

quiet='' hostile='' orders=''

readonly MEMORY_KB=400000
readonly AS_USER=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --)

readonly COMMANDS=(
	'' states transitions listeners 'listeners -p -w' 'listeners -g -p' timewait
	'timewait --headroom' 'timewait --halfclosed' 'timewait --by=peer' segments info
	'audit --timeout 1'
)
# in one namespace
readonly CHANGES=(
	'transitions --dot' tune 'tune set tcp_fin_timeout=31 --confirm 60 --no-wait'
	'tune pending' 'tune set tcp_fin_timeout=32' 'tune revert' 'tune log'
	'tune listener :7001 backlog=9' 'tune listener 6.6.6.6:7001 backlog=9'
	'tune save --dry-run' 'segments on' 'segments off'
)

# What runs in the container; its first process is its shell.
write_hostile() {
	cat >"$TMP/hostile" <<-'EOS'
		cd "$(dirname "$0")" || exit
		ip link set lo up
		mv serve $'nginx(1) \e[2J'
		./nginx* serve -a 0 v4,7001,8 dual,7002,4 &
		# names, and processes that are gone before they are looked at
		while :; do
			for name in $'\e[2J\e[31m' $'a\nb' 'nginx(1) sshd' $'\xff\xfe' '$(id)' '"'; do
				printf %s "$name" >/proc/self/comm
				(printf %s "$name" >"/proc/$BASHPID/comm") &
				wait $!
			done
		done 2>/dev/null &
		while :; do
			ip link add $'\e[5m' type dummy
			ip link set $'\e[5m' name $'x\ry'
			ip link del $'x\ry'
		done 2>/dev/null &
		while :; do
			unshare -n ./nginx* serve -a 0 v4,7001,8 &
			sleep 0.2
			kill -KILL $!
			wait $!
		done 2>/dev/null &
		exec ./forge 50
	EOS
}

start_hostile() {
	write_hostile
	chmod 711 "$TMP"
	install -m 755 "$SELFTESTS/traffic/forger" "$TMP/forge"
	install -m 755 "$SELFTESTS/traffic/overload" "$TMP/serve"
	chmod 644 "$TMP/hostile"
	chown 65534 "$TMP/serve"
	mkdir "$TMP/his" && mv "$TMP/serve" "$TMP/forge" "$TMP/hostile" "$TMP/his"
	chown 65534 "$TMP/his"
	mkfifo "$TMP/orders"
	exec {orders}<>"$TMP/orders"
	"${AS_USER[@]}" setsid nice unshare -Urn bash "$TMP/his/hostile" <"$TMP/orders" \
		>"$TMP/forger" 2>"$TMP/forger.err" &
	hostile=$!
	defer end_hostile
	disown "$hostile"
	busywait 60 grep -q ready "$TMP/forger" || die "forger: $(cat "$TMP/forger.err")"
	busywait 60 listens || die "nothing listens"
}

# all of its session
end_hostile() {
	exec {orders}>&-
	kill -KILL -- "-$hostile"
}

listens() {
	[ "$(nsenter -t "$hostile" -n ss -Htln 2>/dev/null | wc -l)" -ge 2 ]
}

# Status 0 to 5 is the tool's own. What is said is kept with what was said before.
ask() {
	local status=0
	(
		ulimit -v "$MEMORY_KB"
		exec timeout $((60 * slow)) "$cli" "$@"
	) >"$TMP/out" 2>"$TMP/err" || status=$?
	cat "$TMP/out" "$TMP/err" >>"$TMP/said"
	[ "$status" -le 5 ] && [ "$(wc -c <"$TMP/out")" -lt 1000000 ] && return
	echo "$*: status $status"
	head -c 500 "$TMP/out" "$TMP/err" | cat -v
	return 1
}

# ask_json ARGUMENT...: what is said is JSON, or nothing
ask_json() {
	ask "$@" -j || return
	jq -es 'length <= 1' "$TMP/out" >/dev/null || { echo "$* -j" && cat -v "$TMP/out" && return 1; }
}

# each WHERE COMMAND...: -a, or -N and a process, in $where; as text, and as JSON
each() {
	local line bad=0 words
	for line in "$@"; do
		read -ra words <<<"$line"
		ask "${where[@]}" "${words[@]}" || bad=1
		[[ $line == *--dot* ]] || ask_json "${where[@]}" "${words[@]}" || bad=1
	done
	return "$bad"
}

# Newlines are ours; a tab is completion's.
is_plain() {
	! LC_ALL=C grep -anP '[\x00-\x09\x0b-\x1f\x7f]|\xc2[\x80-\x9f]' "$TMP/said" |
		cat -v | head -n 3 | grep . && iconv -f UTF-8 -t UTF-8 "$TMP/said" >/dev/null &&
		[ -s "$TMP/said" ]
}

nothing_is_forged() {
	! grep -n -e '6\.6\.6\.6:[0-9]*  *LISTEN' -e ':666' "$TMP/said"
}

# He was there: what he sent found sockets, and a process of his has a name that lies.
he_was_there() {
	echo >&"$orders"
	busywait 20 grep -qE '^[0-9]+ [1-9][0-9]*$' "$TMP/forger" || { cat "$TMP/forger"; return 1; }
	grep -qF '"nginx(1) \x1b[2J"(' "$TMP/said"
}

marked_as_his() {
	where=(-a)
	ask -a -j states && jq -e 'any(.[]; .netns_owner_uid == 65534)' "$TMP/out" >/dev/null
}

# Others' are as at rest.
others_are_exact() {
	ask -a -j states &&
		jq -e --arg name "$quiet" '.[] | select(.netns == $name) | [.state[].now] | add == 0' \
			"$TMP/out" >/dev/null
}

need_tcpulse
need_cli
need_tool setpriv unshare jq timeout ip ss
"${AS_USER[@]}" unshare -Urn true 2>/dev/null || skip_all "users make no namespaces here"
ktap_plan 9
mark_log
setup_ns quiet
start_hostile

where=(-N "$hostile")
check "his namespace: every command ends" each "${COMMANDS[@]}"
check "his namespace: every change ends, or is refused" each "${CHANGES[@]}"
where=(-a)
check "all namespaces: every command ends" each "${COMMANDS[@]}"
check "no byte is more than text" is_plain
check "no socket is forged" nothing_is_forged
check "all that was tried on it" he_was_there
check "what is his is marked as his" marked_as_his
check "another namespace is as it is" others_are_exact
check "the kernel has nothing to complain about" assert_no_splat
