#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who may tune: nobody without CAP_NET_ADMIN in the user namespace that owns the
# network namespace. Root of a user namespace may tune a network namespace of its
# own, and nothing of that is seen outside. What such a root may not set by
# sysctl, it may not set this way.
#
# Kernels: each; kernels differ in what root of a user namespace may set by sysctl
# Older: one; tune_bounds and netlink_tune are on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/tune.sh"

readonly NOBODY=65534

# nobody COMMAND [ARGUMENT]...: as a user without any privilege
nobody() {
	setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups --inh-caps=-all -- "$@"
}

# inner COMMAND [ARGUMENT]...: as root of a user namespace that nobody has made, in
# its own network namespace
inner() {
	: >"$TMP/inner.out"
	printf '%q ' "$@" >&"$inner_orders"
	echo '; echo "ended $?"' >&"$inner_orders"
	busywait 30 grep -q '^ended ' "$TMP/inner.out" || { echo "no answer"; return 1; }
	grep -v '^ended ' "$TMP/inner.out"
	return "$(sed -n 's/^ended //p' "$TMP/inner.out")"
}

start_inner() {
	mkfifo "$TMP/inner.in"
	exec {inner_orders}<>"$TMP/inner.in"
	: >"$TMP/inner.out"
	nobody unshare -Urn bash <"$TMP/inner.in" >>"$TMP/inner.out" 2>&1 &
	disown $!
	# shellcheck disable=SC2016 # its own
	inner_pid=$(inner eval 'echo $$') || return
	defer kill -KILL "$inner_pid"
	inner ip link set lo up
}

# What nobody may change: all values of this namespace, what is pending, what was.
state_here() {
	tcpulse_get params
	tcpulse_get pending | grep -v remaining-ms
	tcpulse_get changes
}

# refused STATUS PATTERN COMMAND [ARGUMENT]...: with one sentence on stderr, and
# nothing has changed here
refused() {
	local want=$1 pattern=$2 status=0
	shift 2
	state_here >"$TMP/before"
	"$@" >"$TMP/said" 2>&1 || status=$?
	cat "$TMP/said"
	echo "status $status"
	state_here | cmp - "$TMP/before" || return
	[ "$status" -eq "$want" ] && tr '\n' ' ' <"$TMP/said" | grep -qE "$pattern"
}

# refused_all COMMAND...: whatever changes something, by the tool, and by libmnl
refused_all() {
	local may='not permitted: it takes CAP_NET_ADMIN'
	refused 4 "$may" "$@" "$cli" tune set tcp_fin_timeout=7 &&
		refused 4 "$may" "$@" "$cli" tune set tcp_fin_timeout=7 --dry-run &&
		refused 4 "$may" "$@" "$cli" tune listener ":$port" backlog=7 &&
		refused 4 "$may" "$@" "$cli" tune confirm &&
		refused 4 "$may" "$@" "$cli" tune revert &&
		refused 2 'error=EPERM' "$@" tcpulse_set tcp_fin_timeout=7 confirm=5 &&
		refused 2 'error=EPERM' "$@" tcpulse_set watch 0
}

# may_read COMMAND...: what is open to all
may_read() {
	"$@" "$cli" -j tune >"$TMP/json" || return
	jq -e '(.params | length) == 18 and .pending.command == "tcpulse_set"' "$TMP/json" \
		>/dev/null || { cat "$TMP/json"; return 1; }
	"$@" "$cli" -j tune log | jq -e '.changes | length > 0' >/dev/null
}

# --- in a namespace of its own ----------------------------------------------------

inner_value() {
	inner cat "/proc/sys/net/$1"
}

inner_tunes() {
	inner "$cli" tune set tcp_fin_timeout=7 --confirm 600 || return
	[ "$(inner_value ipv4/tcp_fin_timeout)" = 7 ] || { echo "it is not set"; return 1; }
	inner "$cli" -j tune pending >"$TMP/json" || return
	jq -e '.uid == 0 and .command == "tcpulse"' "$TMP/json" >/dev/null ||
		{ cat "$TMP/json"; return 1; }
}

outer_sees_nothing() {
	state_here | cmp - "$TMP/here" || return
	[ "$(<"$TMP/alerts")" = watching ] || { cat "$TMP/alerts"; return 1; }
}

inner_settles() {
	inner "$cli" tune revert || return
	[ "$(inner_value ipv4/tcp_fin_timeout)" = 60 ] || { echo "it is not back"; return 1; }
	inner tcpulse_get changes | grep -q 'action=revert .* uid=0 '
}

inner_limit_is() {
	local limit
	limit=$(inner ss -Htln "sport = :$1" | awk '{ print $3 }')
	[ "$limit" = "$2" ] || { echo "limit of port $1: $limit, not $2"; return 1; }
}

# inner_listen PORT BACKLOG LIMIT
inner_listen() {
	local pid
	pid=$(inner eval "overload serve -a 0 v4,$1,$2 >/dev/null 2>&1 & echo \$!") || return
	defer kill -KILL "$pid"
	busywait 10 inner_limit_is "$1" "$3"
}

# Its own listener, as far as somaxconn.
inner_listener() {
	inner_listen 7001 16 16 && inner "$cli" tune listener :7001 backlog=1000 &&
		inner_limit_is 7001 1000
}

somaxconn_is_hidden() {
	[[ $(uname -r) == 6.1.* ]]
}

inner_somaxconn() {
	if somaxconn_is_hidden; then
		refused 4 'somaxconn is read-only: .*only the user namespace of the host' \
			inner "$cli" tune set somaxconn=5000 &&
			refused 2 'error=EPERM .*root of the whole machine' \
				inner tcpulse_set somaxconn=5000
		return
	fi
	inner "$cli" tune set somaxconn=5000 && [ "$(inner_value core/somaxconn)" = 5000 ] &&
		[ "$(cat /proc/sys/net/core/somaxconn)" = "$somaxconn" ]
}

inner_beyond() {
	if somaxconn_is_hidden; then
		refused 4 'not permitted: .*beyond somaxconn.*root of the whole machine' \
			inner "$cli" tune listener :7001 backlog=100000
		return
	fi
	inner "$cli" tune listener :7001 backlog=100000 && inner_limit_is 7001 100000
}

# The whole machine's root may, also where no sysctl is to be seen.
host_somaxconn() {
	"$cli" -N "$inner_pid" tune set somaxconn=333 && inner_listen 7002 5000 333 &&
		[ "$(cat /proc/sys/net/core/somaxconn)" = "$somaxconn" ]
}

whole_machine() {
	refused 2 'error=ENOENT .*whole machine' tcpulse_set tcp_max_orphans=100 &&
		refused 1 'tcp_max_orphans.*whole machine' "$cli" tune set tcp_max_orphans=100
}

need_tune
need_tool setpriv unshare
nobody unshare -Urn true 2>/dev/null || skip_all "no user namespaces for plain users"
nobody test -x "$cli" || skip_all "plain users cannot run $cli"
ktap_plan 13
port=$(random_port)
somaxconn=$(cat /proc/sys/net/core/somaxconn)
overload serve -a 0 "v4,$port,16" >/dev/null 2>&1 &
disown $!
defer kill -KILL $!
start_inner || die "no namespaces: $(<"$TMP/inner.out")"
# something that could be confirmed, and a row to be read
tcpulse_set tcp_rfc1337=1 confirm=600 >"$TMP/said" || die "tcpulse_set: $(<"$TMP/said")"
defer tcpulse_set revert
tcpulse_set watch 200 >"$TMP/alerts" 2>&1 &
disown $!
defer kill -KILL $!
busywait 10 grep -qx watching "$TMP/alerts" || die "watch: $(<"$TMP/alerts")"

check "a plain user: refused" refused_all nobody
check "a plain user: may read" may_read nobody
check "root of a user namespace, in this network namespace: refused" \
	refused_all nobody unshare -Ur
check "root of a user namespace, in this network namespace: may read" \
	may_read nobody unshare -Ur
state_here >"$TMP/here"
check "root of its own network namespace: tunes it" inner_tunes
check "nothing of that is seen outside" outer_sees_nothing
check "root of its own network namespace: reverts" inner_settles
check "root of its own network namespace: its listener" inner_listener
check "root of its own network namespace: somaxconn as by sysctl" inner_somaxconn
check "root of its own network namespace: listener beyond somaxconn" inner_beyond
check "root of the machine: somaxconn there" host_somaxconn
check "after all: nothing is seen outside" outer_sees_nothing
check "tcp_max_orphans: of the whole machine, refused" whole_machine
