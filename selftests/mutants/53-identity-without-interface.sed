# SPDX-License-Identifier: GPL-2.0
# broken: a socket bound to a device is taken for the successor of one that is not
# file: kmod/ehash.h
# test: states_owners.sh
# kernel: uml
# fails: two that differ by their interface
/sk->sk_bound_dev_if == old->sk_bound_dev_if &&/d
