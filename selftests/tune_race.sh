#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Changes at the same time. Two parameters that are set together are never seen
# apart, by nobody, however many set them; and a change that is confirmed in the
# moment it expires ends as one of these, values, history and answer alike.
#
# Kernels: each; values are changed in place, where each kernel has them
# CPUs: parallel; writers and readers of a pair meet on different CPUs, and so do a
#   confirmation and its timer

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly SETS=${SETS:-1000} NAMESPACES=${NAMESPACES:-8} ROUNDS=${ROUNDS:-5}
ns=''

pairs_are_never_mixed() {
	within 60 nsenter --net="/run/netns/$ns" -- setpairs -w 4 -r 2 -n "$SETS" >"$TMP/pairs" 2>&1 || {
		cat "$TMP/pairs"
		return 1
	}
	awk '$1 == "sets" && $4 >= 20 { ok = 1 } END { exit !ok }' "$TMP/pairs" || {
		echo "hardly anybody has read: $(<"$TMP/pairs")"
		return 1
	}
}

# Two rows a transaction, with the same numbers, one after the other; the first
# transaction is the one that made both the same.
history_has_pairs() {
	tcpulse_get -N "$ns" changes >"$TMP/changes" || return
	awk -v all=$((2 * SETS + 2)) '
	function value(key,	i) {
		for (i = 1; i <= NF; i++)
			if (index($i, key "=") == 1)
				return substr($i, length(key) + 2)
	}
	function wrong(what) {
		print what ": " before; print "and: " $0
		bad = 1
	}
	{
		sequence = value("sequence"); transaction = value("transaction")
		old = value("old"); new = value("new")
		if (NR > 1 && sequence != s + 1)
			wrong("a gap")
		if (NR % 2 == 0 && (transaction != t || new != n || t > 1 && old != o))
			wrong("no pair")
		if (NR % 2 == 1 && transaction == t)
			wrong("more than two of a transaction")
		s = sequence; t = transaction; n = new; o = old; before = $0
	}
	END {
		if (NR != (all < 256 ? all : 256) || s != all)
			wrong("rows: " NR)
		exit bad
	}' "$TMP/changes"
}

confirmed_or_expired() {
	within 120 lateconfirm -p "$NAMESPACES" -n "$ROUNDS" >"$TMP/late" 2>&1 || {
		cat "$TMP/late"
		return 1
	}
}

# Else nothing was tried.
both_have_happened() {
	awk '$1 == "confirmed" && $2 && $4 { ok = 1 } END { exit !ok }' "$TMP/late" ||
		{ cat "$TMP/late"; return 1; }
}

need_tcpulse
ktap_plan 5
mark_log
setup_ns ns
# its pair, before anybody reads
in_ns "$ns" tcpulse_set tcp_fin_timeout=999 tcp_keepalive_intvl=999 >/dev/null
check "4 writers of pairs, $SETS sets: no pair is mixed" pairs_are_never_mixed
ktap_diag <"$TMP/pairs"
check "the history has pairs, without a gap" history_has_pairs
check "confirmed as it expires: one of both" confirmed_or_expired
ktap_diag <"$TMP/late"
check "both have happened" both_have_happened
check "the kernel has nothing to say" assert_no_splat
