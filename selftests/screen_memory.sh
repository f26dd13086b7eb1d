#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Orphans and memory of all TCP are on the screen when they matter, and only then.
# Processes die whose peer hears nothing any more: their connections are orphans, first
# some, then more than tcp_max_orphans, and the others are reset. How many is the
# kernel's own number, and each connection is one or the other.
#
#   a: clients, killed one after the other ------- veth -------> b: server, then deaf
#
# Kernels: source; the kernel decides who is one orphan too many
# Older: one; the rule has been one for years

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

# The kernel counts orphans each 100 ms only, and may reset more than it must: each time
# so many come that the limit is passed even when none was left.
readonly FIRST=12 SECOND=40 THIRD=60 LIMIT=40
readonly MAX=/proc/sys/net/ipv4/tcp_max_orphans MEM=/proc/sys/net/ipv4/tcp_mem
a='' b=''
declare -A clients=()

# --- what happens ---------------------------------------------------------------------

# connect_some N
connect_some() {
	start_overload "$a" "clients-$1" hold -w -n "$1" "192.0.2.2,$load_port"
	clients[$1]=$started_pid
}

# What nobody reads stays in buffers; the kernel counts them a megabyte late for each CPU.
# shellcheck disable=SC2016 # the other shell's own
fill_buffers() {
	start_in "$a" bash -c 'for ((i = 0; i < 40; i++)); do
			exec {fd}<>"/dev/tcp/192.0.2.2/$1" && head -c 150000 /dev/zero >&"$fd"
		done; kill -STOP "$$"' - "$load_port" >"$TMP/filled" 2>&1
	busywait 60 has_pages || die "no memory is used: $(<"$TMP/filled")"
}

deafen() {
	in_ns "$b" nft -f - <<-EOF || skip_all "no nftables"
		table ip deaf {
			chain in {
				type filter hook input priority 0
				drop
			}
		}
	EOF
}

# make_orphans N: of those that were connected
make_orphans() {
	kill -KILL "${clients[$1]}"
	wait_gone "${clients[$1]}" 10
}

orphans() {
	awk '$1 == "TCP:" { print $5 }' /proc/net/sockstat
}

aborted() {
	in_ns "$a" nstat -asz TcpExtTCPAbortOnMemory | awk '/Abort/ { print $2 }'
}

# --- what is said ---------------------------------------------------------------------

screen() {
	"$cli" -N "$a" >"$TMP/text" && "$cli" -N "$a" -j >"$TMP/json"
}

# found ID FILTER: JSON has it, its sentence is a line of the text
# shellcheck disable=SC2016 # jq's own
found() {
	jq -er --arg id "$1" "[.findings[] | select(.id == \$id and ($2))][0].text" "$TMP/json" \
		>"$TMP/sentence" && grep -qxFf "$TMP/sentence" "$TMP/text" && return
	cat "$TMP/text"
	jq -c .findings "$TMP/json"
	return 1
}

nothing_is_said() {
	screen && jq -e '[.findings[].id | select(test("orphans|memory"))] == []' "$TMP/json" >/dev/null
}

has_orphans() {
	[ "$(orphans)" -eq "$1" ]
}

some_are_scarce() {
	busywait 20 has_orphans "$FIRST" || { orphans; return 1; }
	screen && found orphans_scarce ".severity == \"warning\" and .count == $FIRST and
		(.evidence | test(\"^$FIRST orphans of $LIMIT \"))"
}

# who was connected is an orphan or was reset
all_are_told_of() {
	[ $(($(orphans) + $(aborted))) -eq $((FIRST + SECOND)) ] && [ "$(orphans)" -le "$LIMIT" ]
}

others_are_reset() {
	busywait 60 all_are_told_of || { echo "$(orphans) orphans, $(aborted) reset"; return 1; }
	screen && found aborted_for_memory \
		".severity == \"note\" and .count == $(aborted) and (.evidence | test(\"not dated\"))"
}

says_now() {
	jq -se 'any(.[].findings[]; .id == "aborted_for_memory" and .severity == "problem" and
		(.evidence | test("in the last [0-9.]+ s")))' "$TMP/watched" >/dev/null 2>&1
}

now_is_told_from_since() {
	start_screen
	make_orphans "$THIRD"
	busywait 60 says_now && kill "$screen_pid" && return
	tail -n 1 "$TMP/watched"
	return 1
}

start_screen() {
	"$cli" -N "$a" -i 0.5 -c 200 -j >"$TMP/watched" 2>"$TMP/watched.err" &
	screen_pid=$!
	defer kill "$screen_pid"
	busywait 10 test -s "$TMP/watched"
}

has_pages() {
	[ "$(awk '$1 == "TCP:" { print $11 }' /proc/net/sockstat)" -gt 2 ]
}

memory_is_short() {
	busywait 20 has_pages || return
	echo "0 0 1" >"$MEM"
	screen && found memory_full '.severity == "problem"' || return
	echo "0 0 1000000" >"$MEM"
	screen && found memory_pressure '.severity == "warning"'
}

need_listeners
need_cli
need_tool nft jq
[ -w "$MAX" ] || skip_all "this is not the machine's first namespace"
ktap_plan 5
# those of whatever ran before are not ours to count
busywait 300 has_orphans 0 || die "$(orphans) orphans of others"
defer eval "echo $(<"$MAX") >$MAX; echo '$(<"$MEM")' >$MEM"
setup_ns a
setup_ns b
setup_veth "$a" "$b"
start_overload "$b" serve serve -a 0 "v4,$load_port,200"
for n in "$FIRST" "$SECOND" "$THIRD"; do connect_some "$n"; done
fill_buffers
deafen
echo "$LIMIT" >"$MAX"

check "all is well: nothing is said" nothing_is_said
make_orphans "$FIRST"
check "a quarter of the orphans that may be" some_are_scarce
make_orphans "$SECOND"
check "too many: who is no orphan was reset" others_are_reset
check "between two readings: it goes on now" now_is_told_from_since
check "memory of all sockets beyond tcp_mem" memory_is_short
