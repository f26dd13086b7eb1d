#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Any user may make a network namespace, and send to every netlink socket in it. One who
# does, as fast as two processes can, makes the tool show no socket that there is not, no
# refusal of what was done, and no family that is not ours; nor does it hold the tool up,
# or end a reading of all namespaces. The same when the kernel does not keep senders
# away: then they are passed over, counted, and said.
#
# Kernels: source; which senders a connected netlink socket has is the kernel's
# Older: one; the rule is one of netlink, and as old as 6.1

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly CONNECTIONS=100 LOOKS=5 MEMORY_KB=400000

forger='' orders='' ns='' delivered=0 refused=0

readonly AS_USER=(setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all --)

forger_says() {
	grep -qE "$1" "$TMP/forger"
}

# The user gets at the program wherever it was built.
start_forger() {
	chmod 711 "$TMP"
	install -m 755 "$SELFTESTS/traffic/forger" "$TMP/forge"
	mkfifo "$TMP/orders"
	exec {orders}<>"$TMP/orders"
	"${AS_USER[@]}" unshare -Urn "$TMP/forge" "$CONNECTIONS" <"$TMP/orders" >"$TMP/forger" \
		2>"$TMP/forger.err" &
	forger=$!
	disown "$forger"
	defer kill -KILL "$forger"
	busywait 60 forger_says ready || die "forger: $(cat "$TMP/forger.err")"
}

# Sets delivered and refused.
count_forgeries() {
	local lines
	lines=$(wc -l <"$TMP/forger")
	echo >&"$orders"
	busywait 10 forger_lines_exceed "$lines" || return
	read -r delivered refused < <(tail -n 1 "$TMP/forger")
}

forger_lines_exceed() {
	[ "$(wc -l <"$TMP/forger")" -gt "$1" ]
}

# ask ARGUMENT...: the tool, bounded in time and memory
ask() {
	local status=0
	(
		ulimit -v "$MEMORY_KB"
		exec timeout 60 "$cli" "$@"
	) >"$TMP/out" 2>"$TMP/err" || status=$?
	return "$status"
}

said() {
	echo "status $1:"
	head -n 5 "$TMP/out" "$TMP/err"
	return 1
}

nothing_is_forged() {
	! grep -e '6\.6\.6\.6' -e ':666' "$TMP/out"
}

sockets_are_the_kernels() {
	local i n
	for ((i = 0; i < LOOKS; i++)); do
		ask -N "$forger" -j timewait --halfclosed || said $? || return
		nothing_is_forged || return
		n=$(jq '[.stuck[] | select(.state == "close_wait").count] | add' "$TMP/out")
		[ "$n" -eq "$CONNECTIONS" ] || said "0, $n in CLOSE-WAIT" || return
	done
}

audits_agree() {
	local i
	for ((i = 0; i < LOOKS; i++)); do
		ask -N "$forger" audit --timeout 3 || said $? || return
		nothing_is_forged || return
	done
}

all_are_shown() {
	local i
	for ((i = 0; i < LOOKS; i++)); do
		ask -a -j states || said $? || return
		jq -e --arg name "$ns" 'any(.[]; .netns == $name) and any(.[]; .netns_owner_uid == 65534)
			and all(.[]; has("error") | not)' "$TMP/out" >/dev/null || said 0 || return
	done
}

changes_are_not_refused() {
	local i
	for ((i = 1; i <= LOOKS; i++)); do
		ask -N "$forger" tune set "tcp_fin_timeout=$((30 + i))" || said $? || return
		[ "$(nsenter -t "$forger" -n cat /proc/sys/net/ipv4/tcp_fin_timeout)" -eq $((30 + i)) ] ||
			said 0 || return
	done
}

# The test's own client believes nobody else either.
client_is_not_misled() {
	local i
	for ((i = 0; i < LOOKS; i++)); do
		within 60 nsenter -t "$forger" -n tcpulse_get states >"$TMP/out" 2>"$TMP/err" ||
			said $? || return
	done
}

# He found the sockets that the tool had, or all this says nothing.
look_until_refused() {
	local i
	for ((i = 0; i < 100; i++)); do
		count_forgeries || return
		[ "$refused" -eq 0 ] || return 0
		ask -N "$forger" timewait --halfclosed || said $? || return
	done
	echo "delivered $delivered, refused $refused"
	return 1
}

# Without the kernel's help the queue may be full when the answer comes; what is not
# is that a stranger's is taken for it.
strangers_are_passed_over() {
	local i status
	for ((i = 0; i < 30; i++)); do
		status=0
		LD_PRELOAD=$SELFTESTS/traffic/instead.so INSTEAD_UNCONNECTED=1 \
			ask -N "$forger" timewait --halfclosed || status=$?
		nothing_is_forged || return
		[ "$status" -le 2 ] || said "$status" || return
		! grep -q "^tcpulse: [0-9]* netlink messages were not the kernel's" "$TMP/err" || return 0
	done
	said "$status"
}

need_cli
need_tool setpriv unshare jq timeout
"${AS_USER[@]}" unshare -Urn true 2>/dev/null || skip_all "users make no namespaces here"
ktap_plan 7

setup_ns ns
start_forger

check "sockets are those of the kernel" sockets_are_the_kernels
check "an audit finds no difference" audits_agree
check "-a shows all namespaces, and says whose they are" all_are_shown
check "a change that was made is not shown as refused" changes_are_not_refused
check "tcpulse_get is not misled" client_is_not_misled
check "the senders were there, and were kept away" look_until_refused
check "where the kernel lets them in they are passed over, and said" strangers_are_passed_over
