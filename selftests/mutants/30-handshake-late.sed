# SPDX-License-Identifier: GPL-2.0
# broken: handshakes are counted as if they took a sixteenth longer
# file: kmod/handshake.h
# test: segments_handshake.sh
# kernel: uml
# fails: as measured
s/tcpulse_handshake_slot\(us\) :/tcpulse_handshake_slot(us + us \/ 16) :/
