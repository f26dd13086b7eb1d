#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# bash completion offers what the command line means, and runs nothing: names of
# files and network namespaces are other people's. Asked by its function, and by TAB
# in an interactive bash. Needs no module.
#
# Kernels: any; bash and the completion do all of it

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib.sh"

readonly COMPLETION=$SELFTESTS/../cli/completion/tcpulse.bash

# Each leaves the file RAN-n behind, when a shell expands it.
hostile_names() {
	# shellcheck disable=SC2016 # not for us
	printf '%s\n' '$(touch${IFS}RAN-1)' '`touch RAN-2`' 'a;touch RAN-3' \
		'$(>RAN-4)' '"$(touch RAN-5)"' "'\$(touch RAN-6)'" '<(touch RAN-7)' \
		'a[$(touch RAN-8)]' '${x:=$(touch RAN-9)}' 'a b'
}

# in a process of its own, with names of namespaces from $1
complete_word() (
	cd "$TMP/here" || exit
	# shellcheck source=/dev/null
	. <(sed "s#/run/netns/#$TMP/netns/#" "$COMPLETION")
	# shellcheck disable=SC2317 # the completion calls it
	compopt() { :; }
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_tcpulse
	[ ${#COMPREPLY[@]} -eq 0 ] || printf '%s\n' "${COMPREPLY[@]}"
)

# offers WANTED WORD...: of all that is offered, one line is this
offers() {
	local wanted=$1
	shift
	complete_word "$@" >"$TMP/offered" 2>&1
	grep -qxF -e "$wanted" "$TMP/offered" || { cat "$TMP/offered"; return 1; }
}

nothing_ran() {
	! find "$TMP/here" "$TMP" -maxdepth 1 -name 'RAN-*' | grep .
}

# Every place where a word may be asked for, with nothing typed and with each name.
asked_everywhere_runs_nothing() {
	local before typed
	while read -r before; do
		while IFS= read -r typed; do
			# shellcheck disable=SC2086 # words
			complete_word tcpulse $before "$typed" >/dev/null
		done < <(echo; hostile_names)
	done <<-'EOF'
		
		tune
		tune load
		tune save
		tune set
		tune listener
		tune save --file
		tune load --file
		listeners
		listeners state
		transitions
		segments
		-N
		--netns
		-i
		--sort
		help
	EOF
	nothing_ran
}

# typed in a terminal: the line, TAB twice, then the line is thrown away
tab() {
	{
		busywait 20 grep -qs ready "$TMP/terminal"
		printf '%s\t\t' "$1"
		busywait 20 grep -qs "$2" "$TMP/terminal"
		printf '\025exit\r'
		nap
	} | (cd "$TMP/here" && within 60 script -qfec "bash --noprofile --rcfile $TMP/rc -i" \
		"$TMP/terminal") >/dev/null 2>&1
	grep -q "$2" "$TMP/terminal" || { cat -v "$TMP/terminal"; return 1; }
}

tab_runs_nothing() {
	tab 'tcpulse tune load ' "$1" && nothing_ran
}

# what TAB leaves on the line is a name, not an order: run it
tabbed_line_runs_nothing() {
	local name
	rm -rf "$TMP/here" "$TMP/terminal" && mkdir "$TMP/here"
	# shellcheck disable=SC2016 # not for us
	name='$(touch${IFS}RAN-1)'
	: >"$TMP/here/$name"
	{
		busywait 20 grep -qs ready "$TMP/terminal"
		printf 'tcpulse tune load \t'
		busywait 20 grep -qs 'touch' "$TMP/terminal"
		printf '\rexit\r'
		nap
	} | (cd "$TMP/here" && within 60 script -qfec "bash --noprofile --rcfile $TMP/rc -i" \
		"$TMP/terminal") >/dev/null 2>&1
	cat -v "$TMP/terminal"
	nothing_ran && grep -qF "given <$name>" "$TMP/terminal"
}

need_tool script
mkdir "$TMP/here" "$TMP/netns"
while IFS= read -r name; do
	: >"$TMP/here/$name"
	: >"$TMP/netns/$name"
done < <(hostile_names)
: >"$TMP/here/my file.conf"
: >"$TMP/netns/blue"
cat >"$TMP/rc" <<-EOF
	tcpulse() { printf 'given <%s>\n' "\${!#}"; }
	. $COMPLETION
	bind 'set enable-bracketed-paste off'
	PS1='ready '
EOF

ktap_plan 9
check "a command" offers listeners tcpulse l
check "an option" offers --confirm tcpulse tune load --c
check "a parameter" offers somaxconn= tcpulse tune set som
check "a file, as it is" offers 'my file.conf' tcpulse tune load my
check "a namespace" offers blue tcpulse -N b
# shellcheck disable=SC2016 # as it must be typed
check "a namespace, quoted for the shell" offers '\`touch\ RAN-2\`' tcpulse -N ''
check "hostile names, asked for everywhere: none is run" asked_everywhere_runs_nothing
check "hostile names, by TAB: none is run" tab_runs_nothing 'my file.conf'
check "a hostile name, completed and run: is one argument" tabbed_line_runs_nothing
