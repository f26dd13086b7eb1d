# SPDX-License-Identifier: GPL-2.0
# bash completion for tcpulse(8)                           -*- shell-script -*-
#
# The tool says what a word may become. Whose names these are we do not know: none
# may reach compgen -W, which expands its words and so runs a name like $(reboot).
# What is offered is quoted, so that the shell that gets the line does not run it
# either.

_tcpulse() {
	local words=("${COMP_WORDS[@]:1:COMP_CWORD}") line word
	COMPREPLY=()
	while IFS= read -r line; do
		word=${line%%$'\t'*}
		# files are readline's: it quotes whatever they are called
		[ -n "$word" ] || { compopt -o default; return; }
		[[ $word != *= ]] || compopt -o nospace
		printf -v word %q "$word"
		COMPREPLY+=("$word")
	done < <(command tcpulse complete -- "${words[@]}" 2>/dev/null)
}

complete -F _tcpulse tcpulse
