#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the scripts of this directory share: where things are, how to read the
# table of kernels, how to complain. It fetches, builds and boots nothing.

# Raise when the layout of unpacked trees changes: old caches are then ignored.
readonly LAYOUT=2

# shellcheck disable=SC2034 # used by those who source this
VM_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
TOP_DIR=${VM_DIR%/selftests/vm}
CACHE=${TCPULSE_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/tcpulse}/v$LAYOUT
# shellcheck disable=SC2034
readonly VM_DIR TOP_DIR CACHE

# As timeout(1) and env(1) have it: 125 is "the tool itself failed".
readonly EX_HARNESS=125

say() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	say "$*"
	exit "$EX_HARNESS"
}

# Read our own header comment: the usage text is written once, at the top.
usage() {
	sed -n '3,/^$/s/^# \{0,1\}//p' "$0"
}

# rows CONDITION: names of those rows for which it holds, as awk has it; the columns
# are $2 to $5
rows() {
	awk "!/^#/ && NF >= 4 && ($1) { print \$1 }" "$VM_DIR/kernels"
}

# As Debian ships them; all others only if asked for by name.
kernels() {
	rows 'NF == 4'
}

# Those that say what a module does wrong.
debug_kernels() {
	# shellcheck disable=SC2016 # for awk
	rows '$5 ~ /(debug|kcsan)[.]config/'
}

# kernel_row KERNEL: "suite package machine options", the last empty for Debian's own
kernel_row() {
	awk -v k="$1" '!/^#/ && NF >= 4 && $1 == k { print $2, $3, $4, $5 == "-" ? "" : $5; n++ }
		       END { exit !n }' "$VM_DIR/kernels" ||
		die "no kernel '$1' in selftests/vm/kernels (have: $(rows 1 | xargs))"
}

# kernel_machine KERNEL: qemu or uml
kernel_machine() {
	local machine
	read -r _ _ machine _ < <(kernel_row "$1") || exit "$EX_HARNESS"
	echo "$machine"
}

# arch_words MACHINE: what kbuild has to be told to build for it
arch_words() {
	[ "$1" != uml ] || echo ARCH=um SUBARCH=x86_64
}

kernel_dir() {
	echo "$CACHE/kernels/$1"
}

host_codename() {
	(. /etc/os-release && echo "${VERSION_CODENAME:-unknown}")
}

# with_lock NAME COMMAND...: one holder at a time; waits, but not for ever.
with_lock() {
	local name=$1 fd status
	shift
	mkdir -p "$CACHE/locks"
	exec {fd}>"$CACHE/locks/$name"
	flock -n "$fd" || { say "waiting for another run ($name)" &&
		flock -w 900 "$fd"; } || die "gave up waiting for $name"
	"$@"
	status=$?
	exec {fd}>&-
	return "$status"
}

# use_shared NAME: nobody replaces NAME while this process or its children live.
use_shared() {
	mkdir -p "$CACHE/locks"
	exec {use_fd}>"$CACHE/locks/use-$1"
	flock -s -w 900 "$use_fd" || die "gave up waiting for $1"
}
