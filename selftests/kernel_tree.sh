#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# In a kernel tree, as tools/testing/selftests/tcpulse, these are one more
# target of kselftest: built by the tree's lib.mk, run by its runner, which says
# ok of each.
#
# Kernels: any; kselftest's build and runner are what is tested

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly SOME="states_held.sh netlink_read"
# Built there, in the tree; the rest comes as it is: compilers are slow in
# virtual machines.
readonly BUILT="client/tcpulse_get" COPIED="netlink_read traffic/hold"

find_sources() {
	[ ! -e "$SELFTESTS/../lib.mk" ] || skip_all "we are in a kernel tree already"
	tree=$("$SELFTESTS/vm/fetch" --path kselftest 2>/dev/null) || skip_all "no kernel tree"
	uapi=$SELFTESTS/../include/uapi/linux/tcpulse.h
	[ -f "$uapi" ] || skip_all "no $uapi"
}

# What a kernel tree would hold: the sources, and the header where
# "make headers" puts it.
plant() {
	local file dir=$TMP/linux/tools/testing/selftests
	mkdir -p "$dir/tcpulse" "$TMP/linux/usr/include/linux"
	(cd "$tree/tools/testing/selftests" && cp -r lib.mk kselftest kselftest*.h "$dir/")
	cp "$uapi" "$TMP/linux/usr/include/linux/"
	(cd "$SELFTESTS" && cp -r Makefile config settings lib ./*.sh ./*.c "$dir/tcpulse/")
	mkdir "$dir/tcpulse"/{client,traffic}
	cp "$SELFTESTS"/client/*.[ch] "$dir/tcpulse/client/"
	cp "$SELFTESTS"/traffic/*.[ch] "$dir/tcpulse/traffic/"
	target=$dir/tcpulse
	for file in $COPIED; do
		cp "$SELFTESTS/$file" "$target/$file"
	done
}

# As tools/testing/selftests/Makefile calls each of its targets.
in_tree() {
	env -u KSFT -u KHDR_INCLUDES -u MAKELEVEL -u MAKEFLAGS -u OUTPUT -u PART \
		make -C "$target" "$@" >"$TMP/make" 2>&1 || { tail -n 30 "$TMP/make"; return 1; }
}

builds() {
	in_tree TEST_GEN_PROGS= TEST_GEN_FILES="$target/$BUILT" all && [ -x "$target/$BUILT" ]
}

runs() {
	local name
	in_tree TEST_PROGS=states_held.sh TEST_GEN_PROGS="$target/netlink_read" \
		TEST_GEN_FILES="$target/$BUILT $target/traffic/hold" run_tests || return
	for name in $SOME; do
		grep -qE "^ok [0-9]+ selftests: .*tcpulse: $name\$" "$TMP/make" || {
			echo "$name is not ok"
			tail -n 60 "$TMP/make"
			return 1
		}
	done
}

need_tcpulse
need_tool make gcc
find_sources
ktap_plan 2
plant
check "builds in a kernel tree" builds
check "runs in a kernel tree" runs
