# SPDX-License-Identifier: GPL-2.0
# bash completion for tcpulse(8)                           -*- shell-script -*-

_tcpulse_command() {
	local i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-N | -i | -c | -s | --netns | --interval | --count | --timeout | \
			--sort | --by | --top | --confirm | --file) ((i++)) ;;
		states | transitions | listeners | timewait | segments | tune | audit | info | help)
			echo "${COMP_WORDS[i]}"
			return
			;;
		esac
	done
}

# Whose names these are we do not know: none may reach compgen -W, which expands
# its words and so runs a name like $(reboot). What is offered is quoted, so that
# the shell that gets the line does not run it either.

# offer those of the words that begin as what is typed; the words are ours
_tcpulse_words() {
	local word
	for word in $1; do
		[[ $word != "$cur"* ]] || COMPREPLY+=("$word")
	done
}

_tcpulse_namespaces() {
	local ns
	for ns in /run/netns/*; do
		[ -e "$ns" ] || continue
		printf -v ns %q "${ns##*/}"
		[[ $ns != "$cur"* ]] || COMPREPLY+=("$ns")
	done
}

# readline quotes them
_tcpulse_files() {
	compopt -o filenames -o default
	mapfile -t COMPREPLY < <(compgen -f -- "$cur")
}

# what follows the word tune: nothing, or the subcommand
_tcpulse_subcommand() {
	local i seen=
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		tune) seen=1 ;;
		show | set | listener | confirm | revert | pending | log | save | load)
			[ -z "$seen" ] || { echo "${COMP_WORDS[i]}"; return; }
			;;
		esac
	done
}

# names of parameters, each with $1 behind it
_tcpulse_params() {
	local name
	for name in somaxconn tcp_max_syn_backlog tcp_syncookies tcp_synack_retries \
		tcp_syn_retries tcp_abort_on_overflow tcp_migrate_req tcp_fastopen \
		tcp_max_tw_buckets tcp_tw_reuse tcp_tw_reuse_delay tcp_rfc1337 \
		tcp_fin_timeout tcp_orphan_retries tcp_keepalive_time \
		tcp_keepalive_intvl tcp_keepalive_probes ip_local_port_range; do
		echo "$name$1"
	done
}

_tcpulse_tune() {
	case $(_tcpulse_subcommand) in
	'')
		words="show set listener confirm revert pending log save load $(_tcpulse_params '')"
		;;
	show) words=$(_tcpulse_params '') ;;
	set)
		words=$(_tcpulse_params '=')
		options+=' --confirm --dry-run --save --no-wait --force --file'
		compopt -o nospace
		;;
	listener)
		words='backlog='
		options+=' --confirm --dry-run --no-wait'
		compopt -o nospace
		;;
	confirm) words=''; options+=' --save --file' ;;
	save) words=$(_tcpulse_params ''); options+=' --dry-run --file' ;;
	load)
		[[ $cur == -* ]] || _tcpulse_files
		options+=' --confirm --dry-run --no-wait --force'
		;;
	*) words='' ;;
	esac
}

_tcpulse() {
	COMPREPLY=()
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local commands='states transitions listeners timewait segments tune audit info help'
	local filter='state exclude src dst sport dport and or not' command words=''
	local states='established syn-sent syn-recv fin-wait-1 fin-wait-2
		time-wait close-wait last-ack listen closing
		all connected synchronized bucket big'
	local options='-4 -6 -j -n -H -N -a -i -c -V -h --ipv4 --ipv6 --json
		--numeric --no-header --netns --all-netns --interval --count --color=auto
		--color=always --color=never --version --help'

	command=$(_tcpulse_command)
	case $prev in
	-N | --netns) _tcpulse_namespaces ;;
	-i | --interval) words='0.5 1 2 5 10 60' ;;
	-c | --count | --timeout) words='1 3 10' ;;
	-s | --sort) words='local accept syn overflow drop limit peak fullness' ;;
	--by) words='port peer prefix prefix/24 prefix/64' ;;
	--top) words='0 5 20 100' ;;
	--confirm) words='30 60 5min 1h' ;;
	--file) _tcpulse_files ;;
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
		tune) _tcpulse_tune ;;
		audit) words=''; options+=' --timeout' ;;
		*) words='' ;;
		esac
		case $cur in -*) words=$options ;; esac
		;;
	esac
	_tcpulse_words "$words"
}

complete -F _tcpulse tcpulse
