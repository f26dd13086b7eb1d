# SPDX-License-Identifier: GPL-2.0
# broken: the history of a namespace is not freed
# file: kmod/tune.c
# test: module_kmemleak.sh
# kernel: 6.1-debug
# fails: nothing is lost|new suspected memory leaks
s/^\ttcpulse_history_free\(&tuning->history\);/\tINIT_LIST_HEAD(\&tuning->history);/
