# SPDX-License-Identifier: GPL-2.0
# Counts the segments of handshake and close in what tcpdump prints (-r FILE -nn
# -t -S), as a host with the addresses -v own="ADDRESS..." sends and gets them,
# retransmissions by their sequence number: "FAMILY NAME count", all names, as
# "tcpulse_get segments" has them. A segment of a host to itself is both.

function count(name)
{
	n[family, name]++
}

function host(endpoint)
{
	sub(/\.[0-9]+:?$/, "", endpoint)
	return endpoint
}

function is_own(endpoint)
{
	return index(" " own " ", " " host(endpoint) " ")
}

function count_way(way)
{
	if (flags ~ /S/)
		count((flags ~ /\./ ? "syn-ack-" : "syn-") way)
	if (flags ~ /S/ && flags !~ /\./ && length_ > 0)
		count("syn-data-" way)
	if (flags ~ /F/)
		count("fin-" way)
	if (flags ~ /R/)
		count("rst-" way)
}

function count_again(    kind)
{
	kind = flags ~ /\./ ? "syn-ack" : "syn"
	if ((kind, $2, $4, seq) in sent)
		count(kind "-retrans")
	sent[kind, $2, $4, seq]
}

BEGIN {
	split("syn-in syn-out syn-ack-in syn-ack-out fin-in fin-out rst-in rst-out " \
	      "syn-data-in syn-data-out syn-retrans syn-ack-retrans", names, " ")
}

$5 == "Flags" && match($0, /, length [0-9]+/) {
	family = $1 == "IP6" ? "inet6" : "inet"
	flags = $6
	length_ = substr($0, RSTART + 9, RLENGTH - 9) + 0
	seq = match($0, / seq [0-9]+/) ? substr($0, RSTART + 5, RLENGTH - 5) : ""
	if (is_own($2)) {
		count_way("out")
		if (flags ~ /S/)
			count_again()
	}
	if (is_own($4))
		count_way("in")
}

END {
	for (i = 1; i in names; i++) {
		print "inet", names[i], n["inet", names[i]] + 0
		print "inet6", names[i], n["inet6", names[i]] + 0
	}
}
