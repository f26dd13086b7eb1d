#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# TIME_WAIT's counters are the kernel's: created = TW + TWKilled, refused =
# TCPTimeWaitOverflow, alive = sockstat's tw; and each way to leave it is told
# apart, exactly: taken over by connect() (TWRecycled) or by a SYN, reset by the
# peer, expired, aborted.
#
# Kernels: each; kernels differ in how a minisock is made and ends, and its counts
#   are compared with the kernel's

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

ns=''

# grew "NAME=N ...": since rebase, of the time-wait row and the kernel's counters
grew() {
	awk -v want="$1" '
	BEGIN { split("alive limit created refused expired reset reused other", name, " ") }
	$1 == "time-wait" {
		for (i = 2; i <= NF; i++)
			n[name[i - 1]] = $i - n[name[i - 1]]
	}
	$1 == "kernel" { n[$2] = $3 - n[$2] }
	END {
		wants = split(want, w, " ")
		for (i = 1; i <= wants; i++) {
			split(w[i], kv, "=")
			if (n[kv[1]] == kv[2])
				continue
			print kv[1] " grew by " n[kv[1]] ", not " kv[2]
			bad = 1
		}
		exit bad
	}' "$TMP/$ns/base" "$TMP/$ns/a"
}

# the time-wait row and its transitions agree about N of REASON
reason_is() {
	awk -v reason="$1" -v n="$2" '
	$1 == "transition" && $3 == "TIME-WAIT" && $5 == reason { sum += $6 }
	END { if (sum != n) print reason " transitions: " sum; exit sum != n }' "$TMP/$ns/a"
}

# ended HOW N REASON "NAME=N ...": N minisocks ended that way, and no other
ended() {
	[ "$(in_ns "$ns" twend -k v4,v6,mapped,dual "$1" 10)" = "$2" ] || {
		echo "twend $1 failed"
		return 1
	}
	assert_exact "$ns" || return
	grew "created=$2 $4" || return
	[ "$3" = - ] || reason_is "$3" "$2"
}

# a fresh namespace for each: its counters begin at 0
one() {
	local name=$1
	shift
	setup_ns ns
	check "$name" ended "$@"
}

expired_all() {
	[ "$(tcpulse_get -N "$ns" time-wait | cut -d' ' -f1)" -eq 0 ]
}

expires() {
	busywait 15 expired_all || { echo "never expired"; return 1; }
	assert_exact "$ns" && grew "created=20 expired=20 TWKilled=20 TW=0 alive=0 other=0"
}

aborts() {
	in_ns "$ns" ss -K -tan state time-wait >/dev/null 2>&1
	assert_exact "$ns" && grew "created=40 other=40 alive=0 expired=0" && reason_is other 40
}

need_tcpulse
ktap_plan 9
start_bystander

one "alive: created, none gone" stay 40 - "alive=40 TW=40 TWKilled=0 expired=0"
before=$(in_ns "$ns" ss -H -tan state time-wait | wc -l)
in_ns "$ns" ss -K -tan state time-wait >/dev/null 2>&1
if [ "$before" -eq 40 ] && [ -z "$(in_ns "$ns" ss -H -tan state time-wait)" ]; then
	check "aborted by ss -K: other" aborts
else
	ktap_skip "aborted by ss -K: other" "ss -K does not end TIME-WAIT on this kernel"
fi
one "taken over by connect(): reused, TWRecycled" connect 40 reused \
	"reused=40 TWRecycled=40 alive=0 expired=0 reset=0 other=0"
one "taken over by a SYN: reused" syn 40 reused \
	"reused=40 TWRecycled=0 alive=0 expired=0 reset=0 other=0"
one "ended by a RST: reset" reset 40 reset \
	"reset=40 alive=0 expired=0 reused=0 other=0"

setup_ns ns
set_sysctl "$ns" ipv4.tcp_max_tw_buckets 5
in_ns "$ns" twend stay 20 >/dev/null
check "over the limit: exact" assert_exact "$ns"
check "over the limit: refused = TCPTimeWaitOverflow" \
	grew "created=5 alive=5 refused=35 TCPTimeWaitOverflow=35"

setup_ns ns
set_sysctl "$ns" ipv4.tcp_fin_timeout 2
start_hold "$ns" -k v4,v6 fin-wait-2-orphan=10
check "small tcp_fin_timeout: TWKilled, then expired" expires
check "other namespaces did not move" assert_bystander_unmoved
