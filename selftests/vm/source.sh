#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Knows how a kernel is built from Debian's source with options of our own, for
# either machine. Sourced by fetch, which downloads the source and puts the result in
# its place.

# options_of KERNEL: of all files that its row names, as kbuild reads them, without the
# comments; two kernels never have the same release
options_of() {
	local files
	read -r _ _ _ files < <(kernel_row "$1")
	# shellcheck disable=SC2086 # a list
	{ (cd "$VM_DIR" && IFS=, && cat $files)
		echo "CONFIG_LOCALVERSION=\"-tcpulse-$1\""; } | grep CONFIG_ | sort
}

# source_dirs MACHINE: folders of arch/ that a kernel for it is made of
source_dirs() {
	[ "$1" != uml ] || echo arch/um
	echo arch/x86
}

# source_headers MACHINE: what a module is built against: Makefiles and headers of
# the source, and what the build has made of them.
source_headers() {
	local dirs
	mapfile -t dirs < <(source_dirs "$1")
	find . "${dirs[@]}" -maxdepth 1 -name 'Makefile*'
	find include scripts -type f -o -type l
	find "${dirs[@]}" -name Kbuild.platforms -o -name Platform -o -name 'Makefile*'
	find "${dirs[@]}" -path '*/include/*' -type f
	[ "$1" != uml ] || find arch/x86/um -name '*.h'
}

object_headers() {
	find arch -path '*/include/*' -type f
	find include scripts -type f
	find tools/objtool -maxdepth 1 -name objtool 2>/dev/null || :
	[ "$1" != uml ] || find arch/um/kernel arch/x86/um -name '*.lds' 2>/dev/null || :
	echo Module.symvers
	echo .config
}

# kconfig_names SRC MACHINE: every option that this machine's kernel may have
kconfig_names() {
	local other=(--exclude-dir=arch)
	grep -rhoE --include='Kconfig*' "${other[@]}" '^[[:space:]]*(menu)?config [A-Z0-9_]+' "$1"
	(cd "$1" && source_dirs "$2" | head -n 1 |
		xargs grep -rhoE --include='Kconfig*' '^[[:space:]]*(menu)?config [A-Z0-9_]+')
}

# An option that this kernel has, and that did not take, is a mistake of ours;
# one that only others have is not.
check_options_took() {
	local src=$1 obj=$2 options=$3 machine=$4 lost
	lost=$(join <(sed -n 's/^CONFIG_\([A-Z0-9_]*\)=.*/\1/p' "$options" | sort) \
		<(kconfig_names "$src" "$machine" | sed 's/.* //' | sort -u) |
		while read -r name; do
			grep -qxF -- "$(grep -m1 "^CONFIG_$name=" "$options")" "$obj/.config" ||
				echo "$name"
		done)
	[ -z "$lost" ] || die "options that did not take: ${lost//$'\n'/ }"
}

# build_source SRC OBJ OPTIONS MACHINE
build_source() {
	local src=$1 obj=$2 options=$3 machine=$4 cc=gcc image=bzImage arch
	[ "$machine" != uml ] || image=linux
	read -ra arch <<<"$(arch_words "$machine")"
	# Only worth it for who builds often: a first build is not faster.
	! command -v ccache >/dev/null || cc='ccache gcc'
	mkdir "$obj"
	make -s -C "$src" "O=$obj" "${arch[@]}" "KCONFIG_ALLCONFIG=$options" allnoconfig
	check_options_took "$src" "$obj" "$options" "$machine"
	make -s -C "$obj" "-j$(nproc)" "${arch[@]}" "CC=$cc" "$image" modules
}

# The image, and what boots it: QEMU enters it with its decompressor, for the kernel's
# own entry does not get along with KASAN; a UML kernel is a program.
install_image() {
	local obj=$1 root=$2 machine=$3
	if [ "$machine" = uml ]; then
		strip -o "$root/vmlinuz" "$obj/linux"
	else
		cp "$obj/arch/x86/boot/bzImage" "$root/vmlinuz"
	fi
	ln -s vmlinuz "$root/vmlinux"
}

# The same shape as a kernel of Debian's binary packages has here.
arrange_source_kernel() {
	local src=$1 obj=$2 root=$3 machine=$4 kv headers arch
	kv=$(<"$obj/include/config/kernel.release")
	headers=usr/src/linux-headers-$kv
	read -ra arch <<<"$(arch_words "$machine")"
	make -s -C "$obj" "${arch[@]}" "INSTALL_MOD_PATH=$root/usr" modules_install >/dev/null
	rm -f "$root/usr/lib/modules/$kv"/{build,source}
	mkdir -p "$root/$headers" "$root/initramfs/modules"
	ln -s usr/lib "$root/lib"
	ln -s "$headers" "$root/headers"
	install_image "$obj" "$root" "$machine"
	cp "$obj/.config" "$root/config"
	cp "$(command -v busybox)" "$root/initramfs/busybox"
	(cd "$src" && source_headers "$machine" | sort -u | tar -c -T -) | tar -x -C "$root/$headers"
	(cd "$obj" && object_headers "$machine" | sort -u | tar -c -T -) | tar -x -C "$root/$headers"
	echo "$kv" >"$root/release"
}

# make_source_kernel TMP MACHINE: from the source package in TMP/debs, and TMP/options,
# to TMP/root
make_source_kernel() {
	local tmp=$1 machine=$2 deb
	deb=$(echo "$tmp"/debs/*.deb)
	mkdir "$tmp/src"
	dpkg --fsys-tarfile "$deb" | tar -xO --wildcards './usr/src/*.tar.xz' |
		xz -dc -T2 | tar -x -C "$tmp/src" --strip-components=1
	say "building it, once: $([ "$machine" = uml ] && echo five || echo ten) minutes on two CPUs"
	build_source "$tmp/src" "$tmp/obj" "$tmp/options" "$machine" >&2 || die "the build failed"
	arrange_source_kernel "$tmp/src" "$tmp/obj" "$tmp/root" "$machine"
	cp "$tmp/options" "$tmp/root/options"
}
