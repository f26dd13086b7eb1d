#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A RST is attributed to the state of the connection that sent it: each cause is
# made once for IPv4, IPv6 and v4-mapped sockets, and nothing but its row grows,
# by what the kernel counts in OutRsts.
#
# Kernels: source; kernels differ in who sends a RST, and in what the tracepoint says
#   of it
# Older: one; segments_resets_busy is on both

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/segments.sh"

ns=''

# three_sent: and not a segment more, for a while
three_sent() {
	[ "$(out_rsts "$ns")" -ge 3 ]
}

# start_cause CAUSE: made, and held
start_cause() {
	start_in "$ns" resets "$1" <>"$TMP/stdin" >"$TMP/$ns/made" 2>&1
	cause_pid=$started_pid
	busywait 20 grep -q . "$TMP/$ns/made"
	grep -qx made "$TMP/$ns/made" || { cat "$TMP/$ns/made"; return 1; }
	busywait 10 three_sent || { echo "only $(out_rsts "$ns") were sent"; return 1; }
}

# blames STATE: one row for each family, rst-in and rst-out
blames() {
	awk -v state="reset:$1" '
		$2 == state { rows++ }
		$2 ~ /^reset:/ || $2 ~ /^rst-/ {
			want = $2 != state && $2 ~ /^reset:/ ? 0 : $1 == "inet" ? 2 : 1
			if ($3 == want)
				next
			print $0 ", not " want
			bad = 1
		}
		END {
			if (rows != 2)
				print rows + 0 " rows of " state
			exit bad || rows != 2
		}' "$TMP/$ns/segments"
}

cause() {
	local bad=0
	setup_ns ns
	# what is sent again while the other end vanishes would meet its listener
	be_patient "$ns"
	count_segments "$ns"
	start_cause "$1" || bad=1
	tcpulse_get -N "$ns" segments >"$TMP/$ns/segments"
	[ "$(out_rsts "$ns")" -eq 3 ] || { echo "OutRsts $(out_rsts "$ns")"; bad=1; }
	blames "$2" || bad=1
	kill -KILL "$cause_pid"
	return "$bad"
}

need_tcpulse
mkfifo "$TMP/stdin"
mapfile -t causes < <(resets -l)
ktap_plan "${#causes[@]}"
for line in "${causes[@]}"; do
	check "${line% *}: ${line#* }" cause "${line% *}" "${line#* }"
done
