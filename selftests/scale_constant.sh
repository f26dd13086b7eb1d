#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Asking for the populations takes as long with SOCKETS sockets as with ten:
# it grows by 20 % at most. ss -tan is shown beside it.
#
# Kernels: any; the module answers from counters of its own, which no kernel makes
#   longer or shorter

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly SOCKETS=${SOCKETS:-60000}
few='' many=''

say_ss() {
	echo "# ss -tan: $((ss_us / 1000)) ms for $(wc -l <"$TMP/$1/ss") sockets"
}

# start_many NS N
start_many() {
	mkfifo "$TMP/$1/stdin"
	start_in "$1" manysocks -n "$2" <>"$TMP/$1/stdin" >"$TMP/$1/many" 2>&1
	many_pid=$started_pid
	busywait 100 grep -q ready "$TMP/$1/many" ||
		skip_all "cannot open $2 sockets: $(<"$TMP/$1/many")"
}

need_tcpulse
ktap_plan 4
setup_ns few many
start_many "$few" 10
start_many "$many" "$SOCKETS"
check "few: populations equal ss" assert_exact "$few"
say_ss "$few"
present=ESTAB check "many: populations equal ss" assert_exact "$many"
say_ss "$many"
time_both "$few" "$many"
echo "# state-get: $few_ns ns with 10 sockets, $many_ns ns with $SOCKETS"
check "a reading takes as long as with ten sockets" takes_as_long
kill -KILL "$many_pid"
busywait 60 is_gone "$many_pid"
check "all gone: exact" assert_exact "$many"
