# SPDX-License-Identifier: GPL-2.0
# broken: who a program has picked is looked up as if there were none
# file: kmod/blame.c
# test: listeners_blamed.sh
# kernel: uml
# fails: a program picks one of a group
s/if \(excess <= 0\)/if (0)/
s/\(given \|\| rcu_access_pointer\(group->prog\)\)/(given)/
