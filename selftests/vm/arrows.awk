# SPDX-License-Identifier: GPL-2.0
#
# Reads lines "FROM TO WHY": the unit FROM needs the unit TO, for a symbol or an include.
# Complains of each arrow between floors that does not go down, and of one circle among
# the units; also when there are no arrows. Ends with 1 when it complained.
#
#   of:     whose units these are, for people
#   floors: "FOLDER=HEIGHT ...", lowest first; a unit without a folder has that of "main".
#	    Folders of the same height do not know each other. Empty: there are none

function complain(text) {
	print of ": " text
	complaints++
}

function floor_of(unit) {
	return unit ~ /\// ? substr(unit, 1, index(unit, "/") - 1) : "main"
}

function look_at_floors(from, to, why,    a, b) {
	a = floor_of(from)
	b = floor_of(to)
	if (!(a in height) || !(b in height))
		complain("no such floor: " (a in height ? to : from))
	else if (a != b && height[b] >= height[a])
		complain("the wrong way: " from " -> " to " (" why ")")
}

# A unit is done when all it needs are, and on the way until then: who is met on the way
# closes a circle.
function visit(unit, way,    to, n, i) {
	if (on_way[unit]) {
		found = substr(way, index(way, " " unit " ") + 1) unit
		return
	}
	on_way[unit] = 1
	n = split(needs[unit], to)
	for (i = 1; i <= n && !found; i++)
		if (!done[to[i]])
			visit(to[i], way unit " -> (" reason[unit, to[i]] ") ")
	on_way[unit] = 0
	done[unit] = 1
}

BEGIN {
	n = split(floors, floor)
	for (i = 1; i <= n; i++) {
		split(floor[i], word, "=")
		height[word[1]] = word[2]
	}
}

$1 != $2 && !(($1, $2) in reason) {
	reason[$1, $2] = $3
	needs[$1] = needs[$1] " " $2
	if (floors)
		look_at_floors($1, $2, $3)
}

END {
	if (!NR)
		complain("no unit needs another")
	for (unit in needs)
		if (!done[unit] && !found)
			visit(unit, " ")
	if (found)
		complain("circle: " found)
	exit complaints > 0
}
