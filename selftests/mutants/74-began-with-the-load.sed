# SPDX-License-Identifier: GPL-2.0
# broken: all namespaces of one load are said to have begun together
# file: kmod/netlink.c
# test: netlink_read
# kernel: uml
# fails: all_replies_are_of_the_same_counts
s/return div_u64\(tn->started, NSEC_PER_USEC\)/return 1/
