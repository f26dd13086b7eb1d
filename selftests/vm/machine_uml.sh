#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154,SC2034 # what run sets, and what it uses
# Knows how a guest is a program: User Mode Linux, with the host's files over hostfs.
# Sourced by run, as machine_qemu.sh is.

machine_check() {
	[ -z "$icount" ] || die "--icount: User Mode Linux has no instruction clock; -k 6.12 has"
	[ "$accel" != kvm ] || die "--accel kvm: User Mode Linux runs on the host's own CPU"
}

machine_needs() {
	:
}

# A file of the host is as near as one of its own.
machine_archives() {
	:
}

# The console is stdout; the terminal, if there is one, is at 8 and 9.
machine_cmdline() {
	echo "console=tty0 con=null con0=null,fd:1 ssl=null${tty:+ ssl1=fd:8,fd:9}"
}

# Its sockets are in a directory of a short name, for there is a limit to their paths.
machine_make() {
	local words
	read -ra words <<<"$(cmdline)"
	scratch=$(mktemp -d /tmp/tcpulse-uml-XXXXXX)
	vm_command=("$root/vmlinux" "mem=$mem" "ncpus=$smp" seccomp=on noreboot
		"initrd=$dir/initrd" "uml_dir=$scratch/" umid=guest "${words[@]}")
}

machine_start() {
	local terminal=/dev/null
	[ -z "$tty" ] || terminal=/dev/tty
	exec 8<>"$terminal"
	"${vm_command[@]}" </dev/null 9>&8 >"$console" 2>&1 &
}
