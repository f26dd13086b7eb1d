# SPDX-License-Identifier: GPL-2.0
# bash completion for tcpulse(8)                           -*- shell-script -*-

_tcpulse_command() {
	local i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-N | -i | -c | -s | --netns | --interval | --count | --timeout | \
			--sort | --by | --top) ((i++)) ;;
		states | transitions | listeners | timewait | segments | audit | info | help)
			echo "${COMP_WORDS[i]}"
			return
			;;
		esac
	done
}

_tcpulse_namespaces() {
	local ns
	for ns in /run/netns/*; do
		[ -e "$ns" ] && echo "${ns##*/}"
	done
}

_tcpulse() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local commands='states transitions listeners timewait segments audit info help'
	local filter='state exclude src dst sport dport and or not' command words
	local states='established syn-sent syn-recv fin-wait-1 fin-wait-2
		time-wait close-wait last-ack listen closing
		all connected synchronized bucket big'
	local options='-4 -6 -j -n -H -N -a -i -c -V -h --ipv4 --ipv6 --json
		--numeric --no-header --netns --all-netns --interval --count --color=auto
		--color=always --color=never --version --help'

	command=$(_tcpulse_command)
	case $prev in
	-N | --netns) words=$(_tcpulse_namespaces) ;;
	-i | --interval) words='0.5 1 2 5 10 60' ;;
	-c | --count | --timeout) words='1 3 10' ;;
	-s | --sort) words='local accept syn overflow drop limit peak fullness' ;;
	--by) words='port peer prefix prefix/24 prefix/64' ;;
	--top) words='0 5 20 100' ;;
	state | exclude) words=$states ;;
	*)
		case $command in
		'') words=$commands ;;
		help) words=$commands ;;
		states) words=$states ;;
		transitions) words="$states closed"; options+=' --dot' ;;
		listeners)
			words=$filter
			options+=' -p -g -w -s --processes --group --wide --sort --overflowing'
			;;
		timewait)
			words=$filter
			options+=' --by --top --headroom --halfclosed'
			;;
		segments) words='on off' ;;
		audit) words=''; options+=' --timeout' ;;
		*) words='' ;;
		esac
		case $cur in -*) words=$options ;; esac
		;;
	esac
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}

complete -F _tcpulse tcpulse
