# SPDX-License-Identifier: GPL-2.0
# How long handshakes took in what tcpdump prints (-r FILE -nn -tt -S tcp), in
# buckets of powers of two: "FAMILY FROM_US count". With -v side=active from SYN
# to SYN-ACK, as the client's link shows it, with passive from SYN-ACK to the
# first ACK, as the server's does.

function bucket(us,    from)
{
	from = us < 32 ? 0 : 32
	while (from && from * 2 <= us)
		from *= 2
	return from
}

BEGIN {
	begin_flags = side == "active" ? "^\\[S[EW]*\\],$" : "^\\[S\\.[EW]*\\],$"
	end_flags = side == "active" ? "^\\[S\\.[EW]*\\],$" : "\\."
}

$6 == "Flags" {
	flags = $7
	family = $2 == "IP6" ? "inet6" : "inet"
	to = $5
	sub(/:$/, "", to)
	if (flags ~ begin_flags) {
		began[$3, to] = $1
	} else if ((to, $3) in began && flags ~ end_flags) {
		n[family " " bucket(($1 - began[to, $3]) * 1e6)]++
		delete began[to, $3]
	}
}

END {
	for (i in n)
		print i, n[i]
}
