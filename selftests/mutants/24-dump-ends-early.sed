# SPDX-License-Identifier: GPL-2.0
# broken: a dump that pauses ends there
# file: kmod/netlink_listener.c
# test: security_bounded.sh
# kernel: uml
# fails: goes on
/^int tcpulse_nl_listener_get_dumpit/,/^}/ s/(cb->args\[1\] = tcpulse_nl_dump_some\(.*\));/\1 || ls;/
