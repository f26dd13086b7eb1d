#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Whose change was it: user and process are numbered as who asks numbers them. A plain
# user who is root of a container, in user, PID and network namespaces of his own,
# changes something there, and so does the host's root: each of them sees himself by
# his own number, and the other by the number he has there or by none, never as
# somebody else, and never as nobody.
#
# Kernels: each; what number a user or process has where is asked of the kernel

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/tune.sh"

mallory='' nobody=''

# it has no name on the host, and 65534 has one: nobody
readonly MALLORY=1234 NOBODY=65534

# as UID COMMAND [ARGUMENT]...
as() {
	setpriv --reuid="$1" --regid="$1" --clear-groups --inh-caps=-all -- "${@:2}"
}

# start_container VARIABLE UID: sets it to its first process, as the host numbers it
start_container() {
	local _first
	# not by a function: its parent would be the shell's
	setpriv --reuid="$2" --regid="$2" --clear-groups --inh-caps=-all -- \
		unshare -Urnpf --mount-proc sleep 1000 >"$TMP/container" 2>&1 &
	disown $!
	defer kill_tree $!
	busywait 20 has_slept $! || die "no container: $(<"$TMP/container")"
	_first=$(first_of $!)
	printf -v "$1" %d "$_first"
}

# first_of PID: its first child
first_of() {
	local first
	first=$(children "$1")
	echo "${first%% *}"
}

has_slept() {
	local first comm
	first=$(first_of "$1")
	[ "$first" ] && read -r comm 2>/dev/null <"/proc/$first/comm" && [ "$comm" = sleep ]
}

# inside PID COMMAND [ARGUMENT]...: as root of the container
inside() {
	nsenter -t "$1" -U -n -p -m -S 0 -G 0 -- "${@:2}"
}

# log_of COMMAND...: user, process and name of each change, as who asks sees them
log_of() {
	"$@" -j tune log | jq -c '.changes[] | [.uid, .pid, .command]'
}

# last_is WANT COMMAND...: WANT is an expression of jq about the last one
last_is() {
	"${@:2}" -j tune log >"$TMP/json" && jq -e ".changes | last | $1" "$TMP/json" >/dev/null &&
		return
	cat "$TMP/json"
	return 1
}

# says PATTERN COMMAND...
says() {
	"${@:2}" >"$TMP/said" 2>&1
	grep -qE -e "$1" "$TMP/said" && return
	echo "not '$1', but:"
	cat "$TMP/said"
	return 1
}

container_changes() {
	inside "$mallory" "$cli" tune set tcp_fin_timeout=31
}

# His own numbers: root, and one of his PID namespace, where few have run.
container_sees_itself() {
	last_is '.uid == 0 and .pid > 1 and .pid < 1000' inside "$mallory" "$cli" &&
		says ' root tcpulse$' inside "$mallory" "$cli" tune log
}

# The number it had here, which is over: no process has it but by chance.
host_sees_the_user() {
	last_is ".uid == $MALLORY and .pid > $mallory" "$cli" -N "$mallory" &&
		says " uid $MALLORY tcpulse\$" "$cli" -N "$mallory" tune log
}

# A user who is called so is shown so.
host_sees_nobody() {
	inside "$nobody" "$cli" tune set tcp_fin_timeout=31 &&
		last_is ".uid == $NOBODY" "$cli" -N "$nobody" &&
		says " $(id -un "$NOBODY") tcpulse\$" "$cli" -N "$nobody" tune log &&
		last_is '.uid == 0' inside "$nobody" "$cli"
}

host_changes() {
	"$cli" -N "$mallory" tune set tcp_fin_timeout=32 >/dev/null &&
		last_is '.uid == 0 and .pid > 1' "$cli" -N "$mallory" &&
		says ' root tcpulse$' "$cli" -N "$mallory" tune log
}

# Neither root, which is himself there, nor nobody.
container_sees_a_stranger() {
	last_is '.uid == null and has("uid") and .pid == null and .command == "tcpulse"' \
		inside "$mallory" "$cli" &&
		says ' unknown tcpulse$' inside "$mallory" "$cli" tune log &&
		! inside "$mallory" "$cli" tune log | grep -w nobody
}

# as_the_kernel_says SENTENCE: 6.1 has no room in one for names and numbers
as_the_kernel_says() {
	case $(uname -r) in
	6.1.*) echo 'another change is pending' ;;
	*) echo "$1" ;;
	esac
}

# Pending, and in the way of another change, with the name, and the number if any.
pending_is_whose() {
	inside "$mallory" "$cli" tune set tcp_rfc1337=1 --confirm 600 --no-wait >/dev/null || return
	"$cli" -N "$mallory" -j tune pending | jq -e ".uid == $MALLORY and .pid > $mallory" >/dev/null &&
		inside "$mallory" "$cli" -j tune pending | jq -e '.uid == 0 and .pid < 1000' >/dev/null &&
		says "by uid $MALLORY tcpulse[(][0-9]*[)]" "$cli" -N "$mallory" tune pending &&
		says "$(as_the_kernel_says 'a change by tcpulse[(][0-9]+[)] is pending')" \
			in_netns_of "$mallory" tcpulse_set tcp_rfc1337=0 &&
		"$cli" -N "$mallory" tune revert >/dev/null
}

in_netns_of() {
	nsenter -t "$1" -n -- "${@:2}"
}

pending_is_a_stranger_s() {
	"$cli" -N "$mallory" tune set tcp_rfc1337=1 --confirm 600 --no-wait >/dev/null || return
	inside "$mallory" "$cli" -j tune pending |
		jq -e 'has("uid") and .uid == null and .pid == null' >/dev/null &&
		says 'by unknown tcpulse: ' inside "$mallory" "$cli" tune pending &&
		says "$(as_the_kernel_says 'a change by tcpulse is pending')" \
			inside "$mallory" "$SELFTESTS/client/tcpulse_set" tcp_rfc1337=0 && inside "$mallory" "$cli" tune revert >/dev/null &&
		last_is ".action == \"revert\" and .uid == $MALLORY" "$cli" -N "$mallory"
}

# Numbers of a PID namespace that has ended are still what they were.
after_the_end() {
	kill -KILL "$mallory"
	busywait 20 is_gone "$mallory" || return
	log_of "$cli" -N "$kept" >"$TMP/after" && cmp "$TMP/before" "$TMP/after"
}

need_tune
need_tool setpriv unshare nsenter jq
as "$MALLORY" unshare -Urn true 2>/dev/null || skip_all "no user namespaces for plain users"
as "$MALLORY" test -x "$cli" || skip_all "plain users cannot run $cli"
ktap_plan 9
start_container mallory "$MALLORY"
start_container nobody "$NOBODY"
# outlives the processes that are in it
kept=kept-$RANDOM
ip netns attach "$kept" "$mallory" || die "ip netns attach"
defer ip netns del "$kept"

check "root of a container changes something" container_changes
check "in the container it was its root" container_sees_itself
check "on the host it was a plain user" host_sees_the_user
check "on the host it was nobody, if it was" host_sees_nobody
check "root of the host changes something there, and is root" host_changes
check "in the container that was none of its users" container_sees_a_stranger
check "pending: whose it is" pending_is_whose
check "pending: a stranger's" pending_is_a_stranger_s
log_of "$cli" -N "$kept" >"$TMP/before"
check "after its processes and their namespace ended" after_the_end
