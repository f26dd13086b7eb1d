#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# shellcheck disable=SC2154,SC2034 # what run sets, and what it uses
# Knows how a guest is an emulated PC: QEMU, with the host's files over 9p. Sourced by
# run, which owns its life.
#
# A machine has machine_check, what it cannot do; machine_needs, what must be fetched;
# machine_archives, archives for its first file system; machine_cmdline, what its
# kernel is told besides; machine_make, which sets vm_command;
# and machine_start, which starts that in the background.

machine_check() {
	:
}

# besides its kernel, as fetch has it
machine_needs() {
	echo qemu
}

# To open a file costs some messages over 9p.
machine_archives() {
	copies
}

# qemu_command ACCEL CONSOLE: sets vm_command
qemu_command() {
	local acc=tcg,thread=multi cpu=max,la57=off,erms=off,fsrm=off
	[ -z "$single$icount" ] || acc=tcg,thread=single
	[ "$1" != kvm ] || acc=kvm cpu=host
	vm_command=("$VM_DIR/qemu" -nodefaults -no-user-config -no-reboot -display none
		-machine pc -accel "$acc" -cpu "$cpu" -smp "$smp" -m "$mem"
		-kernel "$root/vmlinux" -initrd "$dir/initrd"
		-serial "file:$2" -device virtio-rng-pci)
	[ -z "$icount" ] || vm_command+=(-icount "shift=0,sleep=off")
}

# share TAG DIRECTORY [OPTION]: commas would end the option, so they are doubled
share() {
	vm_command+=(-virtfs "local,mount_tag=$1,path=${2//,/,,},security_model=none,multidevs=remap${3:+,$3}")
}

add_shares() {
	share root / readonly=on
	share modules "$root/lib/modules" readonly=on
	share run "$dir"
	[ -z "$out" ] || share out "$out"
	[ -z "$tty" ] || vm_command+=(-chardev "stdio,id=tty,signal=off" -serial chardev:tty)
}

# A clock that is trusted, for the kernel's watchdog takes a vCPU that waited for one
# that lies, and goes on with a slow one; no protection against the guest's own CPU; no
# memory wiped that whoever asked for it wipes, or writes to, anyway; programs at the
# same addresses, by which the emulator finds again what it has translated: a tenth
# cheaper.
machine_cmdline() {
	echo "console=ttyS0 no_timer_check tsc=reliable mitigations=off init_on_alloc=0 norandmaps"
}

# KVM can be there and not work: /dev/kvm opens, the guest hangs. Boot once,
# and remember the answer until the host's next boot.
choose_accel() {
	local known
	[ "$accel" = auto ] || return 0
	accel=tcg
	[ -w /dev/kvm ] || return 0
	known=$CACHE/kvm-$(</proc/sys/kernel/random/boot_id)
	[ -s "$known" ] || { probe_kvm >"$dir/accel" && mv "$dir/accel" "$known"; }
	accel=$(<"$known")
}

probe_kvm() {
	qemu_command kvm "$dir/probe"
	timeout -k 1 10 "${vm_command[@]}" -append "$(cmdline tcpulse.probe)" \
		</dev/null >/dev/null 2>&1 || :
	if grep -qs tcpulse-probe-ok "$dir/probe"; then
		echo kvm
	else
		say "KVM does not work on this host, using TCG"
		echo tcg
	fi
}

machine_make() {
	choose_accel
	qemu_command "$accel" "$console"
	add_shares
	vm_command+=(-append "$(cmdline)")
}

machine_start() {
	local in=/dev/null to=$dir/machine
	[ -z "$tty" ] || in=/dev/tty to=/dev/tty
	"${vm_command[@]}" <"$in" >"$to" 2>"$dir/machine" &
}
