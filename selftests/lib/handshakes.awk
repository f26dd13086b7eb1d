# SPDX-License-Identifier: GPL-2.0
# How long handshakes took in what tcpdump prints (-r FILE -nn -tt -S tcp), a line
# each: "FAMILY US". With -v side=active from SYN to SYN-ACK, as the client's link
# shows it, with passive from SYN-ACK to the first ACK, as the server's does. A SYN may
# be sent again in the moment in which its answer comes, and is answered once more: that
# is no second handshake. One of the same ports with another sequence number is: where
# segments overtake each other, a RST may end TIME-WAIT, and the ports are used again.
#
# Of what was sent again TCP takes the time from the timestamps, which are whole ms, and
# may tell one less: so much less is shown.

BEGIN {
	begin_flags = side == "active" ? "^\\[S[EW]*\\],$" : "^\\[S\\.[EW]*\\],$"
	end_flags = side == "active" ? "^\\[S\\.[EW]*\\],$" : "\\."
}

$6 == "Flags" {
	flags = $7
	family = $2 == "IP6" ? "inet6" : "inet"
	to = $5
	sub(/:$/, "", to)
	if (flags ~ begin_flags && ended[$3, to] != $9) {
		again[$3, to] = ($3, to) in began && first[$3, to] == $9
		began[$3, to] = $1
		first[$3, to] = $9
	} else if ((to, $3) in began && flags ~ end_flags) {
		us = ($1 - began[to, $3]) * 1e6 - (again[to, $3] ? 1000 : 0)
		printf "%s %d\n", family, (us > 0 ? us : 0)
		delete began[to, $3]
		ended[to, $3] = first[to, $3]
	}
}
