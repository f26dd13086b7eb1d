#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Sockets held in every state at once, in the middle of their lives: request
# socks and full sockets in SYN-RECV, full sockets and minisocks in
# FIN-WAIT-2, CLOSING, LAST-ACK, orphans. The populations are those that were
# made, and those that ss shows. Then all go on to their ends, and still are.
#
# Kernels: each; populations are compared with ss, and request socks and minisocks
#   are each kernel's own

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly EVERY="listen=1 estab=3 syn-sent=2 syn-recv=4 syn-recv-full=2 \
	fin-wait-1=2 fin-wait-1-orphan=1 fin-wait-2=2 fin-wait-2-orphan=3 \
	last-ack=2 closing=2 time-wait=4"
readonly STATES="LISTEN SYN-SENT SYN-RECV ESTAB FIN-WAIT-1 FIN-WAIT-2 \
	TIME-WAIT CLOSE-WAIT LAST-ACK CLOSING"

ns=''

need_tcpulse
ktap_plan 4
start_bystander
setup_ns ns

# shellcheck disable=SC2086 # a list
start_hold "$ns" $EVERY
present=$STATES check "held: populations are those made and those of ss" \
	assert_exact "$ns" "$TMP/$ns/made"
unmute_hold "$ns" || die "hold does not answer"
present="LISTEN ESTAB TIME-WAIT" \
	check "going on: populations equal ss" assert_exact "$ns"
release_hold "$ns"
present=TIME-WAIT check "let go: populations equal ss" assert_exact "$ns"
check "other namespaces did not move" assert_bystander_unmoved
