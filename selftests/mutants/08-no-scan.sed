# SPDX-License-Identifier: GPL-2.0
# broken: what has no event while the module is loaded is not adopted
# file: kmod/baseline.c
# test: module_adopt.sh
# kernel: uml
# fails: adopted
/^int tcpulse_baseline_scan/,/^}/ s/^\ttcpulse_baseline_scan_tables\(\);/\tif (tcpulse_baseline_ns)\n&/
