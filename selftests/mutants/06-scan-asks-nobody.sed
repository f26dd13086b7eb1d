# SPDX-License-Identifier: GPL-2.0
# broken: the scan at load counts also what an event has counted
# file: kmod/baseline.c
# test: module_adopt.sh
# kernel: uml
/^static bool tcpulse_baseline_scan_one/,/^}/ s/!tcpulse_known_find\(bucket, sk\) &&/true \&\&/
