#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Names that somebody chose to lie to root: of processes, of interfaces, of network
# namespaces, of files and in them, with escapes, other directions, nothing to see, no
# UTF-8, blanks, quotes, newlines and whatever a shell knows. Every command says them in
# one line of plain ASCII each, no two alike; JSON has all keys, and the names as they
# are; commands that we tell people to paste mean what they say, and nothing else.
#
# Kernels: any; the tool alone says how names are written

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

# shellcheck disable=SC1003,SC2016 # they are not to be expanded
readonly NAMES=(
	'$(touch PWNED)' '`touch PWNED`' $'\e[31mEV\e]0;t' $'a\rhost   12' $'x\ny' $'x\n'
	'nginx(812) sshd' $'bad\xff\xfeutf' 'a b' '"q"' "it's" 'q\' $'\xe2\x80\xaeabc' $'z\xe2\x80\x8bw'
	$'del\x7fc1\xc2\x9b3' $'e\xcc\x81' '!*?[x]{a}<>|&~#' ';touch PWNED;' 'host' '-N' '\x1b'
	'%s%n' 'plain-1.2'
)
# those with which every command is tried: one of each way to be written
readonly WORST=($'\e[31mEV\e]0;t' $'x\ny' $'bad\xff\xfeutf')

# what interfaces may be called, and what not
readonly NO_INTERFACE=$'[/:[:space:]\xa0]'

cli=''

# --- who has these names ------------------------------------------------------------

is_ready() {
	grep -qx ready "$TMP/ready-$1"
}

# A namespace, a process and, if it can be, an interface of this name.
make_named() {
	local name=$1 n=$2 words=("$1" 8001)
	ip netns add "$name" || die "ip netns add $(printf %q "$name")"
	defer ip netns del "$name"
	if ! LC_ALL=C grep -qaP "$NO_INTERFACE" <<<"${name//$'\n'/ }" &&
		ip -n "$name" link add name "${name:0:15}" type dummy 2>/dev/null; then
		words+=("${name:0:15}" 8002)
	fi
	start_in "$name" named "${words[@]}" >"$TMP/ready-$n"
}

# --- what is said ---------------------------------------------------------------------

# say WORD...: what that command line says is added to $TMP/text, JSON to $TMP/json
say() {
	local status=0 json=$TMP/text
	[[ " $* " != *' -j '* ]] || json=$TMP/json
	within 60 "$cli" "$@" >>"$json" 2>>"$TMP/text" </dev/null || status=$?
	[[ $status == [0-5] ]] || { echo "status $status: $*" && return 1; }
}

is_plain() {
	! LC_ALL=C grep -anP '[^\x20-\x7e]' "$TMP/text" | cat -v | head -n 3 | grep . &&
		[ -s "$TMP/text" ] && rm "$TMP/text"
}

# In JSON, other characters are as they are.
is_plain_json() {
	! LC_ALL=C grep -anP '[\x00-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xa8-\xae]' "$TMP/json" |
		cat -v | head -n 3 | grep . && iconv -f UTF-8 -t UTF-8 "$TMP/json" >/dev/null &&
		jq -es . "$TMP/json" >/dev/null && rm "$TMP/json"
}

readonly TEXTS=(
	'-i 0.1 -c 1' states transitions 'transitions --dot' 'listeners -p' 'listeners -g -p' info segments
	timewait 'timewait --headroom' 'timewait --halfclosed' 'timewait --by=peer' tune 'tune log'
	'tune pending' 'tune listener :8001 backlog=9' 'tune listener 1.2.3.4:8002 backlog=9'
	'tune set tcp_fin_timeout=31 --confirm 60' 'tune pending' 'tune set tcp_fin_timeout=32'
	'tune revert' 'tune log' 'tune listener :8002 backlog=9' 'tune save --dry-run'
)

# In their order: some change what others tell.
each_command() {
	local line bad=0 words
	for line in "${TEXTS[@]}"; do
		read -ra words <<<"$line"
		say -N "$1" "${words[@]}" || bad=1
		[[ $line == *--dot* ]] || say -N "$1" -j "${words[@]}" || bad=1
	done
	return "$bad"
}

commands_are_plain() {
	local name bad=0
	for name in "${WORST[@]}"; do each_command "$name" || bad=1; done
	is_plain && is_plain_json && return "$bad"
}

all_of_them_is_plain() {
	local line bad=0
	for line in states transitions 'listeners -p' 'listeners -g -p' info segments timewait \
		'timewait --halfclosed' 'segments on' 'segments off'; do
		# shellcheck disable=SC2086 # words
		say -a $line && say -a -j $line || bad=1
	done
	is_plain && is_plain_json && return "$bad"
}

# --- what it says ---------------------------------------------------------------------

readonly WORD='(?:[A-Za-z0-9._/:@+%~#-]+|"(?:[^"\\]|\\.)*")'

no_two_look_the_same() {
	"$cli" -a -H states listen >"$TMP/said" || return
	grep -cP "^(?:$WORD|$WORD\\(\\d+\\)) +LISTEN +\\d" "$TMP/said" >"$TMP/rows"
	[ "$(<"$TMP/rows")" -eq "$(wc -l <"$TMP/said")" ] ||
		{ echo "not all are rows" && cat -v "$TMP/said" && return 1; }
	[ "$(sed 's/  *LISTEN .*//' "$TMP/said" | sort | uniq -d | wc -l)" -eq 0 ]
}

# One holder each, whatever it is called.
nobody_imitates_holders() {
	local name bad=0
	for name in "${NAMES[@]}"; do
		"$cli" -N "$name" -H listeners -p >"$TMP/said" || return
		! grep -vP "^[^ \"]+(?:\"(?:[^\"\\\\]|\\\\.)*\")?[^ \"]*(?: +[\\d:.-]+)+ +$WORD\\(\\d+\\)\$" "$TMP/said" || bad=1
	done
	return "$bad"
}

# values KEY: of the JSON in $TMP/said: its bytes in hex, or the text in base64
values() {
	jq -r --arg key "$1" '[.. | objects | select(has($key)) |
		.[$key + "_bytes"] // (.[$key] | @base64)] | unique[]' "$TMP/said"
}

# spelled BYTES: as values has them
spelled() {
	if iconv -f UTF-8 -t UTF-8 <<<"$1" >/dev/null 2>&1; then
		printf %s "$1" | base64 -w 0
	else
		printf %s "$1" | od -An -v -tx1 | tr -d ' \n'
	fi
}

# has_names NAME: a process has the first 15 bytes of it
has_names() {
	[ "$(values netns)" = "$(spelled "$1")" ] &&
		[ "$(values netns_path)" = "$(spelled "/run/netns/$1")" ] &&
		[ "$(values name)" = "$(LC_ALL=C && spelled "${1:0:15}")" ] &&
		jq -e '[.listener[] | has("local") and has("process") and
			(.port != 8002 or has("ifname"))] | all' "$TMP/said" >/dev/null
}

json_has_names_whole() {
	local name bad=0
	for name in "${NAMES[@]}"; do
		"$cli" -N "$name" -j listeners -p >"$TMP/said" || return
		has_names "$name" || { cat -v "$TMP/said" && bad=1; }
	done
	return "$bad"
}

# DOT's quoted string has no end but its own.
digraphs_have_one_head() {
	local name bad=0
	for name in "${NAMES[@]}"; do
		"$cli" -N "$name" transitions --dot >"$TMP/dot" || return
		head -n 1 "$TMP/dot" | grep -qP '^digraph "(?:[^"\\]|\\.)*" \{$' || { head -n 1 "$TMP/dot"; bad=1; }
		! command -v dot >/dev/null || dot -Tcanon "$TMP/dot" >/dev/null || bad=1
	done
	return "$bad"
}

# What a replay says is what was said.
recordings_have_names_whole() {
	local name bad=0
	for name in "${NAMES[@]}"; do
		rm -f "$TMP/tape"
		"$cli" -N "$name" -j listeners -p --record "$TMP/tape" >"$TMP/want" || return
		"$cli" -N "$name" -j listeners -p --replay "$TMP/tape" | cmp - "$TMP/want" ||
			{ cat -v "$TMP/tape" && bad=1; }
		say -N "$name" listeners -p --replay "$TMP/tape" || bad=1
	done
	is_plain && return "$bad"
}

# --- what is pasted --------------------------------------------------------------------

# words_of COMMAND: as its shell has them, each with a zero
words_of() {
	# shellcheck disable=SC2016 # for it
	sh -nc "$1" && within 10 "${shell:-sh}" -c 'tcpulse() { for a; do printf "%s\0" "$a"; done; }; eval "$1"' - "$1"
}

# undo_is WORD...: what $TMP/said says is these words to any shell, and does it
undo_is() {
	local line bad=0 shell
	line=$(sed -n 's/^.*undo: //p' "$TMP/said")
	for shell in sh bash; do
		(cd "$TMP/empty" && words_of "$line") | cmp - <(printf '%s\0' "$@") ||
			{ echo "$shell: $line" && bad=1; }
	done
	(cd "$TMP/empty" && PATH=${cli%/*}:$PATH sh -c "$line") >/dev/null && return "$bad"
	echo "failed: $line"
	return 1
}

undo_means_what_it_says() {
	local name bad=0
	for name in "${NAMES[@]}"; do
		"$cli" -N "$name" tune listener :8001 backlog=5 >"$TMP/said" &&
			"$cli" -N "$name" tune listener :8001 backlog=7 >"$TMP/said" || return
		undo_is -N "$name" tune listener 0.0.0.0:8001 backlog=5 || bad=1
		"$cli" -N "$name" segments on >"$TMP/said" || return
		undo_is -N "$name" segments off || bad=1
	done
	return "$bad"
}

# Interfaces are part of an address, of candidates as well.
candidates_mean_what_they_say() {
	local name line bad=0
	for name in "${NAMES[@]}"; do
		[ -e "/run/netns/$name" ] || continue
		"$cli" -N "$name" tune listener 1.2.3.4:8002 backlog=7 >"$TMP/said" 2>&1
		line=$(sed -n 's/^tcpulse:   .*, limit [0-9]*: //p' "$TMP/said")
		[ -n "$line" ] || continue
		(cd "$TMP/empty" && words_of "$line") | cmp - <(printf '%s\0' -N "$name" tune listener \
			"0.0.0.0%${name:0:15}:8002" backlog=7) || { echo "$line" && bad=1; }
	done
	return "$bad"
}

# --- files -------------------------------------------------------------------------------

files_say_nothing_else() {
	local name bad=0
	cd "$TMP/empty" || return
	for name in "${NAMES[@]}"; do
		printf '%s\nnet.ipv4.tcp_fin_timeout = 30\n' "$name" >"$name"
		say tune load "./$name" && say tune load "./$name.not" || bad=1
		printf 'x.%s = 1\nnet.ipv4.tcp_fin_timeout = %s\n' "$name" "$name" >"$name"
		say tune load "./$name" && say -N "$name.not" states || bad=1
		say "$name" && say states "$name" && say tune set "$name=1" || bad=1
	done
	is_plain && return "$bad"
}

nothing_was_run() {
	! find "$TMP/empty" -name PWNED | grep .
}

need_tcpulse
need_cli
need_tool jq od base64 iconv
mkdir "$TMP/empty"
ktap_plan 11
for i in "${!NAMES[@]}"; do make_named "${NAMES[i]}" "$i"; done
for i in "${!NAMES[@]}"; do
	busywait 30 is_ready "$i" || die "named $(printf %q "${NAMES[i]}")"
done

check "every command says names in plain ASCII, JSON as characters" commands_are_plain
check "so do those that look at all namespaces" all_of_them_is_plain
check "no two names look the same, each is one column" no_two_look_the_same
check "no name imitates the list of holders" nobody_imitates_holders
check "JSON has all keys, and names byte for byte" json_has_names_whole
check "recordings have them, too" recordings_have_names_whole
check "digraphs are quoted as DOT has it" digraphs_have_one_head
check "undo means the words that were meant" undo_means_what_it_says
check "so do candidates with interfaces" candidates_mean_what_they_say
check "errors with lines and names of files" files_say_nothing_else
check "no shell has run a name" nothing_was_run
