# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # what those who source it set
#
# The check "arrows" of style; sourced by it, after remember.sh. The module's units
# include one another in no circle. In the tool what is below knows nothing of what is
# above it, neither by an include nor by a symbol, no objects need one another, and
# module/ alone knows netlink: HACKING.md has the picture.
#
# Owns what the floors of the tool are.

readonly FLOORS="base=0 module=1 host=1 reading=2 rules=3 cmd=4 main=5"

# judge [VARIABLE=VALUE]...: of arrows, see there
judge() {
	awk "${@/#/-v}" -f "$VM_DIR/arrows.awk"
}

# What includes what, a line each: a unit is a .c file and its header.
module_arrows() {
	sources 'kmod/*.c' 'kmod/*.h' | grep -vE '^kmod/(kunit|compat)/' |
		in_tree xargs -d '\n' grep -HE '^#[[:space:]]*include[[:space:]]+"' |
		sed -E 's!^.*/([^/]+)\.[ch]:.*"(.*/)?([^"]+)\.[ch]".*!\1 \3 include!'
}

# Between folders only: a header may know its neighbour's types.
tool_includes() {
	sources 'cli/*.c' 'cli/*.h' | in_tree xargs -d '\n' \
		grep -HE '^#[[:space:]]*include[[:space:]]+"' |
		sed -E 's!^cli/(.*)\.[ch]:.*"(.*)\.[ch]".*!\1 \2!' |
		awk '{ a = $1; b = $2; sub("[^/]*$", "", a); sub("[^/]*$", "", b) }
			a != b { print $1, $2, "include" }'
}

# As compiled, optimized or not.
tool_symbols() {
	(cd "$1" && find . -name '*.o' -printf '%P\0' | xargs -0 nm -AP) | awk '
		{ sub(/\.o:$/, "", $1) }
		$3 ~ /^[TDBRCVW]$/ { home[$2] = $1 }
		$3 == "U" { from[++n] = $1; symbol[n] = $2 }
		END {
			for (i = 1; i <= n; i++)
				if (symbol[i] in home)
					print from[i], home[symbol[i]], symbol[i]
		}'
}

# Whoever else knows netlink is named.
netlink_elsewhere() {
	in_tree grep -rnE '#[[:space:]]*include[[:space:]]+<netlink/|TCPULSE_A_' cli \
		--include='*.[ch]' --exclude-dir=module
}

# Compiled anew only when something changed.
judge_objects() {
	local content key
	content=$({ harness && cat "$OUT/machine" && sources cli include kmod/tcpulse.h |
		grep -vE '^cli/(man|completion)/' | contents "$TREE"; } | digest) || return
	key=$(key_of "$content" objects)
	known "$key" || {
		make_program cli CC=gcc CFLAGS=-O0 OUTPUT="$OUT/objects" objects &&
			tool_symbols "$OUT/objects" | judge of=cli floors="$FLOORS" || return
	}
	learn "$key"
}

check_arrows() {
	local bad=0
	module_arrows | judge of=kmod || bad=1
	tool_includes | judge of=cli floors="$FLOORS" || bad=1
	! netlink_elsewhere || bad=1
	judge_objects || bad=1
	return "$bad"
}
