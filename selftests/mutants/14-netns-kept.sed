# SPDX-License-Identifier: GPL-2.0
# broken: a namespace that was counted never ends
# file: kmod/tune.c
# test: netns_leak.sh
# kernel: uml
s/tuning->net = net;/tuning->net = get_net(net);/
