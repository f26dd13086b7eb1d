# SPDX-License-Identifier: GPL-2.0
# How long handshakes took in what tcpdump prints (-r FILE -nn -tt -S tcp), a line
# each: "FAMILY US". With -v side=active from SYN to SYN-ACK, as the client's link
# shows it, with passive from SYN-ACK to the first ACK, as the server's does. A SYN may
# be sent again in the moment in which its answer comes, and is answered once more: that
# is no second handshake.

BEGIN {
	begin_flags = side == "active" ? "^\\[S[EW]*\\],$" : "^\\[S\\.[EW]*\\],$"
	end_flags = side == "active" ? "^\\[S\\.[EW]*\\],$" : "\\."
}

$6 == "Flags" {
	flags = $7
	family = $2 == "IP6" ? "inet6" : "inet"
	to = $5
	sub(/:$/, "", to)
	if (flags ~ begin_flags && !(($3, to) in ended)) {
		began[$3, to] = $1
	} else if ((to, $3) in began && flags ~ end_flags) {
		printf "%s %d\n", family, ($1 - began[to, $3]) * 1e6
		delete began[to, $3]
		ended[to, $3]
	}
}
