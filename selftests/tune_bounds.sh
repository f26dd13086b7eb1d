#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# What sysctl takes, tcpulse takes, and nothing else: for every parameter, around
# both ends of its range, and what one side has set the other one shows. In a new
# network namespace all parameters are at their defaults.
#
# Kernels: each; kernels differ in the parameters they have, and in what these take

# In a namespace of our own: some of these values would hurt a machine, and
# /proc/sys is then one redirection away.
if [ -z "${TUNE_BOUNDS_NS:-}" ] && [ "$(id -u)" -eq 0 ]; then
	TUNE_BOUNDS_NS=1 exec unshare --net -- "$0" "$@"
fi

# shellcheck source-path=SCRIPTDIR
. "$(dirname "$0")/lib/lib.sh"

# name, unit, and from when on it is heeded; ip_local_port_range is a pair
readonly PARAMS="
somaxconn number next-listen
tcp_max_syn_backlog number next-handshake
tcp_syncookies number next-handshake
tcp_synack_retries number next-timer
tcp_syn_retries number next-timer
tcp_abort_on_overflow number at-once
tcp_migrate_req number at-once
tcp_fastopen number next-handshake
tcp_max_tw_buckets number at-once
tcp_tw_reuse number at-once
tcp_tw_reuse_delay milliseconds at-once
tcp_rfc1337 number at-once
tcp_fin_timeout seconds next-close
tcp_orphan_retries number next-timer
tcp_keepalive_time seconds next-timer
tcp_keepalive_intvl seconds next-timer
tcp_keepalive_probes number next-timer
ip_local_port_range ports next-connect"
NAMES=$(awk 'NF { print $1 }' <<<"$PARAMS")
readonly NAMES

# the file of a parameter
file=''
find_file() {
	file=/proc/sys/net/ipv4/$1
	[ "$1" != somaxconn ] || file=/proc/sys/net/core/$1
}

# --- reading ------------------------------------------------------------------

# read_param NAME: what param-get says, into unit ... ro
# shellcheck disable=SC2034 # a table's columns
read_param() {
	tcpulse_get params "$1" >"$TMP/row" || return
	read -r _ unit effect value high min max loaded loaded_high default default_high ro \
		<"$TMP/row"
}

# what sysctl has, into sysctl and sysctl_high (- for none)
read_sysctl() {
	read -r sysctl sysctl_high <"$1"
	sysctl_high=${sysctl_high:--}
}

# sysctl_has VALUE HIGH
sysctl_has() {
	read_sysctl "$file"
	[ "$sysctl $sysctl_high" = "$1 $2" ] || {
		echo "$file has $sysctl $sysctl_high, not $1 $2"
		return 1
	}
}

# param_has NAME VALUE HIGH: loaded is what it was, whoever has set it
param_has() {
	read_param "$1" || return
	[ "$value $high" = "$2 $3" ] || {
		echo "$1: param-get has $value $high, not $2 $3"
		return 1
	}
	[ "$loaded $loaded_high $default $default_high" = "$was $was" ] || {
		echo "$1: loaded, default: $loaded $loaded_high $default $default_high, not $was"
		return 1
	}
}

# --- setting ------------------------------------------------------------------

# set_back: to the default
set_back() {
	echo "${was/ -/}" >"$file"
}

# by_sysctl NAME VALUE [HIGH]: sets theirs, 0 taken, 1 refused; seen by param-get
by_sysctl() {
	theirs=0
	set_back
	echo "${*:2}" 2>/dev/null >"$file" || theirs=1
	[ "$theirs" -eq 1 ] || param_has "$1" "$2" "${3:--}"
}

# by_tcpulse NAME VALUE [HIGH]: sets ours likewise; seen by sysctl
by_tcpulse() {
	local status=0 pair=${*:2} said
	set_back
	said=$(tcpulse_set "$1=${pair// /,}") || status=$?
	case $status in
	0)
		ours=0
		sysctl_has "$2" "${3:--}"
		;;
	2)
		ours=1
		# shellcheck disable=SC2086 # a pair
		sysctl_has $was && [[ $said =~ ^error=ERANGE\ offset=[1-9][0-9]*\ message=.*"$1" ]]
		;;
	*) return 1 ;;
	esac || {
		echo "$*: $said"
		return 1
	}
}

# same_verdict NAME VALUE [HIGH]
same_verdict() {
	local bad=0
	by_sysctl "$@" || bad=1
	by_tcpulse "$@" || bad=1
	[ "$ours" -eq "$theirs" ] || {
		echo "$*: sysctl says $theirs, tcpulse $ours"
		bad=1
	}
	set_back
	return "$bad"
}

# --- what is tried ---------------------------------------------------------------

# one of the numbers around the ends, each once
around() {
	printf '%s\n' $(($1 - 1)) "$1" 0 $(($1 + 2 * ($2 - $1) / 3)) "$2" $(($2 + 1)) |
		sort -nu
}

is_as_sysctl() {
	local bad=0 v
	find_file "$1"
	read_param "$1" || return
	was="$value $high"
	for v in $(around "$min" "$max"); do
		same_verdict "$1" "$v" || bad=1
	done
	return "$bad"
}

# Low ports are above those that need privilege, wherever these end.
ports_are_as_sysctl() {
	local start=/proc/sys/net/ipv4/ip_unprivileged_port_start bad=0 low high
	find_file ip_local_port_range
	read_param ip_local_port_range || return
	was="$value $high"
	while read -r start_at low high; do
		echo "$start_at" >"$start"
		same_verdict ip_local_port_range "$low" "$high" || bad=1
	done <<-EOF
		1024 1024 65535
		1024 1023 65535
		1024 1025 1025
		1024 40000 30000
		1024 30000 30001
		1024 30000 65536
		1024 -1 30000
		1024 30000 -1
		0 0 65535
		0 1 65535
		0 1 1
		0 65535 65535
		2000 1999 3000
		2000 2000 3000
	EOF
	return "$bad"
}

# --- the table --------------------------------------------------------------------

names_are_all() {
	tcpulse_get params >"$TMP/all" || return
	cut -d' ' -f1 "$TMP/all" | diff - <(echo "$NAMES")
}

units_are_right() {
	cut -d' ' -f1-3 "$TMP/all" | diff - <(sed 1d <<<"$PARAMS")
}

# The file is there, or the parameter is one that cannot be set.
read_only_has_no_file() {
	local bad=0 param
	while read -r param _ _ value _ _ _ _ _ _ _ ro; do
		find_file "$param"
		if [ "$ro" = read-only ]; then
			[ "$param" = tcp_tw_reuse_delay ] && [ ! -e "$file" ] &&
				[ "$value" -eq 1000 ] && continue
		else
			[ -w "$file" ] && continue
		fi
		echo "$param: $ro, value $value"
		bad=1
	done <"$TMP/all"
	return "$bad"
}

all_at_default() {
	local bad=0 param
	while read -r param _ _ value high _ _ loaded loaded_high default default_high ro; do
		[ "$value $high $value $high" = "$loaded $loaded_high $default $default_high" ] || {
			echo "$param: $value $high $loaded $loaded_high $default $default_high"
			bad=1
		}
		[ "$ro" != read-only ] || continue
		find_file "$param"
		read_sysctl "$file"
		[ "$sysctl $sysctl_high" = "$value $high" ] || {
			echo "$param: $value $high, sysctl has $sysctl $sysctl_high"
			bad=1
		}
	done <"$TMP/all"
	return "$bad"
}

cannot_be_set() {
	tcpulse_set tcp_tw_reuse_delay=1000 >"$TMP/set"
	[ $? -eq 2 ] && grep '^error=EROFS offset=[1-9].* message=this kernel has no ' "$TMP/set" && return
	cat "$TMP/set"
	return 1
}

# try NAME: its line of the plan
try() {
	local what="$1: the same verdicts and values as sysctl"
	if [ "$1" = ip_local_port_range ]; then
		check "$what" ports_are_as_sysctl
	elif grep -q "^$1 .* read-only$" "$TMP/all"; then
		check "$1: this kernel has no such sysctl" cannot_be_set
	else
		check "$what" is_as_sysctl "$1"
	fi
}

need_tcpulse
ktap_plan 22
check "all parameters, in order" names_are_all
check "their units, and when they take effect" units_are_right
check "read-only is what has no sysctl" read_only_has_no_file
check "a new namespace has the defaults" all_at_default
for name in $NAMES; do
	try "$name"
done
