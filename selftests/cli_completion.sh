#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Completion in bash, zsh and fish offers what the command line means, and runs
# nothing: names of files and network namespaces are other people's. bash is asked by
# its function, fish by complete -C, bash and zsh by TAB in an interactive shell. Only
# the names of parameters come from the module.
#
# Kernels: any; the shells and the tool do all of it

# where /run/netns is what we make it, for us alone
if [ -z "${COMPLETION_MOUNTS:-}" ] && unshare -m true 2>/dev/null; then
	COMPLETION_MOUNTS=1 exec unshare -m "$0" "$@"
fi

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

readonly COMPLETIONS=$SELFTESTS/../cli/completion

# Each leaves the file RAN-n behind, when a shell expands it.
hostile_names() {
	# shellcheck disable=SC2016 # not for us
	printf '%s\n' '$(touch${IFS}RAN-1)' '`touch RAN-2`' 'a;touch RAN-3' \
		'$(>RAN-4)' '"$(touch RAN-5)"' "'\$(touch RAN-6)'" '<(touch RAN-7)' \
		'a[$(touch RAN-8)]' '${x:=$(touch RAN-9)}' 'a b'
}

# in a process of its own
complete_word() (
	cd "$TMP/here" || exit
	# shellcheck source=/dev/null
	. "$COMPLETIONS/tcpulse.bash"
	# shellcheck disable=SC2317 # the completion calls it
	compopt() { [ "$2" = nospace ] || echo "compopt $*"; }
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

# nothing of its own, which readline fills with files
offers_files() {
	complete_word "$@" >"$TMP/offered" 2>&1
	[ "$(<"$TMP/offered")" = "compopt -o default" ] || { cat "$TMP/offered"; return 1; }
}

nothing_ran() {
	! find "$TMP/here" "$TMP" -maxdepth 1 -name 'RAN-*' | grep .
}

# fish_complete LINE: what fish would show
fish_complete() {
	# shellcheck disable=SC2016 # for fish
	(cd "$TMP/here" && within 60 fish --no-config -c 'source $argv[1]; complete -C $argv[2]' \
		"$COMPLETIONS/tcpulse.fish" "$1")
}

# fish_offers WANTED LINE: it shows the help behind
fish_offers() {
	fish_complete "$2" >"$TMP/offered" 2>&1
	cut -f 1 "$TMP/offered" | grep -qxF -e "$1" || { cat "$TMP/offered"; return 1; }
}

# Places where a word may be asked for: one of each kind.
places() {
	cat <<-'EOF'
		
		tune
		tune load
		tune set
		listeners state
		-N
		--sort
	EOF
}

# with nothing typed and with each name
asked_everywhere_runs_nothing() {
	local before typed
	while read -r before; do
		while IFS= read -r typed; do
			# shellcheck disable=SC2086 # words
			complete_word tcpulse $before "$typed" >/dev/null
		done < <(echo; hostile_names)
	done < <(places)
	nothing_ran
}

# fish starts once; a name is typed as it is, and as fish quotes it
fish_asked_everywhere_runs_nothing() {
	places >"$TMP/places"
	{ echo; hostile_names; } >"$TMP/names"
	# shellcheck disable=SC2016 # for fish
	(cd "$TMP/here" && within 120 fish --no-config -c '
		source $argv[1]
		while read -l before
			while read -l typed
				complete -C "tcpulse $before $typed"
				complete -C "tcpulse $before "(string escape -- $typed)
			end <$argv[3]
		end <$argv[2]' "$COMPLETIONS/tcpulse.fish" "$TMP/places" "$TMP/names") \
		>"$TMP/offered" 2>&1
	grep -q '^somaxconn' "$TMP/offered" || { cat "$TMP/offered"; return 1; }
	nothing_ran
}

# interactive SHELL: one at a terminal, which says "ready"
interactive() {
	local command="bash --noprofile --rcfile $TMP/rc -i"
	[ "$1" = bash ] || command="env ZDOTDIR=$TMP zsh -d -i"
	(cd "$TMP/here" && within 300 script -qfec "$command" "$TMP/terminal") >/dev/null 2>&1
}

# await_ready: nothing is typed before, or it would be the terminal that edits it
await_ready() {
	busywait 120 grep -qs ready "$TMP/terminal"
}

# tab SHELL LINE PATTERN: typed in a terminal: the line, TAB twice, then the line is
# thrown away
tab() {
	rm -f "$TMP/terminal"
	{
		await_ready && printf '%s\t\t' "$2" &&
			busywait 60 grep -qs "$3" "$TMP/terminal"
		printf '\025exit\r'
		nap
	} | interactive "$1"
	grep -q "$3" "$TMP/terminal" || { cat -v "$TMP/terminal"; return 1; }
}

tab_runs_nothing() {
	tab "$1" 'tcpulse tune load ' "$2" && nothing_ran
}

# what TAB leaves on the line is a name, not an order: run it
tabbed_line_runs_nothing() {
	local name
	rm -rf "$TMP/here" "$TMP/terminal" && mkdir "$TMP/here"
	# shellcheck disable=SC2016 # not for us
	name='$(touch${IFS}RAN-1)'
	: >"$TMP/here/$name"
	{
		await_ready && printf 'tcpulse tune load \t' &&
			busywait 60 grep -qs 'touch' "$TMP/terminal"
		printf '\rexit\r'
		nap
	} | interactive "$1"
	cat -v "$TMP/terminal"
	nothing_ran && grep -qF "given <$name>" "$TMP/terminal"
}

# check_in SHELL NAME COMMAND...: as check, where there is this shell
check_in() {
	local shell=$1 name=$2
	shift 2
	if command -v "$shell" >/dev/null; then
		check "$shell: $name" "$@"
	else
		ktap_skip "$shell: $name" "no $shell here"
	fi
}

need_tcpulse
need_cli
need_tool script unshare
mkdir -p /run/netns
mkdir "$TMP/here" "$TMP/netns" "$TMP/bin"
mount --bind "$TMP/netns" /run/netns || skip_all "cannot mount"
# the tool that the completions ask
ln -s "$cli" "$TMP/bin/tcpulse"
PATH=$TMP/bin:$PATH
while IFS= read -r name; do
	: >"$TMP/here/$name"
	: >"$TMP/netns/$name"
done < <(hostile_names)
for name in $'x\n$(touch RAN-11)' $'`touch RAN-12`\ny'; do
	: >"$TMP/here/$name"
	: >"$TMP/netns/$name"
done
: >"$TMP/here/my file.conf"
: >"$TMP/netns/blue"
cat >"$TMP/rc" <<-EOF
	tcpulse() { printf 'given <%s>\n' "\${!#}"; }
	. $COMPLETIONS/tcpulse.bash
	bind 'set enable-bracketed-paste off'
	PS1='ready '
EOF
cat >"$TMP/.zshrc" <<-EOF
	fpath=($COMPLETIONS \$fpath)
	autoload -Uz compinit
	compinit -C -d "$TMP/zcompdump"
	tcpulse() { printf 'given <%s>\n' "\${@[-1]}"; }
	PS1='ready '
EOF

# All functions of zsh are looked through once, which takes minutes where files are slow:
# not while somebody waits for the first prompt.
if command -v zsh >/dev/null; then
	ZDOTDIR=$TMP within 600 zsh -d -c ". $TMP/.zshrc" >/dev/null 2>&1
	[ -s "$TMP/zcompdump" ] || die "zsh: no completion"
fi

ktap_plan 21
check "a command" offers listeners tcpulse l
check "an option" offers --confirm tcpulse tune load --c
check "a parameter" offers somaxconn= tcpulse tune set som
check "a file is left to readline" offers_files tcpulse tune load my
check "a namespace" offers blue tcpulse -N b
# shellcheck disable=SC2016 # as it must be typed
check "a namespace, quoted for the shell" offers '\`touch\ RAN-2\`' tcpulse -N ''
check "hostile names, asked for everywhere: none is run" asked_everywhere_runs_nothing
check "hostile names, by TAB: none is run" tab_runs_nothing bash 'my file.conf'
check_in zsh "a command" tab zsh 'tcpulse lis' 'teners'
check_in zsh "an option and what it does" tab zsh 'tcpulse tune load --' 'confirm.*put back'
check_in zsh "a parameter" tab zsh 'tcpulse tune set som' 'axconn='
check_in zsh "a value, behind its option" tab zsh 'tcpulse timewait --by=pe' 'by=peer'
check_in zsh "a namespace" tab zsh 'tcpulse -N bl' 'ue'
check_in zsh "hostile names, by TAB: none is run" tab_runs_nothing zsh 'file.conf'
check_in fish "a command" fish_offers listeners 'tcpulse l'
check_in fish "an option" fish_offers --confirm 'tcpulse tune load --c'
check_in fish "a parameter" fish_offers somaxconn= 'tcpulse tune set som'
check_in fish "a namespace" fish_offers blue 'tcpulse -N b'
check_in fish "hostile names, asked for everywhere: none is run" \
	fish_asked_everywhere_runs_nothing
check "a hostile name, completed and run: is one argument" tabbed_line_runs_nothing bash
check_in zsh "a hostile name, completed and run: is one argument" \
	tabbed_line_runs_nothing zsh
