# SPDX-License-Identifier: GPL-2.0
# broken: a child is born where its listener listens, and else has left its state
# file: kmod/transition.h
# test: kunit.sh
# kernel: uml
# build: TCPULSE_KUNIT=m
# fails: transition
s/return to == TCP_SYN_RECV && sk_unhashed\(sk\);/return to == TCP_SYN_RECV \&\& sk->sk_state == TCP_LISTEN;/
