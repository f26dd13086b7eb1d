#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Files that root saves to and loads from, where others want it to read, write or wait
# for something else: links, FIFOs, devices, directories of theirs, files swapped while
# root is at it, locks, endless and unreadable files, full disks. What is refused is
# refused in words and stays as it was; what is written has the owner, the mode and all
# other lines it had, and nothing is left beside it.
#
# Kernels: any; what the tool does with files is what is tested

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/tune.sh"

readonly MALLORY=1234 KEY=net.ipv4.tcp_fin_timeout

# mallory COMMAND [ARGUMENT]...: a plain user
mallory() {
	setpriv --reuid="$MALLORY" --regid="$MALLORY" --clear-groups --inh-caps=-all -- "$@"
}

# ends STATUS ARGUMENT...: tcpulse tune, soon, with that; what it says is in
# $TMP/out and $TMP/err
ends() {
	local want=$1 status=0
	shift
	within 20 "$cli" -N "$ns" tune "$@" >"$TMP/out" 2>"$TMP/err" </dev/null || status=$?
	[ "$status" -eq "$want" ] && return
	echo "tcpulse tune $*: status $status, not $want"
	cat "$TMP/out" "$TMP/err"
	return 1
}

# says PATTERN [FILE]
says() {
	grep -qE -e "$1" "${2:-$TMP/err}" && return
	echo "not '$1', but:"
	cat "${2:-$TMP/err}"
	return 1
}

# saves FILE [WORD]...
saves() {
	ends 0 save tcp_fin_timeout --file "$@"
}

# refuses FILE PATTERN: to save there, as well when it is only a trial
refuses() {
	ends 2 save tcp_fin_timeout --file "$1" && says "cannot be written: .*$2" &&
		ends 2 save tcp_fin_timeout --dry-run --file "$1" && says "$2" &&
		ends 2 set tcp_fin_timeout=44 --save --file "$1" && says "$2" &&
		sysctl_is "$ns" tcp_fin_timeout=33
}

# nothing_beside DIR: that a save leaves behind
nothing_beside() {
	[ -z "$(find "$1" -name '.*.tcpulse')" ] || { ls -lA "$1"; return 1; }
}

# --- what is no plain file ---------------------------------------------------------

no_plain_file() {
	mkfifo "$dir/fifo"
	mkdir "$dir/folder"
	ln -s folder/x "$dir/dangling"
	ln -s secret "$dir/link"
	refuses "$dir/fifo" 'not a plain file; for another: --file' &&
		refuses "$dir/folder" 'not a plain file' && refuses "$dir/folder/" 'not a plain file' &&
		refuses /dev/zero 'not a plain file' && refuses "$dir/link" 'symbolic link' &&
		refuses "$dir/dangling" 'symbolic link' && refuses "$dir/none/x" 'No such file' &&
		refuses "$dir/secret/x" 'Not a directory' || return
	nothing_beside "$dir" && [ ! -e "$dir/folder/x" ] && [ "$(cat "$dir/secret")" = "$secret" ]
}

loads_no_other() {
	ends 2 load "$dir/fifo" && says 'not a plain file; what a program prints: load -' &&
		ends 2 load /dev/zero && says 'not a plain file' &&
		ends 2 load "$dir/folder" && says 'not a plain file' && sysctl_is "$ns" tcp_fin_timeout=33
}

# Who follows a link to read is led to what he may read anyway.
loads_through_links() {
	echo "$KEY = 33" >"$dir/real"
	ln -s real "$dir/to-real"
	ends 0 load "$dir/to-real"
}

# --- directories of others ---------------------------------------------------------

foreign_directories() {
	mkdir "$dir/home" "$dir/home/in" "$dir/open" "$dir/sticky"
	chown "$MALLORY" "$dir/home"
	chmod 775 "$dir/open"
	chmod 1777 "$dir/sticky"
	mallory ln -s "$dir/folder" "$dir/sticky/theirs"
	refuses "$dir/home/x" "'home' in its path belongs to the user $MALLORY" &&
		refuses "$dir/home/in/x" "'home' in its path belongs" &&
		refuses "$dir/home/../x" "'home' in its path belongs" &&
		refuses "$dir/sticky/theirs/x" "'theirs' in its path belongs" &&
		refuses "$dir/open/x" "'open' in its path may be written to by others.*chmod go-w" || return
	(cd "$dir/home" && refuses x "'[.]' in its path belongs") || return
	[ -z "$(find "$dir/home/in" "$dir/open" "$dir/folder" -mindepth 1)" ]
}

# Links of root's, and a directory where everybody writes only what is his own.
own_directories() {
	ln -s folder "$dir/ours"
	ln -s "$dir/ours/../ours" "$dir/again"
	saves "$dir/again/x" && says "$KEY = 33" "$dir/folder/x" && saves "$dir/sticky/x" &&
		(cd "$dir/folder" && saves y && saves ./y && saves ../folder//y) || return
	[ "$(cat "$dir/folder/y")" = "$(cat "$dir/folder/x")" ] || return
	mallory sh -c "echo '# theirs' >'$dir/sticky/bait'"
	refuses "$dir/sticky/bait" "another user's" && nothing_beside "$dir"
}

# flip DIR: as fast as one can, a file and a link to what only root may read
flip() {
	cd "$1" || return
	while :; do
		ln -sf "$dir/secret" x.conf
		rm -f x.conf
		: >x.conf
		rm -f x.conf
	done
}

# swapped DIR: nothing of what only root may read gets anywhere
swapped() {
	local flipper i status
	export -f flip
	export dir
	# shellcheck disable=SC2016 # its own
	mallory bash -c 'flip "$1"' flip "$1" 2>/dev/null &
	flipper=$!
	for ((i = 0; i < 40; i++)); do
		rm -f "$1/x.conf"
		status=0
		within 20 "$cli" -N "$ns" tune save tcp_fin_timeout --file "$1/x.conf" \
			>/dev/null 2>"$TMP/err" || status=$?
		[ "$status" -eq 0 ] || [ "$status" -eq 2 ] || { echo "status $status"; break; }
	done
	kill_tree "$flipper"
	wait "$flipper" 2>/dev/null
	[ "$i" -eq 40 ] && [ "$(cat "$dir/secret")" = "$secret" ] &&
		[ "$(stat -c %a "$dir/secret")" = 600 ] && ! grep -rs "$secret" "$1" && nothing_beside "$1"
}

# --- who may read it ------------------------------------------------------------------

access_is() {
	[ "$(stat -c '%u:%g %a' "$1")" = "$2" ] || { stat -c '%u:%g %a' "$1"; return 1; }
}

keeps_access() {
	printf '%s\n' '# mine' 'vm.swappiness = 10' >"$dir/mine"
	chown "$MALLORY:7" "$dir/mine"
	chmod 640 "$dir/mine"
	saves "$dir/mine" && access_is "$dir/mine" "$MALLORY:7 640" &&
		printf '%s\n' '# mine' 'vm.swappiness = 10' "$KEY = 33" | diff - "$dir/mine"
}

new_access() {
	(umask 022 && saves "$dir/new1") && access_is "$dir/new1" '0:0 644' &&
		(umask 0 && saves "$dir/new2") && access_is "$dir/new2" '0:0 644' &&
		(umask 077 && saves "$dir/new3") && access_is "$dir/new3" '0:0 600'
}

# --- what is too much, or cannot be read -------------------------------------------

# stays FILE PATTERN: neither loaded nor saved to, and as it was
stays() {
	local before
	before=$(stat -c '%s %i %Y' "$1")
	ends 2 load "$1" && says "cannot read .*$2" && refuses "$1" "$2" || return
	[ "$(stat -c '%s %i %Y' "$1")" = "$before" ]
}

bounded() {
	local ends_here="$KEY = 44"
	{ echo "$ends_here"; head -c 70000 /dev/zero | tr '\0' a; } >"$dir/long"
	{ echo "$ends_here"; head -c 2M /dev/zero | tr '\0' '\n'; } >"$dir/many"
	echo "$ends_here" >"$dir/huge"
	truncate -s 1T "$dir/huge" 2>/dev/null || truncate -s 3G "$dir/huge"
	(
		ulimit -v 400000
		stays "$dir/long" 'more than 64 KiB' && stays "$dir/many" 'more than 1 MiB' &&
			stays "$dir/huge" 'more than 1 MiB'
	) || return
	ends 2 load /proc/self/mem && says 'Input/output error' && sysctl_is "$ns" tcp_fin_timeout=33
}

# A key many times, and only its last one counts, in no more time than it takes to read.
many_lines() {
	yes "$KEY = 44" | head -n 30000 >"$dir/same"
	saves "$dir/same" && [ "$(cat "$dir/same")" = "$KEY = 33" ]
}

# --- two at once ---------------------------------------------------------------------

both_are_there() {
	local i name
	for ((i = 0; i < 10; i++)); do
		rm -f "$dir/both"
		for name in tcp_fin_timeout tcp_syn_retries tcp_rfc1337 somaxconn; do
			within 60 "$cli" -N "$ns" tune save "$name" --file "$dir/both" >/dev/null \
				2>>"$TMP/err" &
		done
		wait
		[ "$(grep -c = "$dir/both")" -eq 4 ] || { cat "$dir/both" "$TMP/err"; return 1; }
	done
	nothing_beside "$dir"
}

# Whoever can open the directory or the file can lock it, which is no lock of ours.
locked_by_others() {
	local locks=()
	saves "$dir/lock"
	mallory flock -F "$dir" sleep 100 &
	locks+=($!)
	mallory flock -F -s "$dir/lock" sleep 100 &
	locks+=($!)
	nap 5
	saves "$dir/lock"
	local status=$?
	kill_tree "${locks[0]}"
	kill_tree "${locks[1]}"
	wait "${locks[@]}" 2>/dev/null
	return "$status"
}

# What a kill left behind is used; who has it open and does not end is not waited for.
left_behind() {
	echo half >"$dir/.left.tcpulse"
	chmod 600 "$dir/.left.tcpulse"
	saves "$dir/left" && ! grep half "$dir/left" && nothing_beside "$dir" || return
	echo half >"$dir/.left.tcpulse"
	chown "$MALLORY" "$dir/.left.tcpulse"
	saves "$dir/left" && access_is "$dir/left" '0:0 644' && nothing_beside "$dir" || return
	install -m 600 /dev/null "$dir/.left.tcpulse"
	flock -F "$dir/.left.tcpulse" sleep 100 &
	local lock=$! before
	before=$(cat "$dir/left")
	nap 5
	ends 2 save somaxconn --file "$dir/left" && says 'somebody else is writing it'
	local status=$?
	kill -KILL "$lock"
	wait "$lock" 2>/dev/null
	rm -f "$dir/.left.tcpulse"
	[ "$status" -eq 0 ] && [ "$(cat "$dir/left")" = "$before" ]
}

# --- standard output and input --------------------------------------------------------

# A file of settings and nothing else, and no file of this name.
to_standard_output() (
	cd "$dir/folder" || return
	saves - && printf '%s\n' '# written by: tcpulse tune' "$KEY = 33" | diff - "$TMP/out" &&
		[ ! -s "$TMP/err" ] && [ ! -e ./- ] || return
	"$cli" -N "$ns" tune save tcp_fin_timeout --file - | "$cli" -N "$ns" tune load - >"$TMP/out" ||
		return
	"$cli" -N "$ns" -j tune save tcp_fin_timeout --file - |
		jq -e '.file == "-" and .saved[0].value == "33"' >/dev/null || return
	ends 1 set tcp_fin_timeout=44 --save --file - && says 'tune save --file -' &&
		sysctl_is "$ns" tcp_fin_timeout=33 && saves ./- && [ -s ./- ]
)

closed_descriptors() {
	within 20 "$cli" -N "$ns" tune save tcp_fin_timeout --file "$dir/closed" <&- >&- 2>&-
	printf '%s\n' '# written by: tcpulse tune' "$KEY = 33" | diff - "$dir/closed" || return
	within 20 "$cli" -N "$ns" tune load - <&- >/dev/null 2>"$TMP/err"
	says 'sets none' && sysctl_is "$ns" tcp_fin_timeout=33
}

# --- disks ---------------------------------------------------------------------------

full_disk() {
	local before status=0
	mkdir "$dir/disk"
	mount -t tmpfs -o size=64k,mode=755 none "$dir/disk" || return
	saves "$dir/disk/x" || status=1
	before=$(cat "$dir/disk/x")
	head -c 1M /dev/zero >"$dir/disk/fill" 2>/dev/null
	ends 2 save somaxconn --file "$dir/disk/x" && says 'No space left' || status=1
	mount -o remount,ro "$dir/disk"
	ends 2 save somaxconn --file "$dir/disk/x" && says 'Read-only file system' || status=1
	[ "$(cat "$dir/disk/x")" = "$before" ] && nothing_beside "$dir/disk" || status=1
	umount "$dir/disk"
	return "$status"
}

# --- at boot -----------------------------------------------------------------------

# at_boot COMMAND...: with directories of sysctl.d of its own
at_boot() {
	# shellcheck disable=SC2016 # for the other shell
	unshare -m bash -c '
		mkdir -p /etc/sysctl.d /run/sysctl.d
		mount -t tmpfs -o mode=755 none /etc/sysctl.d &&
			mount -t tmpfs -o mode=755 none /run/sysctl.d && "$@"' at_boot "$@"
}

# shellcheck disable=SC2016 # for the other shell
reads_at_boot() {
	at_boot bash -c '
		echo "net.ipv4.tcp_fin_timeout = 99" >/etc/sysctl.d/zz.conf
		ln -s "$3/linked" /etc/sysctl.d/80-link.conf
		cd /etc/sysctl.d
		for path in 70-x.conf ./70-x.conf /etc//sysctl.d/70-x.conf ../sysctl.d/70-x.conf \
			"$3/linked" "$3/linked"; do
			"$1" -N "$2" tune save tcp_fin_timeout --file "$path" || echo failed
		done' at_boot "$cli" "$ns" "$dir" >"$TMP/out" 2>"$TMP/err"
	# the first time there is nothing yet that the link leads to
	cat "$TMP/out" "$TMP/err"
	[ "$(grep -c 'nothing reads this file' "$TMP/out")" -eq 1 ] && ! grep failed "$TMP/out" &&
		[ "$(grep -c 'zz.conf is read later' "$TMP/err")" -eq 5 ]
}

# shellcheck disable=SC2016 # for the other shell
traps_at_boot() {
	at_boot bash -c '
		mkfifo /run/sysctl.d/90.conf
		mkdir /run/sysctl.d/91.conf
		truncate -s 3G /run/sysctl.d/92.conf
		ln -s none /run/sysctl.d/93.conf
		mkfifo /etc/sysctl.d/70-x.conf.d
		timeout 60 "$1" -N "$2" tune save tcp_fin_timeout --file /etc/sysctl.d/70-x.conf' \
		at_boot "$cli" "$ns" >"$TMP/out" 2>"$TMP/err" || { cat "$TMP/err"; return 1; }
	says '90.conf is read later at boot and may set .*not a plain file' && says '91.conf is .*may set' &&
		says '92.conf is .*more than 1 MiB' && [ "$(wc -l <"$TMP/err")" -eq 3 ]
}

# What a container changes is not what the host applies at its next boot.
container() {
	local status=0
	at_boot unshare -pfn --mount-proc bash -c \
		"${cli@Q} tune set tcp_fin_timeout=22 --save 2>&1; echo \"status \$?\"; ls /etc/sysctl.d" \
		>"$TMP/out" || status=$?
	says 'reaches no other' "$TMP/out" && says '^status 1$' "$TMP/out" &&
		[ "$(wc -l <"$TMP/out")" -eq 2 ] || return
	at_boot unshare -pf --mount-proc bash -c \
		"${cli@Q} tune save tcp_fin_timeout && cat /etc/sysctl.d/60-tcpulse.conf" >"$TMP/out" ||
		return
	says "^$KEY = " "$TMP/out"
}

need_tune
need_tool setpriv flock unshare jq
ktap_plan 21
setup_ns ns
chmod 755 "$TMP"
dir=$TMP/files
secret="root:$RANDOM$RANDOM:secret"
mkdir "$dir"
(umask 077 && echo "$secret" >"$dir/secret")
set_sysctl "$ns" ipv4.tcp_fin_timeout 33

check "save: nothing but a plain file" no_plain_file
check "load: nothing but a plain file" loads_no_other
check "load: through a link" loads_through_links
check "save: not where others decide what file it is" foreign_directories
check "save: through root's links, and beside others' files" own_directories
check "swapped meanwhile, in another's directory" swapped "$dir/home"
check "swapped meanwhile, in everybody's directory" swapped "$dir/sticky"
check "owner, group, mode and other lines stay" keeps_access
check "a new file: 0644, and the umask" new_access
check "too large, too long, unreadable: refused, and as it was" bounded
check "one key on thirty thousand lines" many_lines
check "four at once: all are there" both_are_there
check "a lock of others' is none" locked_by_others
check "what a kill left behind" left_behind
check "standard output, standard input" to_standard_output
check "closed descriptors" closed_descriptors
check "a full disk, and one that is read only" full_disk
check "what reads it at boot, whatever the path looks like" reads_at_boot
check "traps where files are read at boot" traps_at_boot
check "a container does not save for the host" container
check "nothing left beside any file" nothing_beside "$TMP"
