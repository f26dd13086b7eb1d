# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Knows which of the host's files a guest gets copies of, for which it would ask the host
# again and again: programs that tests start by the hundred, and what these load. Sourced
# by run, after lib.sh; guest-init puts them where they belong.

readonly OFTEN="awk bash cat chmod cmp comm cp cut diff dirname env expr find grep head id
	insmod ip join jq kill ln ls mkdir mkfifo mktemp mount mv nice nproc nsenter nstat
	paste printf ps realpath rm rmmod script sed seq setpriv sh sleep sort ss stat sysctl
	tail tc tee timeout touch tr true umount uname uniq unshare wc xargs"

# links_to FILE...: each, and what it is a link to, by names of directories that are no
# links themselves
links_to() {
	local file
	for file; do
		while [ -L "$file" ]; do
			file=$(realpath "${file%/*}")/${file##*/}
			echo "$file"
			file=$(realpath -ms "${file%/*}/$(readlink "$file")")
		done
		[ ! -f "$file" ] || echo "$(realpath "${file%/*}")/${file##*/}"
	done
}

# loaded_by PROGRAM...: libraries
loaded_by() {
	ldd "$@" 2>/dev/null | grep -oE '/[^ ]+[^ :]' | sort -u
}

# pack: files whose names are on stdin, under copies/; there may be none
pack() {
	local tree=$dir/tree
	mkdir -p "$tree/copies"
	(cd / && sed 's,^/,,' | xargs -d '\n' -r cp -a --parents -t "$tree/copies")
	(cd "$tree" && find copies | cpio -o -H newc --quiet)
	rm -rf "$tree"
}

# system_copies: of what Debian has, the name of an archive; made again when that changes
system_copies() {
	local programs key archive
	# shellcheck disable=SC2086 # a list
	mapfile -t programs < <(type -P $OFTEN)
	key=$(stat -L -c '%n %i %Y %s' "${programs[@]}" /etc/ld.so.cache | cksum)
	archive=$CACHE/copies/${key// /-}
	[ -e "$archive" ] || {
		mkdir -p "$CACHE/copies"
		find "$CACHE/copies" -type f -mtime +1 -delete
		# shellcheck disable=SC2046 # names of libraries
		links_to "${programs[@]}" /etc/ld.so.cache $(loaded_by "${programs[@]}") |
			sort -u | pack >"$archive.new"
		mv "$archive.new" "$archive"
	}
	echo "$archive"
}

# Our own are where they are made, if they were.
own_programs() {
	local dir
	for dir in "$TOP_DIR"/{cli,selftests,selftests/client,selftests/traffic}; do
		[ ! -d "$dir" ] || find "$dir" -maxdepth 1 -type f -perm -u+x ! -name '*.*'
	done
}

# copies: the archives, one after the other
copies() {
	cat "$(with_lock copies system_copies)"
	own_programs | pack
}
