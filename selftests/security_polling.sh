#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# A plain user who asks for everything in a loop pays for it himself: what is
# counted stays exact, and a connection costs no more. That is measured where a
# nanosecond is an instruction (vm/run --icount); elsewhere it is told, no more.
#
# Kernels: debian; User Mode Linux has no instruction clock, by which a fifth of a
#   percent can be told

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly NOBODY=65534 POLLERS=4 ROUNDS=${ROUNDS:-7} CONNECTIONS=${CONNECTIONS:-200}
# What asking may add, and by how much the rounds of an exact clock may differ.
readonly PERCENT=0.2 SPREAD=1

busy='' pollers=()

start_pollers() {
	local i
	for ((i = 0; i < POLLERS; i++)); do
		start_in "$busy" nice setpriv --reuid="$NOBODY" --regid="$NOBODY" --clear-groups \
			--inh-caps=-all -- polled 2>"$TMP/poller-$i"
		pollers+=("$started_pid")
	done
}

all_poll() {
	local pid
	for pid in "${pollers[@]}"; do
		! is_gone "$pid" || { cat "$TMP"/poller-*; return 1; }
	done
}

# Asked all the time, also while the sockets are compared.
exact_while_polled() {
	await_traffic "$busy" 500
	freeze "$lifecycles_pid"
	all_poll && assert_exact "$busy"
}

stop_pollers() {
	kill -KILL "${pollers[@]}"
	kill -KILL "$lifecycles_pid"
}

# "median-of-first median-of-second spread-of-first", spread in percent, without the
# least and the most: a page that comes from the host meanwhile is no instruction
summary() {
	awk '
	{ first[NR] = $1; second[NR] = $2 }
	function median(v, n,  i, j, t) {
		for (i = 2; i <= n; i++)
			for (j = i; j > 1 && v[j - 1] > v[j]; j--) {
				t = v[j]; v[j] = v[j - 1]; v[j - 1] = t
			}
		return v[int((n + 1) / 2)]
	}
	END {
		m = median(first, NR)
		printf "%d %d %.2f\n", m, median(second, NR), (first[NR - 1] - first[2]) * 100 / m
	}' "$1"
}

costs_no_more() {
	awk -v bare="$1" -v polled="$2" -v percent="$PERCENT" 'BEGIN {
		more = (polled / bare - 1) * 100
		printf "a connection: %d ns, while polled %d ns, %+.2f %%\n", bare, polled, more
		exit more > percent }'
}

need_tcpulse
need_tool setpriv
setpriv --reuid="$NOBODY" --clear-groups -- test -x "$SELFTESTS/traffic/polled" ||
	skip_all "plain users cannot run our programs"
ktap_plan 3
setup_ns busy
start_lifecycles "$busy" -t 4 -n 1000000
start_pollers
check "$POLLERS that ask for everything: exact" exact_while_polled
check "they went on" all_poll
stop_pollers
polled "$ROUNDS" "$CONNECTIONS" >"$TMP/rounds" || die "polled does not run"
read -r bare polled spread < <(summary "$TMP/rounds")
costs_no_more "$bare" "$polled" | ktap_diag
if awk -v spread="$spread" -v most="$SPREAD" 'BEGIN { exit spread > most }'; then
	check "a connection costs no more" costs_no_more "$bare" "$polled"
else
	ktap_skip "a connection costs no more" "this clock is not exact: rounds differ by $spread %"
fi
