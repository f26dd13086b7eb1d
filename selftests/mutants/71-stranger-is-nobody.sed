# SPDX-License-Identifier: GPL-2.0
# broken: who has no number where it is asked has the one of nobody
# file: kmod/netlink_change.c
# test: hostile_uids.sh
# kernel: uml
# fails: in the container that was none of its users
s/from_kuid\(reader->user_ns/from_kuid_munged(reader->user_ns/
