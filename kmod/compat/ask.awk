#!/usr/bin/awk -f
# SPDX-License-Identifier: GPL-2.0
# Usage: ask.awk PREPROCESSED COMPLAINTS
#
# From ask.c as the preprocessor left it, and what the compiler said of that, the
# header of answers. Ends with 1, and says of what and in the compiler's words,
# when a question has no answer or two, or the fault is in none of them.

function complain(words) {
	print words >"/dev/stderr"
	failed = 1
}

# The line of ask.c that the preprocessor says comes next.
FILENAME == ARGV[1] && /^#( line)? [0-9]+ / {
	line = ($2 == "line" ? $3 : $2) - 1
	next
}

FILENAME == ARGV[1] {
	line++
	if (match($0, /tcpulse_(yes|no)_[A-Z0-9_]+/)) {
		name = substr($0, RSTART, RLENGTH)
		value[line] = name ~ /_yes_/
		sub(/^tcpulse_(yes|no)_/, "", name)
		sub(/_[0-9]+$/, "", name)
		if (!(name in answers))
			names[++questions] = name
		answers[name] = answers[name] " " line
	}
	next
}

# What it says further of a complaint has no line of ask.c of its own, or has it
# in a note: all of it belongs to the complaint before.
/error: / && !/^ / {
	at = match($0, /ask\.c:[0-9]+:/) ? substr($0, RSTART + 6, RLENGTH - 7) : ""
	if (!(at in value) || /fatal error: |compiler error: /) {
		complain("tcpulse: not a question's fault: " $0)
		exit
	}
	wrong[at] = 1
}

# A heading of what comes next, where it is said again.
/: In function / {
	next
}

{
	said[at] = said[at] $0 "\n"
}

END {
	if (failed)
		exit 1
	if (!questions)
		complain("tcpulse: nothing was asked")
	for (i = 1; i <= questions; i++) {
		name = names[i]
		n = split(answers[name], lines, " ")
		compile = 0
		words = ""
		for (j = 1; j <= n; j++) {
			if (lines[j] in wrong) {
				words = words said[lines[j]]
			} else {
				compile++
				answer = value[lines[j]]
			}
		}
		if (compile != 1)
			complain("tcpulse: does this kernel have " name "? Of the " n \
				 " answers in kmod/compat/ask.c, " compile " compile\n" words)
		header = header "#define TCPULSE_HAVE_" name " " answer "\n"
	}
	if (failed)
		exit 1
	print "/* Made by kmod/compat/ask.awk: what kmod/compat/ask.c asks. */"
	printf "%s", header
}
