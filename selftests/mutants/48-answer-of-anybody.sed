# SPDX-License-Identifier: GPL-2.0
# broken: an answer is taken by the next RST of that connection, whenever it comes
# file: kmod/answer.c
# test: lookalikes.sh
# kernel: 6.1
# fails: a RST that had no route
s/^(\tif \(!tcpulse_answer_is_of\(answer, net, tuple\)) \|\|$/\1 || 0 \&\&/
