# SPDX-License-Identifier: GPL-2.0
# broken: a connection that is closed before its handshake is done is no handshake
# file: kmod/state.c
# test: segments_handshake.sh
# kernel: uml
# fails: loopback, all ways to open
/\[TCP_SYN_RECV\]\[TCP_FIN_WAIT1\]/d
