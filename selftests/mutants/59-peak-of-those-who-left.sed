# SPDX-License-Identifier: GPL-2.0
# broken: who changed over within a second counts in the peak of IPv6
# file: kmod/peak.c
# test: states_owners.sh
# kernel: uml
# fails: IPV6_ADDRFORM: never more than there were
s/tcpulse_peak_turned\(counts, state\);/0;/
