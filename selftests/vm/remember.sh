# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # what those who source it set
#
# Remembers what style found clean; sourced by it, after lib.sh. What is remembered
# is a key, made of the content of all that the outcome depends on: the files, what
# they include, the checker, what it compiles against. Where the tree is and when it
# was looked at are no part of it, so a clone next door is as clean. No complaint is
# remembered, and nothing that the same call of a checker looked at: checkpatch says
# of a name in CamelCase only once that it is one.
#
# Owns the directory style of the cache. Those who source it set OUT, a directory of
# this run, TREE, a copy of the sources, FULL, not empty when nothing is to be taken
# from memory, and, in each check, check, its name.

CLEAN=$CACHE/style
# What nobody asked for that long goes.
readonly FORGET_DAYS=14
# As many files at a time: a complaint costs all of them a second look.
readonly BATCH=8

# alone [NAME=VALUE...] COMMAND...: whatever the caller's environment and the files in
# his home directory say, since neither is part of a key
alone() {
	env -i PATH="$PATH" HOME=/nonexistent LC_ALL=C.UTF-8 TMPDIR="$OUT" \
		TCPULSE_CACHE="${CACHE%/*}" "$@"
}

digest() {
	sha256sum | cut -c 1-40
}

# contents DIR: of the files that stdin names
contents() {
	(cd "$1" && xargs -r -d '\n' sha256sum --)
}

# What Debian brought: compilers with their libraries, headers.
packages() {
	dpkg-query -W -f '${Package}:${Architecture} ${Version} ${Status}\n'
}

# tools NAME...: there may be others than Debian's; one may be replaced by a
# development version with the same number, but not at the same time.
tools() {
	local tool path
	for tool; do
		path=$(command -v "$tool") || { echo "no $tool" && continue; }
		stat -Lc '%n %s %y' "$path" && alone "$tool" --version 2>&1 || return
	done
}

# kernel_identity KERNEL: fetched anew it is another, whatever its number
kernel_identity() {
	local version
	version=$(kernel_dir "$1")/package-version
	kernel_row "$1" && cat "$version" && stat -c '%i %y' "$version"
}

# key_of COMMON CONTENT [FILE]: readable, and a name for a file
key_of() {
	echo "$check-${1:0:40}-${2:0:40}${3:+-${3//\//:}}"
}

known() {
	[ -z "$FULL" ] && [ -e "$CLEAN/$1" ]
}

# What cannot be remembered is looked at again.
learn() {
	mkdir -p "$CLEAN" && (cd "$CLEAN" && touch -- "$@") || say "cannot remember in $CLEAN"
}

# keys COMMON: "KEY FILE" for each line of contents
keys() {
	local content file
	while read -r content file; do
		echo "$(key_of "$1" "$content" "$file") $file"
	done
}

# unknown: those of "KEY FILE" that are not remembered; the others are renewed
unknown() {
	local key file hits=()
	while read -r key file; do
		if known "$key"; then hits+=("$key"); else echo "$key $file"; fi
	done
	[ ${#hits[@]} -eq 0 ] || learn "${hits[@]}"
}

# some COMMAND "KEY FILE"...: COMMAND says nothing and ends with 0 when they are clean
some() {
	local command=$1 out
	shift
	if out=$("$command" "${@#* }" 2>&1) && [ -z "$out" ]; then
		learn "${@%% *}"
	else
		echo "${out:-$command failed}"
		return 1
	fi
}

# look_at WHAT COMMAND: gives COMMAND, a function, the files of "KEY FILE" lines that
# are not remembered, some at a time. Counts, so no pipe may end in it.
look_at() {
	local what=$1 command=$2 all new
	mapfile -t all
	mapfile -t new < <(printf '%s\n' "${all[@]}" | unknown)
	count "${#new[@]}" "${#all[@]}" "$what"
	[ ${#new[@]} -eq 0 ] || in_parallel "$command" "${new[@]}"
}

in_parallel() {
	local command=$1
	shift
	export CACHE CLEAN OUT TREE
	export -f say alone learn some "$command"
	printf '%s\n' "$@" | xargs -d '\n' -n "$BATCH" -P "$(nproc)" \
		bash -c 'some "$@"' "$0" "$command"
}

# count LOOKED ALL WHAT: adds to what the check says in the end
count() {
	looked=$((looked + $1)) all_of_them=$((all_of_them + $2)) units=$3
}

counted() {
	if [ "$all_of_them" -eq 0 ]; then
		echo clean
	elif [ "$looked" -eq 0 ]; then
		echo "clean (as before)"
	else
		echo "clean ($looked of $all_of_them $units looked at)"
	fi
}

# Another run may do the same.
forget_old() {
	find "$CLEAN" -type f -mtime "+$FORGET_DAYS" -delete 2>/dev/null || :
}
