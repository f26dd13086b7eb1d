# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What timewait --headroom said, against the connects that then succeeded. Sources
# lib.sh.

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

readonly PORTS_USED="40000 40039"

# new_ports_ns NAME: a namespace with forty ports to connect
new_ports_ns() {
	setup_ns "$1"
	set_sysctl "${!1}" ipv4.ip_local_port_range "$PORTS_USED"
	set_sysctl "${!1}" ipv4.tcp_tw_reuse 0
	ip -n "${!1}" addr add 10.1.1.1/32 dev lo
	ip -n "${!1}" addr add 10.1.1.2/32 dev lo
}

# use_ports NS ORDER...: as portuser(1); what it counts is in $TMP/counted, what the tool
# said at "ask" in $TMP/said
use_ports() {
	local ns=$1
	shift
	ASK="$cli -j timewait --headroom --top 0 >$TMP/said" PORTS=$PORTS_USED \
		within 60 nsenter --net="/run/netns/$ns" -- portuser "$@" >"$TMP/counted"
}

# said_of SRC DST DPORT: FREE, at least and at most; of no device if there is such a row
said_of() {
	jq -er --arg src "$1" --arg dst "$2" --argjson port "$3" '[.headroom[] |
		select((.source == $src or $src == "-") and .destination == $dst and
			.destination_port == $port)] | sort_by(.ifindex // 0) | .[0] |
		[.free, .free_max] | @tsv' "$TMP/said"
}

# said_of_source SRC: the same of bind(2)
said_of_source() {
	jq -er --arg src "$1" '.sources[] | select(.source == $src) |
		[.free, .free_max] | @tsv' "$TMP/said"
}

# knows_bound: sock_diag lists bound sockets that are not connected, and says so
knows_bound() {
	! jq -e '.free_unknown.bound' "$TMP/said" >/dev/null
}

# is_right WANT LOW HIGH COUNT: what succeeded is what was said. WANT: "exact", or which
# end of a range it is: "low" or "high"; or "within". Where bound sockets are not listed
# the lower end is 0, and with some of them ("listed") the other end is not got, either.
is_right() {
	local want=$1 low=$2 high=$3 count=$4
	echo "said $low-$high, got $count, want $want"
	[ "$low" -le "$count" ] && [ "$count" -le "$high" ] || return
	case $want in
	exact) [ "$high" -eq "$count" ] && { [ "$low" -eq "$count" ] || ! knows_bound; } ;;
	listed) ! knows_bound || { [ "$high" -eq "$count" ] && [ "$low" -eq "$count" ]; } ;;
	high) [ "$high" -eq "$count" ] ;;
	low) [ "$low" -eq "$count" ] || ! knows_bound ;;
	within) ;;
	*) false ;;
	esac
}

# each_is_right WANT: each line that was counted
each_is_right() {
	local want=$1 verb src dst port count low high
	while read -r verb src dst port count; do
		if [ "$verb" = fill ]; then
			read -r low high < <(said_of "$src" "$dst" "$port")
		else
			count=$dst
			read -r low high < <(said_of_source "$src")
		fi
		[ -n "$low" ] || { echo "nothing said of $verb $src $dst"; return 1; }
		echo "$verb $src $dst $port:"
		is_right "$want" "$low" "$high" "$count" || return
	done <"$TMP/counted"
	[ -s "$TMP/counted" ]
}
