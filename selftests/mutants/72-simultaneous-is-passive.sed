# SPDX-License-Identifier: GPL-2.0
# broken: two that connect at once, or one with itself, are passive opens
# file: kmod/handshake.h
# test: segments_handshake.sh
# kernel: uml
# fails: loopback, all ways to open
s/unlikely\(owner\) \&\& /0 \&\& /
