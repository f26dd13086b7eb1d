# SPDX-License-Identifier: GPL-2.0
# broken: records of listeners are charged by force, and cleared away once a second only
# file: kmod/listener.c
# test: security_memcg.sh
# kernel: 6.12
# run: --single --expedited
# fails: bounds what its processes|Call Trace|oom
s/^(#define TCPULSE_LISTENER_GFP \()GFP_NOWAIT/\1GFP_ATOMIC/
s/schedule_work\(&ls->work\)/ls->generation++/
