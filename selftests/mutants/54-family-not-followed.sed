# SPDX-License-Identifier: GPL-2.0
# broken: who changes over from IPv6 to IPv4 is not looked for
# file: kmod/addrform.c
# test: states_owners.sh
# kernel: uml
# fails: IPV6_ADDRFORM: followed
s/smp_store_release\(&tcpulse_addrform_started, true\);/;/
