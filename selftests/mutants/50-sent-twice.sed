# SPDX-License-Identifier: GPL-2.0
# broken: what leaves by a VRF is counted at both of its hooks
# file: kmod/sent.c
# test: segments_foreign.sh
# kernel: uml
# fails: in a VRF
s/return state->out && netif_is_l3_slave\(state->out\) &&/return 0 \&\&/
