#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Usage: trial.sh SEED
#
# One trial, to see again what it found: of the seed alone it draws hosts,
# settings of TCP, what the network does to packets, listeners, and some hundred
# steps of connections at both ends; at rests in between and at the end every
# number of the module is compared with the kernel's. trials.sh does many.
#
# Kernels: each; every number is compared with the kernel's

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly seed=${1:?usage: trial.sh SEED}

need_tcpulse
need_cli
export TCPULSE=$cli
PATH=$SELFTESTS/trial:$PATH
[ -x "$SELFTESTS/trial/tcptrial" ] || skip_all "not built: make -C selftests/trial"

ktap_plan 2
mark_log
check "seed $seed: every number is the kernel's" tcptrial "$seed"
tcptrial -d "$seed" | ktap_diag
check "seed $seed: no message of the kernel" assert_no_splat
