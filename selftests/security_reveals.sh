#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Who gets what: every operation of the specification, asked by a plain user, by
# root of another user namespace, by root of the network namespace, and through
# sockets that were opened by one and are used by another, or elsewhere. EPERM is
# where kmod/SECURITY.md has it and nowhere else, no other network namespace is
# seen, and no address of the kernel is in any answer.
#
#   full: sockets in all states, refusals, a pending change, history
#   other: nothing
#
# Kernels: any; who may ask for what is said by the specification, and kernels heed
#   it alike

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/tune.sh"

readonly SPEC=$SELFTESTS/../include/netlink/specs/tcpulse.yaml NOBODY=65534

# Operation, request, who may; what it answers who may, in full and where there
# is nothing. A pending change is not the one named: ESTALE.
readonly OPERATIONS='
info-get	do	all	ok	ok
state-get	do	all	ok	ok
transition-get	do	all	ok	ok
time-wait-get	do	all	ok	ok
listener-get	do	all	ok	error=ENOENT
listener-get	dump	all	ok	ok
overflow-get	do	all	ok	ok
segment-get	do	all	ok	ok
segment-set	do	admin	ok	ok
param-get	do	all	ok	ok
param-set	do	admin	ok	ok
param-confirm	do	admin	error=ESTALE	error=ENOENT
param-revert	do	admin	error=ESTALE	error=ENOENT
listener-set	do	admin	ok	error=ENOENT
change-get	do	all	ok	ok
alert		join	admin	ok	ok
'

full='' other='' port=''

# --- what there is to be tried -----------------------------------------------------

# Operations and groups of the specification, as the table begins.
specified() {
	awk '
	function put() {
		for (i = 1; i <= kinds; i++)
			print name, kind[i], admin ? "admin" : "all"
		kinds = admin = 0
	}
	/^[a-z]/ { put(); part = $1 }
	part != "operations:" && part != "mcast-groups:" { next }
	/^    -$/ { put() }
	/^      name:/ { name = $2; if (part == "mcast-groups:") kind[++kinds] = "join" }
	/^      (do|dump):/ { sub(":", "", $1); kind[++kinds] = $1 }
	/^      flags:.*uns-admin-perm/ { admin = 1 }
	END { put() }' "$SPEC" | sort
}

tried() {
	awk 'NF { print $1, $2, $3 }' <<<"$OPERATIONS" | sort
}

table_is_the_specification() {
	diff <(specified) <(tried)
}

# --- who asks --------------------------------------------------------------------

nobody() {
	setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups --inh-caps=-all -- "$@"
}

# ask_all COMMAND...: every operation; "OPERATION REQUEST ANSWER", and pointers
ask_all() {
	local op request
	while read -r op request _; do
		[ -n "$op" ] || continue
		"$@" -p "$port" "$op" "$request" 2>&1 </dev/null |
			sed -E "s/^(ok|error=[A-Z]*)( .*)?$/\\1/; s/^/$op $request /"
	done <<<"$OPERATIONS"
}

# expected all|admin COLUMN: what one of that kind is answered
expected() {
	awk -v who="$1" -v column="$2" '
	NF { print $1, $2, $3 == "admin" && who == "all" ? "error=EPERM" : $column }' <<<"$OPERATIONS"
}

# answers all|admin COLUMN COMMAND...
answers() {
	local who=$1 column=$2
	shift 2
	diff <(expected "$who" "$column") <(ask_all "$@")
}

# A plain user opens a socket and makes a program of root write to it: both are
# asked for the privilege then. To join a group is no message.
written_by_root() {
	diff <(expected all 4 | sed 's/^alert join .*/alert join ok/') \
		<(ask_all in_full rawask -f "$NOBODY" -s 0 -w)
}

in_full() {
	in_ns "$full" "$@"
}

plain() {
	in_full setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups --inh-caps=-all -- "$@"
}

root_of_user_namespace() {
	plain unshare -Ur "$@"
}

root_of_own() {
	nobody unshare -Urn "$@"
}

# --- what is there to be seen ------------------------------------------------------

# Something in every answer: states, refusals, rows of the history, a change that
# waits.
fill() {
	start_hold "$full" -k v4,v6 listen=2 estab=2 syn-sent=1 syn-recv=2 fin-wait-1=1 \
		fin-wait-2=2 last-ack=1 closing=1 time-wait=2
	start_overload "$full" serve serve -a 0 "v4,$port,1"
	in_full overload press -n 20 "127.0.0.1,$port" >"$TMP/press" || return
	in_full tcpulse_set listener 0.0.0.0 "$port" limit=5 >"$TMP/set" &&
		in_full tcpulse_set tcp_rfc1337=1 confirm=600 >"$TMP/set"
}

something_is_there() {
	[ "$(tcpulse_get -N "$full" states | awk '$3 > 0' | wc -l)" -ge 14 ] &&
		tcpulse_get -N "$full" overflow | grep -q '^listening .* [1-9]' &&
		tcpulse_get -N "$full" pending | grep -q action=set &&
		[ "$(tcpulse_get -N "$full" changes | wc -l)" -ge 2 ]
}

# All of it in raw bytes; of who may see everything.
no_pointer() {
	local op request
	while read -r op request _; do
		[ -n "$op" ] || continue
		in_full rawask -p "$port" "$op" "$request" >"$TMP/raw" || {
			echo "$op $request:"
			cat "$TMP/raw"
			return 1
		}
		[[ $request = join || $(<"$TMP/raw") =~ ^(ok.*bytes=[1-9]|error=ESTALE) ]] ||
			{ echo "$op: no answer"; return 1; }
	done <<<"$OPERATIONS"
}

# rows NS NS: of a dump through a socket opened in the first, sent from the second
dumped() {
	rawask -o "$1" -t "$2" listener-get dump | sed -n 's/.*messages=\([0-9]*\).*/\1/p'
}

# The namespace of a socket is the one it was opened in.
socket_stays() {
	local there here none
	there=$(in_full ss -Htln | wc -l)
	here=$(dumped "$full" "$other")
	none=$(dumped "$other" "$full")
	echo "listeners: $there; seen from elsewhere: $here; through another's socket: $none"
	[ "$there" -gt 2 ] && [ "$here" = "$there" ] && [ "$none" = 0 ]
}

# Whatever happens in full: only numbers of nothing.
nothing_of_full() {
	tcpulse_get -N "$other" all >"$TMP/other.all" &&
		tcpulse_get -N "$other" segments >"$TMP/other.segments" &&
		tcpulse_get -N "$other" refusals >"$TMP/other.refusals" || return
	awk '
	$1 == "state" { for (i = 4; i <= NF; i++) if ($i) bad = 1; n++ }
	$1 == "transition" && $6 { bad = 1 }
	END { if (bad || n != 20) print "states"; exit bad || n != 20 }' "$TMP/other.all" || return
	awk '/^inet/ && ($3 || $4) { print; bad = 1 } END { exit bad }' "$TMP/other.segments" || return
	awk '/^(listening|gone|kernel|unattributed) / && $3 { print; bad = 1 }
	     END { exit bad }' "$TMP/other.refusals" || return
	[ -z "$(tcpulse_get -N "$other" listeners)" ] && [ -z "$(tcpulse_get -N "$other" pending)" ] &&
		[ -z "$(tcpulse_get -N "$other" changes)" ]
}

# Numbers, counted from one on, are no addresses either.
ids_are_small() {
	tcpulse_get -N "$full" listeners | awk '$1 > 1000000 { print; bad = 1 } END { exit bad || !NR }'
}

need_tune
need_tool setpriv unshare
[ -r "$SPEC" ] || skip_all "no specification beside the tests"
nobody unshare -Urn true 2>/dev/null || skip_all "no user namespaces for plain users"
nobody test -x "$SELFTESTS/traffic/rawask" || skip_all "plain users cannot run our programs"
ktap_plan 14
mark_log
port=$(random_port)
setup_ns full other
check "the specification's operations are those tried here" table_is_the_specification
check "there is something to be seen" fill
check "in all answers" something_is_there
check "a plain user: reads, changes nothing" answers all 4 plain rawask
check "root of another user namespace: reads, changes nothing" \
	answers all 4 root_of_user_namespace rawask
check "root: everything" answers admin 4 in_full rawask
check "a socket opened by a plain user, written to by root: changes nothing" written_by_root
check "a socket opened by a plain user, root asks: everything" \
	answers admin 4 in_full rawask -f "$NOBODY" -s 0
check "a socket opened by root, used by a plain user: changes nothing" \
	answers all 4 in_full rawask -s "$NOBODY"
check "root of its own network namespace: everything there" answers admin 5 root_of_own rawask
check "a socket asks where it was opened" socket_stays
check "another network namespace: nothing of this one" nothing_of_full
check "no address of the kernel in any answer" no_pointer
check "ids are numbers" ids_are_small
