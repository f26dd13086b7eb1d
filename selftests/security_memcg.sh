#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What the module remembers for a plain user is paid for by their memory cgroup, and
# bounded by it: one that listens and ends it as fast as it can, in a cgroup with LIMIT
# kB, never makes it hold more. Each time is counted, as known or as lost, and the
# numbers stay ss's.
#
# Kernels: debian; User Mode Linux is built without memory cgroups here, and each kernel
#   charges what is allocated with a lock held in its own way

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly NOBODY=65534 SECONDS_TO_LISTEN=8 LIMIT=${LIMIT:-3072}
# What each CPU has in hand of its charges, 64 pages.
readonly STOCK=256
readonly CGROUP=/sys/fs/cgroup/tcpulse-test-$$
ns=''

make_cgroup() {
	echo +memory >/sys/fs/cgroup/cgroup.subtree_control 2>/dev/null
	mkdir "$CGROUP" && defer rmdir "$CGROUP"
	[ -e "$CGROUP/memory.max" ] || skip_all "needs memory cgroups, version 2"
	echo "$((LIMIT * 1024))" >"$CGROUP/memory.max"
	[ ! -e "$CGROUP/memory.swap.max" ] || echo 0 >"$CGROUP/memory.swap.max"
}

# Its own memory is there before it is in the cgroup, so that only what it makes the
# kernel remember counts.
listen_over_and_over() {
	local most=0 now
	start_in "$ns" setpriv --reuid="$NOBODY" --clear-groups --inh-caps=-all -- \
		relisten "$SECONDS_TO_LISTEN" >"$TMP/times" 2>&1
	busywait 10 has_listened || die "relisten: $(<"$TMP/times")"
	echo "$started_pid" >"$CGROUP/cgroup.procs"
	until is_gone "$started_pid"; do
		now=$(<"$CGROUP/memory.current")
		[ "$now" -le "$most" ] || most=$now
		nap
	done
	most=$((most / 1024))
	echo "# $(<"$TMP/times") times, up to $most kB of $LIMIT, $(lost) lost" >&3
	[ "$(<"$TMP/times")" -gt 0 ] &&
		[ "$most" -le $((LIMIT + $(nproc --all) * STOCK + $(by_force))) ]
}

# What may be above the limit all the same, in kB: 7.x charges a page by force each time
# a socket listens, and what it does not need of that is there for our records, of which
# there are 16384 at most. That many there are only where nothing clears them away.
by_force() {
	case $(uname -r) in
	[0-6].*) echo 0 ;;
	*) echo 10240 ;;
	esac
}

# info NAME: of what the module says of all listeners
info() {
	tcpulse_get -N "$ns" overflow | awk -v name="$1" '$1 == "info" && $2 == name { print $3 }'
}

has_listened() {
	[ "$(info gone-listeners)" -gt 0 ]
}

lost() {
	info lost-listeners
}

# It began once more often than it ended and went on. Who is gone has no record any more:
# the last look at it frees it. That the cgroup holds as little as before is not for us
# to say: on 7.3 the kernel charges it by force for what it listens with, page by page.
each_is_counted() {
	local gone
	gone=$(info gone-listeners)
	echo "gone $gone, lost $(lost), listened $(($(<"$TMP/times") + 1)) times"
	[ $((gone + $(lost))) -eq $(($(<"$TMP/times") + 1)) ]
}

listeners_known() {
	tcpulse_get -N "$ns" listeners | wc -l
}

others_are_remembered() {
	local before
	before=$(listeners_known)
	mkfifo "$TMP/orders"
	start_in "$ns" manylisteners -n 5 <>"$TMP/orders" >"$TMP/many"
	busywait 30 grep -qx ready "$TMP/many" || { cat "$TMP/many"; return 1; }
	[ "$(listeners_known)" -eq $((before + 5)) ]
}

need_tcpulse
need_tool setpriv
mark_log
ktap_plan 5
exec 3>&1
make_cgroup
setup_ns ns
start_hold "$ns" listen=1 estab=2
check "a cgroup bounds what its processes make the module remember" listen_over_and_over
check "all are forgotten again, and counted, as known or as lost" busywait 30 each_is_counted
check "populations equal ss" assert_exact "$ns" "$TMP/$ns/made"
check "who listens from now on is remembered" others_are_remembered
check "no message of the kernel" assert_no_splat
