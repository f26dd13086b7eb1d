#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# segments_capture.sh on a path that loses 8 % both ways, delays, doubles and
# reorders: segments are sent again, and not all that leave arrive.
#
# Kernels: source; the kernel decides what is sent again, and its tracepoints tell of
#   it differently
# Older: one; half a minute of CPU; states_nginx_loss loses segments on both

# shellcheck disable=SC2034 # for the script sourced
path="delay 8ms 4ms reorder 5% duplicate 2% loss 8%"
# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/segments_capture.sh"
