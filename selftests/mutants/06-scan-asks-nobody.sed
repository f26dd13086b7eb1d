# SPDX-License-Identifier: GPL-2.0
# broken: the scan at load counts also what an event has counted
# file: kmod/known.c
# test: module_adopt.sh
# kernel: uml
/^bool tcpulse_known_found/,/^}/ s/!tcpulse_known_find\(bucket, sk\) &&/true \&\&/
