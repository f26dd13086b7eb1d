#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What one event leaves for the next is not taken by another that looks the same, on the
# same CPU: a RST that a namespace sent whose segments are not counted, by the RST of
# another namespace; one that had no route, by the next of that connection; a minisock
# that ss -K ended, by the next segment with its ports, from elsewhere or not.
#
# Kernels: source; what may be taken for what is the module's own, and what a RST's
#   tracepoint says differs

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/segments.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/steps.sh"

ns='' other='' peer=''

# resets_are NS STATE N: those are all
resets_are() {
	tcpulse_get -N "$1" segments >"$TMP/segments" || return
	awk -v state="reset:$2" -v n="$3" '
		$2 == state { of += $3 }
		$2 == "rst-out" { all += $3 }
		END {
			if (of == n && all == n)
				exit 0
			print "rst-out " all ", " state " " of ", not " n
			while ((getline < FILENAME) > 0)
				if (/reset:/ && $NF)
					print
			exit 1
		}' "$TMP/segments"
}

# --- RSTs ------------------------------------------------------------------------------

# The same ports, the same CPU, the same host: another namespace.
foreign_reset() {
	start_step far "$other" -k "$1" -p 5000 -q 40000
	start_step near "$ns" -k "$1" -p 40000 -q 5000
	order far listen connect accept "deafen c" "say s" || return
	[ "$(out_rsts "$other")" -eq 1 ] || { echo "OutRsts $(out_rsts "$other") there"; return 1; }
	order near connect || return
	[ "$(out_rsts "$ns")" -eq 1 ] || { echo "OutRsts $(out_rsts "$ns") here"; return 1; }
	resets_are "$ns" CLOSED 1
}

# The socket has answered, whatever became of that.
has_answered() {
	[ -z "$(in_ns "$ns" ss -H -tan state fin-wait-2)" ]
}

has_been_answered() {
	[ -z "$(in_ns "$peer" ss -H -tan state close-wait)" ]
}

# A full socket answers and is gone; its peer asks again, when there is a way back.
unsent_reset() {
	export TRAFFIC_ADDRESS4=192.0.2.1 TRAFFIC_ADDRESS6=2001:db8::1
	start_step server "$ns" -k "$1" -p 8080
	start_step client "$peer" -k "$1" -p 8080
	unset TRAFFIC_ADDRESS4 TRAFFIC_ADDRESS6
	order server listen && order client connect && order server accept "close l" "orphan s" || return
	ip -n "$ns" "${2:--4}" rule add pref 10 ipproto tcp sport 8080 unreachable || return
	order client "say c"
	busywait 20 has_answered || { echo "no answer was tried"; return 1; }
	ip -n "$ns" "${2:--4}" rule del pref 10
	busywait 60 has_been_answered || { echo "nobody asked again"; return 1; }
	resets_are "$ns" CLOSED 1
}

# --- minisocks -----------------------------------------------------------------------------

# alive, reset, reused, other
ended_are() {
	local row
	row=$(tcpulse_get -N "$ns" time-wait | cut -d' ' -f1,6-8)
	[ "$row" = "$*" ] || { echo "alive, reset, reused, other: $row, not $*"; return 1; }
}

is_there() {
	in_ns "$ns" ss -H -tan state "$1" | grep -q .
}

killed() {
	# the ACK of a FIN may be on its way yet
	busywait 10 is_there "$1" || { echo "nothing is in $1"; return 1; }
	in_ns "$ns" taskset -c 0 ss -K -tan state "$1" >"$TMP/killed" 2>&1
	! is_there "$1"
}

# Whose end ss -K was, is not known to be another's: another connection's, or the next one's.
killed_time_wait() {
	start_step first "$ns" -k v4 -p 8080 -q 5555
	TRAFFIC_ADDRESS4=127.0.0.2 start_step second "$ns" -k v4 -p 8080 -q 5555
	order first listen connect accept "close s" "close c" || return
	killed time-wait || return
	ended_are 0 0 0 1 || return
	order second listen connect accept "abort c" "close s" || return
	ended_are 0 0 0 1 || return
	order first connect accept "abort c" "close s" || return
	ended_are 0 0 0 1 && assert_exact "$ns"
}

killed_fin_wait_2() {
	start_step half "$ns" -k v4 -p 8081 -q 5556
	order half listen connect accept "close s" || return
	killed fin-wait-2 || return
	ended_are 0 0 0 1 || return
	order half "close c" || return
	ended_are 0 0 0 1 && assert_exact "$ns"
}

need_tcpulse
ktap_plan 6
for family in v4 v6; do
	setup_ns ns other
	count_segments "$ns"
	tcpulse_get -N "$other" segments-set 0 || die "cannot stop counting segments"
	check "$family: a RST of another namespace" foreign_reset "$family"
done
for family in v4 v6; do
	setup_ns ns peer
	setup_veth "$ns" "$peer"
	count_segments "$ns"
	check "$family: a RST that had no route" unsent_reset "$family" "-${family#v}"
done
setup_ns ns
check "TIME-WAIT ended by ss -K, and its ports again" killed_time_wait
setup_ns ns
check "FIN-WAIT-2 ended by ss -K, and the peer's FIN" killed_fin_wait_2
