#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# One connection, step by step: after each order the populations and the
# transitions are exactly those that RFC 9293 and the order imply, for IPv4,
# IPv6, IPv4 through AF_INET6 sockets, and an AF_INET client of an AF_INET6
# server; and equal to ss and the kernel's counters.
#
#   client c --- lo --- listener l, server s	(one namespace)
#
# Kernels: each; kernels differ in the tracepoints that a connection passes

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/steps.sh"

# What an order adds: transitions of the client's (c:) and the server's family
# (s:). Populations follow from them and are checked beside.
readonly STEPS='
listen		s:CLOSED>LISTEN
connect		c:CLOSED>SYN-SENT c:SYN-SENT>ESTAB s:LISTEN>SYN-RECV s:SYN-RECV>ESTAB
accept
shut c		c:ESTAB>FIN-WAIT-1 c:FIN-WAIT-1>FIN-WAIT-2 s:ESTAB>CLOSE-WAIT
shut s		s:CLOSE-WAIT>LAST-ACK s:LAST-ACK>CLOSED c:FIN-WAIT-2>TIME-WAIT
close c
close s
connect		c:CLOSED>SYN-SENT c:SYN-SENT>ESTAB s:LISTEN>SYN-RECV s:SYN-RECV>ESTAB
accept
close s		s:ESTAB>FIN-WAIT-1 s:FIN-WAIT-1>FIN-WAIT-2 c:ESTAB>CLOSE-WAIT
close c		c:CLOSE-WAIT>LAST-ACK c:LAST-ACK>CLOSED s:FIN-WAIT-2>TIME-WAIT
connect		c:CLOSED>SYN-SENT c:SYN-SENT>ESTAB s:LISTEN>SYN-RECV s:SYN-RECV>ESTAB
accept
abort c		c:ESTAB>CLOSED s:ESTAB>CLOSED
close s
close l		s:LISTEN>CLOSED
'

ns=''

# walk NAME: give every order; a reading before the first and after each, numbered.
walk() {
	local step n=10
	tcpulse_get -N "$ns" all >"$TMP/$ns/step$n" || return
	while IFS=$'\t' read -r step _; do
		[ -n "$step" ] || continue
		order "$1" "$step" || return
		n=$((n + 1))
		tcpulse_get -N "$ns" all >"$TMP/$ns/step$n" || return
	done <<<"$STEPS"
}

# What is new in each reading is what the order implies, no more and no less,
# and the populations are what has entered and not left.
transitions_are_implied() {
	awk -F '\t' -v c="$client" -v s="$server" '
	BEGIN { family["c"] = c; family["s"] = s }
	NR == FNR {
		if ($1 == "")
			next
		step[++steps] = $1
		n = split($NF, t, " ")
		for (i = 1; i <= n; i++)
			if (t[i] ~ /^[cs]:/)
				implied[steps, family[substr(t[i], 1, 1)] ":" substr(t[i], 3)]++
		next
	}
	FNR == 1 { reading++ }
	{ split($0, f, " ") }
	f[1] == "state" && f[4] != f[8] - f[9] {
		print "after " step[reading - 1] ": " $0
		bad = 1
	}
	f[1] == "transition" {
		edge = f[2] ":" f[3] ">" f[4]
		taken[reading, edge] += f[6]
		edges[edge] = 1
	}
	END {
		if (reading != steps + 1)
			exit 1
		for (i = 1; i <= steps; i++) {
			for (edge in edges) {
				n = taken[i + 1, edge] - taken[i, edge]
				if (n == implied[i, edge] + 0)
					continue
				print "at " step[i] ": " edge " " n " times, not " implied[i, edge] + 0
				bad = 1
			}
		}
		exit bad
	}' <(echo "$STEPS") "$TMP/$ns"/step*
}

# one KIND CLIENT-FAMILY SERVER-FAMILY
one() {
	client=$2 server=$3
	setup_ns ns
	start_step "$1" "$ns" -k "$1"
	walk "$1" || die "$1: step does not work"
	check "$1: every step has its transitions" transitions_are_implied
	present='' check "$1: exact at the end" assert_exact "$ns"
}

all_hooks_attached() {
	awk '$1 == "hook" { n++; if ($3 != 1) { print; bad = 1 } }
	     END { if (!n) print "no hooks"; exit bad || !n }' "$TMP/info"
}

need_tcpulse
ktap_plan 10
start_bystander
check "all tracepoints are attached" all_hooks_attached
one v4 inet inet
one v6 inet6 inet6
one mapped inet6 inet6
one dual inet inet6
check "other namespaces did not move" assert_bystander_unmoved
