#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What became of SYN cookies is told in numbers, not in comfort: clients that are
# answered with one, whose last ACK arrives for some and is lost for others, who believe
# to be connected. Sent and valid are the kernel's own numbers, and how many of the
# clients are there for the server.
#
#   a: clients ------- veth -------> b: server that says nothing
#
# Kernels: any; the tool tells of numbers that listeners_blamed and listeners_synflood
#   compare with each kernel's

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/listeners.sh"

readonly COME=6 LOST=4
a='' b=''

# connect_some N: so many believe to be connected, and stay
connect_some() {
	start_overload "$a" "clients-$1" hold -w -n "$1" "192.0.2.2,$load_port"
}

lose_acks() {
	in_ns "$a" nft -f - <<-EOF || skip_all "no nftables"
		table ip lose {
			chain out {
				type filter hook output priority 0
				tcp dport $load_port tcp flags & (syn | ack | fin | rst) == ack drop
			}
		}
	EOF
}

note() {
	"$cli" -N "$b" listeners | grep 'SYNs so far'
}

# says SENT VALID NOT
says() {
	local want="$1 SYNs so far and net.ipv4.tcp_syncookies is 2: $1 cookies sent, $2 came back valid$3; 0 ACKs with a wrong or too old one"
	note >"$TMP/note"
	[ "$(<"$TMP/note")" = "$want" ] || { cat "$TMP/note" && echo "not: $want" && return 1; }
}

# the kernel's count, and ss's on the server's side
is_true() {
	in_ns "$b" nstat -asz TcpExtSyncookiesSent TcpExtSyncookiesRecv >"$TMP/nstat" || return
	awk -v sent="$1" -v valid="$2" '
		$1 == "TcpExtSyncookiesSent" { bad += $2 != sent }
		$1 == "TcpExtSyncookiesRecv" { bad += $2 != valid }
		END { exit bad }' "$TMP/nstat" || { cat "$TMP/nstat" && return 1; }
	[ "$(in_ns "$b" ss -Htn state established | wc -l)" -eq "$2" ] &&
		[ "$(in_ns "$a" ss -Htn state established | wc -l)" -eq "$1" ]
}

json_is_the_same() {
	"$cli" -N "$b" -j listeners | jq -e --arg text "$(note)" '
		.findings | any(.id == "cookies_always" and .severity == "note" and .text == $text)' \
		>/dev/null
}

need_listeners
need_cli
need_tool nft jq ss
ktap_plan 4
setup_ns a
setup_ns b
setup_veth "$a" "$b"
set_sysctl "$b" ipv4.tcp_syncookies 2
start_overload "$b" serve serve -a 0 "v4,$load_port,64"

connect_some "$COME"
check "all came back: so it says" eval "says $COME $COME '' && is_true $COME $COME"
lose_acks
connect_some "$LOST"
check "those that did not are counted" says $((COME + LOST)) "$COME" ", $LOST did not"
check "so says the kernel, and so do both ends" is_true $((COME + LOST)) "$COME"
check "JSON has the same sentence" json_is_the_same
