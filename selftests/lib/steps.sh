# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # what lib.sh has
#
# For tests that take a connection step by step, after lib.sh: several of them at once,
# by name, all on the first CPU.

declare -A step_orders=() step_replies=()

# start_step NAME NS OPTION...: of traffic/step
start_step() {
	local _name=$1 _ns=$2 _in _out
	shift 2
	rm -f "$TMP/$_name".{orders,replies}
	mkfifo "$TMP/$_name".{orders,replies}
	exec {_in}<>"$TMP/$_name.orders" {_out}<>"$TMP/$_name.replies"
	step_orders[$_name]=$_in step_replies[$_name]=$_out
	start_in "$_ns" taskset -c 0 step "$@" <"$TMP/$_name.orders" \
		>"$TMP/$_name.replies" 2>"$TMP/$_name.err"
}

# order NAME ORDER...: each is done before the next
order() {
	local _name=$1 _order _reply
	shift
	for _order; do
		echo "$_order" >&"${step_orders[$_name]}"
		read -r -t $((20 * slow)) _reply <&"${step_replies[$_name]}" &&
			[ "$_reply" = ok ] && continue
		echo "$_name: $_order: no answer; $(<"$TMP/$_name.err")"
		return 1
	done
}
