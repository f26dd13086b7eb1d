#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What tunes is no way around a read-only /proc/sys: a container with CAP_NET_ADMIN
# and without CAP_SYS_ADMIN changes nothing, in a network namespace of its own, in that
# of the host, or below a user namespace, and neither settles what others have changed.
# It reads, and it counts segments. With tune=netadmin it may; with tune=off nobody may.
#
# Kernels: any; the module asks for capabilities, which kernels heed alike

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/tune.sh"

# shellcheck disable=SC2016 # its own
readonly CONTAINER='mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys &&
	exec setpriv --bounding-set "$0" -- "$@"'
caps=-all,+net_admin
# words of unshare: which namespaces it has beside that of its mounts
own='-n' host='' below='-Urn'

# container KIND COMMAND [ARGUMENT]...: as its root, with $caps
container() {
	# shellcheck disable=SC2086 # words
	unshare -m $1 -- bash -c "$CONTAINER" "$caps" "${@:2}"
}

# cannot KIND COMMAND...: a change, refused with the reason, by the tool
cannot() {
	local status=0
	container "$1" "$cli" "${@:2}" >"$TMP/said" 2>&1 || status=$?
	cat "$TMP/said"
	[ "$status" -eq 4 ] && grep -q '^tcpulse: not permitted: it takes CAP_SYS_ADMIN, too, .*tune=sysctl and not .*netadmin (' "$TMP/said"
}

# The file itself is the yardstick.
cannot_write() {
	! container "$1" sh -c 'echo 7 >/proc/sys/net/ipv4/tcp_fin_timeout' 2>"$TMP/said" &&
		grep -q 'Read-only file system' "$TMP/said"
}

state() {
	tcpulse_get params && tcpulse_get pending | grep -v remaining-ms && tcpulse_get changes
}

changes_nothing() {
	state >"$TMP/before"
	cannot_write "$1" || return
	cannot "$1" tune set tcp_fin_timeout=7 && cannot "$1" tune set tcp_fin_timeout=7 --dry-run &&
		cannot "$1" tune confirm && cannot "$1" tune revert || return
	# there is one where the host is
	[ "$1" ] || cannot "$1" tune listener ":$port" backlog=7 || return
	container "$1" tcpulse_set tcp_fin_timeout=7 | grep 'error=EPERM' || return
	state | cmp - "$TMP/before"
}

reads() {
	container "$1" "$cli" -j tune | jq -e '.params | length == 18' >/dev/null &&
		container "$1" "$cli" -j info | jq -e '.tune == "sysctl"' >/dev/null
}

counts_segments() {
	container "$own" "$cli" segments off && container "$own" "$cli" segments on
}

# sets KIND: in the same namespace, so that the value is seen to be there
sets() {
	container "$1" sh -c "$cli tune set tcp_fin_timeout=7 >/dev/null && cat /proc/sys/net/ipv4/tcp_fin_timeout" >"$TMP/said"
	[ "$(<"$TMP/said")" = 7 ] || { cat "$TMP/said"; return 1; }
}

privileged_sets() {
	local caps=-all,+net_admin,+sys_admin
	sets "$own" && sets "$below"
}

# load MODE: of the module
load() {
	local module_parameters=("tune=$1")
	load_module
}

reload() {
	unload_module && load "$1" && [ "$("$cli" -j info | jq -r .tune)" = "$1" ] &&
		[ "$(cat /sys/module/tcpulse/parameters/tune)" = "$1" ]
}

netadmin_sets() {
	reload netadmin && sets "$own" && sets "$below" && container "$host" "$cli" tune set tcp_rfc1337=1 &&
		container "$host" "$cli" tune set tcp_rfc1337=0
}

off_refuses_all() {
	local status=0
	reload off || return
	"$cli" tune set tcp_fin_timeout=7 >"$TMP/said" 2>&1 || status=$?
	cat "$TMP/said"
	[ "$status" -eq 4 ] && grep -q 'not permitted: nobody may, .*tune=off (' "$TMP/said" && "$cli" tune >/dev/null
}

wrong_word() {
	unload_module || return
	! load all || return
	dmesg | tail -n 20 | grep -q 'tcpulse: tune=all is none of: off, sysctl, netadmin' && load_module
}

need_tune
need_reload
load_module || die "the module cannot be loaded"
need_tool jq setpriv unshare
ktap_plan 11
port=$(random_port)
overload serve -a 0 "v4,$port,16" >/dev/null 2>&1 &
disown $!
defer kill -KILL $!
# something that could be settled
tcpulse_set tcp_rfc1337=1 confirm=600 >"$TMP/said" || die "tcpulse_set: $(<"$TMP/said")"

for kind in own host below; do
	check "CAP_NET_ADMIN alone, $kind: changes nothing" changes_nothing "${!kind}"
	check "CAP_NET_ADMIN alone, $kind: reads" reads "${!kind}"
done
check "CAP_NET_ADMIN alone: counts segments" counts_segments
check "CAP_SYS_ADMIN, too: sets" privileged_sets
tcpulse_set revert >/dev/null
check "tune=netadmin: CAP_NET_ADMIN alone sets" netadmin_sets
check "tune=off: nobody sets" off_refuses_all
check "tune=all: not loaded, and why" wrong_word
