# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2034 # tests use what is set here
#
# Listeners: servers that are asked for too much, and the comparison of what the
# module says of them with the kernel's counters and with ss. A test of listeners
# sources this in place of lib.sh.

# shellcheck source-path=SCRIPTDIR
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

serve_pid='' press_pid=''
# the first of the three ports of the load
load_port=7001

# need_listeners: what every test of listeners uses
need_listeners() {
	need_tcpulse
	need_tool nstat
}

# --- traffic --------------------------------------------------------------

says_ready() {
	grep -qx ready "$1"
}

# start_overload NS NAME OVERLOAD-ARGUMENT...: until it is ready, its words in
# $TMP/NS/NAME; sets started_pid
start_overload() {
	local ns=$1 name=$2
	shift 2
	start_in "$ns" overload "$@" >"$TMP/$ns/$name" 2>&1
	busywait 30 says_ready "$TMP/$ns/$name" ||
		die "overload $*: $(<"$TMP/$ns/$name")"
}

# start_server NS ACCEPT: the listeners of the load, backlogs 8, 4 times 4, and 64; ACCEPT
# is an option of overload serve, or two; sets serve_pid
start_server() {
	# shellcheck disable=SC2086 # words
	start_overload "$1" serve serve $2 "v4,$load_port,8" \
		"dual,$((load_port + 1)),4,4" "dual,$((load_port + 2)),64"
	serve_pid=$started_pid
}

# press NS V4 V6 [OPTION]...: the load, to the listeners at those addresses;
# sets press_pid
press() {
	local ns=$1 v4=$2 v6=$3 i
	shift 3
	set -- "$@" "$v4,$load_port"
	for i in 1 2; do
		set -- "$@" "$v4,$((load_port + i))" "$v6,$((load_port + i))"
	done
	start_in "$ns" overload press "$@" >"$TMP/$ns/press" 2>&1
	press_pid=$started_pid
}

# --- reading ----------------------------------------------------------------

# read_nstat NS FILE: absolute, zeroes too
read_nstat() {
	in_ns "$1" nstat -asz >"$2"
}

# still_columns FILE...: what cannot change at rest
still_columns() {
	awk '$2 == "counting-ms" { next }
	     !/^[0-9]/ { print; next }
	     {
		printf "%s %s %s", $1, $7, $10
		for (i = 13; i <= 24; i++)
			printf " %s", $i
		print ""
	     }' "$1"
}

read_listeners() {
	local dir=$TMP/$1
	tcpulse_get -N "$1" refusals >"$dir/r" || return
	read_nstat "$1" "$dir/nstat" || return
	in_ns "$1" ss -H -tane state listening state syn-recv >"$dir/ss" || return
	tcpulse_get -N "$1" refusals >"$dir/r2" || return
	still_columns "$dir/r" >"$dir/still"
	still_columns "$dir/r2" | cmp -s - "$dir/still"
}

# snapshot_listeners NS: module, nstat and ss of one instant, as snapshot does
snapshot_listeners() {
	busywait "${2:-30}" read_listeners "$1" && return
	echo "never at rest: readings before and after always differ"
	still_columns "$TMP/$1/r2" | diff "$TMP/$1/still" - | head -n 20
	return 1
}

# --- comparing -------------------------------------------------------------

# assert_snapshot NS: the last snapshot agrees with nstat and ss, nothing is
# unattributed. $TMP/NS/before and after: nstat around the moment counting began,
# for a namespace that was there before. $ephemeral: see refusals.awk.
assert_snapshot() {
	local dir=$TMP/$1 start=() cut=0
	if [ -e "$dir/before" ]; then
		cut=$(nproc --all)
		start=(file=before "$dir/before" file=after "$dir/after")
	fi
	awk -v ephemeral="${ephemeral:-}" -v cut="$cut" -f "$SELFTESTS/lib/refusals.awk" \
		file=refusals "$dir/r" file=nstat "$dir/nstat" file=ss "$dir/ss" "${start[@]}"
}

# assert_refusals NS: in a fresh snapshot
assert_refusals() {
	snapshot_listeners "$1" && assert_snapshot "$1"
}

# assert_causes NS WORD...: sums over all listeners, also gone ones, in the last
# snapshot, since keep_causes; each WORD is NAME=N or NAME>N
assert_causes() {
	local dir=$TMP/$1
	shift
	[ -e "$dir/causes" ] || echo none 0 >"$dir/causes"
	totals "${dir##*/}" | awk -v want="$*" '
	NR == FNR { n[$1] = -$2; next }
	{ n[$1] += $2 }
	END {
		words = split(want, word, " ")
		for (i = 1; i <= words; i++) {
			split(word[i], part, /[=>]/)
			if (!(part[1] in n)) {
				print "no cause " part[1]
				bad = 1
			} else if (word[i] ~ /=/ ? n[part[1]] != part[2] : n[part[1]] <= part[2]) {
				print part[1] " is " n[part[1]] ", wanted " word[i]
				bad = 1
			}
		}
		exit bad
	}' "$dir/causes" -
}

# keep_causes NS: from here on assert_causes counts
keep_causes() {
	totals "$1" >"$TMP/$1/causes"
}

# totals NS: of what listening and gone ones have, a line a cause
totals() {
	awk '$1 == "listening" || $1 == "gone" { n[$2] += $3 }
	     END { for (i in n) print i, n[i] }' "$TMP/$1/r" | sort
}

# keep_totals NS: of the last snapshot, for assert_not_less
keep_totals() {
	totals "$1" >"$TMP/$1/totals"
}

assert_not_less() {
	totals "$1" | join "$TMP/$1/totals" - |
		awk '$3 < $2 { print $1 " was " $2 ", is " $3; bad = 1 } END { exit bad }'
}

# overflow_info NS KEY
overflow_info() {
	awk -v key="$2" '$1 == "info" && $2 == key { print $3 }' "$TMP/$1/r"
}

# assert_gone NS N: no listener is left of N, and nothing of what they had is lost
assert_gone() {
	keep_totals "$1"
	assert_refusals "$1" || return
	[ -z "$(column "$1" id)" ] || { echo "rows of listeners that are gone"; return 1; }
	[ "$(overflow_info "$1" gone-listeners)" -eq "$2" ] || {
		echo "gone-listeners: $(overflow_info "$1" gone-listeners)"
		return 1
	}
	assert_not_less "$1"
}

# what tcpulse_get prints of a listener
readonly COLUMNS_OF_LISTENER="id family address port limit asked \
	syn-depth syn-peak syn-peak-minute accept-depth accept-peak accept-peak-minute \
	accept-full-syn accept-full-ack accept-full-cookie syn-full-drop syn-full-cookie \
	syn-always-cookie max-syn-backlog other-drop abort-reset cookies-sent \
	cookies-valid cookies-invalid syn-full-ms syn-full-total-ms syn-last-full-ms \
	accept-full-ms accept-full-total-ms accept-last-full-ms last-refused-ms inode \
	ifindex flags age-ms tuned"

# column NS NAME [PORT|FAMILY]: in the last snapshot, a line each listener
column() {
	awk -v names="$COLUMNS_OF_LISTENER" -v name="$2" -v key="${3:-}" '
	BEGIN {
		n = split(names, list, " ")
		for (i = 1; i <= n && list[i] != name; i++)
			;
		if (i > n)
			print "no column " name
	}
	/^[0-9]/ && i <= n && (key == "" || $2 == key || $4 == key) { print $i }' "$TMP/$1/r"
}

# column_is NS NAME PORT|FAMILY VALUE...: of as many listeners, in that order
column_is() {
	local ns=$1 name=$2 key=$3 got
	shift 3
	got=$(column "$ns" "$name" "$key" | xargs)
	[ "$got" = "$*" ] || {
		echo "$name of $key: $got, not $*"
		return 1
	}
}

# mib NS NAME: the kernel's counter in the last snapshot
mib() {
	awk -v name="TcpExt$2" '$1 == name { print $2 }' "$TMP/$1/nstat"
}
