# SPDX-License-Identifier: GPL-2.0
# broken: unloading leaves netlink to answer for namespaces that are not set up any more
# file: kmod/main.c
# test: stress_steps.sh
# kernel: uml
# build: TCPULSE_STEP_MS=20
/^static void __exit tcpulse_main_exit/,/^}/ {
	/^\ttcpulse_netlink_exit/d
	s/^\ttcpulse_pernet_exit\(\);/&\n\ttcpulse_main_step();\n\ttcpulse_netlink_exit();/
}
