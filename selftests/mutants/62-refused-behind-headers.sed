# SPDX-License-Identifier: GPL-2.0
# broken: what IPv6 refuses for an extension header is counted as received
# file: kmod/segment.c
# test: segments_foreign.sh
# kernel: uml
# fails: behind extension headers
s/received->payload, -1\);/received->payload, 0);/
