# SPDX-License-Identifier: GPL-2.0
# broken: unloading leaves the probes attached to their tracepoints
# file: kmod/probe.c
# test: module_reload.sh
# kernel: 6.12
/^void tcpulse_probe_detach/,/^}/ s/tracepoint_probe_unregister\(.*\);/(void)probe;/
