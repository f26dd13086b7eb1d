#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Knows how a kernel is built from Debian's source with options of our own.
# Sourced by fetch, which downloads the source and puts the result in its place.

# options_in FILE,FILE...: as kbuild reads them, without the comments
options_in() {
	# shellcheck disable=SC2086 # a list
	(cd "$VM_DIR" && IFS=, && cat $1) | grep CONFIG_ | sort
}

# What a module is built against: Makefiles and headers of the source, and what
# the build has made of them.
source_headers() {
	find . arch/x86 -maxdepth 1 -name 'Makefile*'
	find include scripts -type f -o -type l
	find arch/x86 -name Kbuild.platforms -o -name Platform
	find arch/x86/include -type f
}

object_headers() {
	find arch/x86/include include scripts -type f
	find tools/objtool -maxdepth 1 -name objtool
	echo Module.symvers
	echo .config
}

# An option that this kernel has, and that did not take, is a mistake of ours;
# one that only others have is not.
check_options_took() {
	local src=$1 obj=$2 options=$3 lost
	lost=$(join <(sed -n 's/^CONFIG_\([A-Z0-9_]*\)=.*/\1/p' "$options" | sort) \
		<(grep -rhoE --include='Kconfig*' '^[[:space:]]*(menu)?config [A-Z0-9_]+' "$src" |
			sed 's/.* //' | sort -u) |
		while read -r name; do
			grep -qxF -- "$(grep -m1 "^CONFIG_$name=" "$options")" "$obj/.config" ||
				echo "$name"
		done)
	[ -z "$lost" ] || die "options that did not take: ${lost//$'\n'/ }"
}

build_source() {
	local src=$1 obj=$2 options=$3 cc=gcc
	# Only worth it for who builds often: a first build is not faster.
	! command -v ccache >/dev/null || cc='ccache gcc'
	mkdir "$obj"
	make -s -C "$src" "O=$obj" "KCONFIG_ALLCONFIG=$options" allnoconfig
	check_options_took "$src" "$obj" "$options"
	make -s -C "$obj" "-j$(nproc)" "CC=$cc" bzImage modules
}

# The same shape as a kernel of Debian's binary packages has here. Entered with
# its decompressor: the kernel's own entry does not get along with KASAN.
arrange_source_kernel() {
	local src=$1 obj=$2 root=$3 kv headers
	kv=$(<"$obj/include/config/kernel.release")
	headers=usr/src/linux-headers-$kv
	make -s -C "$obj" "INSTALL_MOD_PATH=$root/usr" modules_install >/dev/null
	rm -f "$root/usr/lib/modules/$kv"/{build,source}
	mkdir -p "$root/$headers" "$root/initramfs/modules"
	ln -s usr/lib "$root/lib"
	ln -s "$headers" "$root/headers"
	cp "$obj/arch/x86/boot/bzImage" "$root/vmlinuz"
	ln -s vmlinuz "$root/vmlinux"
	cp "$obj/.config" "$root/config"
	cp "$(command -v busybox)" "$root/initramfs/busybox"
	(cd "$src" && source_headers | tar -c -T -) | tar -x -C "$root/$headers"
	(cd "$obj" && object_headers | tar -c -T -) | tar -x -C "$root/$headers"
	echo "$kv" >"$root/release"
}

# make_source_kernel TMP: from the source package in TMP/debs, and TMP/options, to
# TMP/root
make_source_kernel() {
	local tmp=$1 deb
	deb=$(echo "$tmp"/debs/*.deb)
	mkdir "$tmp/src"
	dpkg --fsys-tarfile "$deb" | tar -xO --wildcards './usr/src/*.tar.xz' |
		xz -dc -T2 | tar -x -C "$tmp/src" --strip-components=1
	say "building it: ten minutes on two CPUs"
	build_source "$tmp/src" "$tmp/obj" "$tmp/options" >&2 || die "the build failed"
	arrange_source_kernel "$tmp/src" "$tmp/obj" "$tmp/root"
	cp "$tmp/options" "$tmp/root/options"
}
