# SPDX-License-Identifier: GPL-2.0
# broken: values after a wrong one are set
# file: kmod/netlink_tune.c
# test: netlink_tune
# kernel: uml
/^static int tcpulse_nl_add_params/,/^}/ s/^\t\t\treturn err;/\t\t\tcontinue;/
