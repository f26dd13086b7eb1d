# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # what lib.sh or a test has
#
# For tests of tuning: what was set, and what came of it, as /proc/sys, ss, the
# kernel's counters and the wire say. A test of tuning sources this in place of
# lib.sh.

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/listeners.sh"

# need_tune: what every test of tuning uses
need_tune() {
	need_listeners
	need_cli
	need_tool jq
}

# --- values ------------------------------------------------------------------

# tune NS ARGUMENT...: the tool
tune() {
	local ns=$1
	shift
	"$cli" -N "$ns" tune "$@"
}

# sysctl_path NAME: of a parameter
sysctl_path() {
	case $1 in
	somaxconn) echo "/proc/sys/net/core/$1" ;;
	*) echo "/proc/sys/net/ipv4/$1" ;;
	esac
}

# sysctl_is NS NAME=VALUE...: as the kernel says; LOW-HIGH for a range
sysctl_is() {
	local ns=$1 word value
	shift
	for word; do
		value=$(in_ns "$ns" cat "$(sysctl_path "${word%%=*}")" | tr '\t' '-')
		[ "$value" = "${word#*=}" ] || {
			echo "${word%%=*} is $value, not ${word#*=}"
			return 1
		}
	done
}

# tune_set NS NAME=VALUE...: by the tool, sensible or not, and the kernel has it
tune_set() {
	local ns=$1
	shift
	tune "$ns" set --force "$@" >"$TMP/$ns/set" 2>&1 || {
		echo "tcpulse tune set $*: $(<"$TMP/$ns/set")"
		return 1
	}
	sysctl_is "$ns" "$@"
}

# keep_counters NS: from here on counters_grew counts
keep_counters() {
	read_nstat "$1" "$TMP/$1/kept"
}

# counters_grew NS WORD...: of the kernel, as nstat calls them, since
# keep_counters, or at all; each WORD is NAME=N or NAME>N
counters_grew() {
	local ns=$1
	shift
	[ -e "$TMP/$ns/kept" ] || : >"$TMP/$ns/kept"
	read_nstat "$ns" "$TMP/$ns/nstat"
	awk -v want="$*" '
	FILENAME ~ /kept$/ { n[$1] = -$2; next }
	{ n[$1] += $2 }
	END {
		words = split(want, word, " ")
		for (i = 1; i <= words; i++) {
			split(word[i], part, /[=>]/)
			if (word[i] ~ /=/ ? n[part[1]] != part[2] : n[part[1]] <= part[2]) {
				print part[1] " is " n[part[1]] ", wanted " word[i]
				bad = 1
			}
		}
		exit bad
	}' "$TMP/$ns/kept" "$TMP/$ns/nstat"
}

# sockets NS STATE [FILTER...]: how many ss lists
sockets() {
	local ns=$1 state=$2
	shift 2
	in_ns "$ns" ss -Htan state "$state" "$@" | wc -l
}

# sockets_are N NS STATE [FILTER...]
sockets_are() {
	local want=$1 n
	shift
	n=$(sockets "$@")
	[ "$n" -eq "$want" ] || {
		shift
		echo "$*: $n, not $want"
		return 1
	}
}

# limits NS PORT: Send-Q of its listeners, in order
limits() {
	in_ns "$1" ss -Htln "sport = :$2" | awk '{ print $3 }' | sort -n | xargs
}

# limits_are NS PORT N...
limits_are() {
	local ns=$1 port=$2 got
	shift 2
	got=$(limits "$ns" "$port")
	[ "$got" = "$*" ] || {
		echo "limits of port $port: $got, not $*"
		return 1
	}
}

# --- what was changed ---------------------------------------------------------------

# with_words WORD...: those lines of stdin that have all of them
with_words() {
	awk -v want="$*" '
	BEGIN { words = split(want, word, " ") }
	{
		for (i = 1; i <= words; i++)
			if (index(" " $0 " ", " " word[i] " ") == 0)
				next
		print
	}'
}

# word_of NAME: its value, in the last line of stdin
word_of() {
	awk -v name="$1=" '{
		for (i = 1; i <= NF; i++)
			if (index($i, name) == 1)
				value = substr($i, length(name) + 1)
	} END { print value }'
}

# changes NS WORD...: those rows of the history
changes() {
	local ns=$1
	shift
	tcpulse_get -N "$ns" changes | with_words "$@"
}

# one_change NS WORD...: there is just one such row
one_change() {
	[ "$(changes "$@" | wc -l)" -eq 1 ] && return
	echo "not one row of $*:"
	tcpulse_get -N "$1" changes
	return 1
}

# last_changes NS ACTION...: how the history ends
last_changes() {
	local ns=$1 got
	shift
	got=$(tcpulse_get -N "$ns" changes | sed -n 's/.* action=\([a-z]*\) .*/\1/p' | tail -n $#)
	[ "$(xargs <<<"$got")" = "$*" ] || { echo "history ends:" "$(xargs <<<"$got")"; return 1; }
}

nothing_pending() {
	[ -z "$(tcpulse_get -N "$1" pending)" ]
}

await_nothing_pending() {
	busywait "${2:-30}" nothing_pending "$1" || { echo "still pending"; return 1; }
}

# start_watch NS: what is announced there, in $TMP/NS/alerts
start_watch() {
	start_in "$1" tcpulse_set watch 200 >"$TMP/$1/alerts" 2>&1
	busywait 10 grep -qx watching "$TMP/$1/alerts" || die "watch: $(<"$TMP/$1/alerts")"
}

# one_alert NS WORD...: was announced just once
one_alert() {
	local ns=$1
	shift
	[ "$(with_words "$@" <"$TMP/$ns/alerts" | wc -l)" -eq 1 ] && return
	echo "not one alert of $*:"
	cat "$TMP/$ns/alerts"
	return 1
}

# --- begun and ended -----------------------------------------------------------------

# begin COMMAND [ARGUMENT]...: what takes time; has_begun says whether it could
begin() {
	"$@" >"$TMP/begun-$1" 2>&1 || echo "failed" >>"$TMP/begun-$1"
}

has_begun() {
	! grep -qx failed "$TMP/begun-$1" || { cat "$TMP/begun-$1"; return 1; }
}

# --- on the wire -----------------------------------------------------------------

# start_wire NS DEVICE FILTER
start_wire() {
	start_in "$1" tcpdump -i "$2" -nn -s 128 -U --immediate-mode -Z root \
		-w "$TMP/$1/pcap" "($3) or udp dst port 9" 2>"$TMP/$1/tcpdump"
	echo "$started_pid" >"$TMP/$1/tcpdump.pid"
	busywait 20 grep -q 'listening on' "$TMP/$1/tcpdump" ||
		die "tcpdump: $(<"$TMP/$1/tcpdump")"
}

wire_has_mark() {
	[ "$(tcpdump -r "$TMP/$1/pcap" -nn -t udp 2>/dev/null | wc -l)" -gt 0 ]
}

# on_wire NS ADDRESS: how many were sent until now; ADDRESS is behind that device
on_wire() {
	in_ns "$1" bash -c "echo mark >/dev/udp/$2/9"
	busywait 20 wire_has_mark "$1" || die "the capture has no end"
	kill -INT "$(<"$TMP/$1/tcpdump.pid")"
	tcpdump -r "$TMP/$1/pcap" -nn -t tcp 2>/dev/null | wc -l
}
