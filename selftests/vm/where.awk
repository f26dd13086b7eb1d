# SPDX-License-Identifier: GPL-2.0
# Reads selftests/Makefile and, in the header comment of each test program that it
# names, where that has to run; prints a line each, of words between tabs:
#
#	tests|by-name NAME KERNELS CPUS RCU REASONS TURN
#
# TURN counts those that say "Older: one", by which the older kernels share them.
#
# What is missing or unknown is told on stderr, by file; the status is then 1.
# Needs dir, where the files are.

BEGIN {
	FS = OFS = "\t"
	known["Kernels"] = " each source any debian newest "
	known["CPUs"] = " parallel "
	known["RCU"] = " normal "
	known["Older"] = " one "
	list["TEST_PROGS"] = list["TEST_GEN_PROGS"] = "tests"
	list["TEST_PROGS_EXTENDED"] = "by-name"
	key_line = "^[A-Za-z]+: [a-z]+;"
}

# Of each list the names themselves; a part of it that make works out has a $.
/^[A-Z_]+ *[:+]?=/ { group = list_of($0) }
group != "" { take_names($0) }
!/\\$/ { group = "" }

END {
	for (i = 1; i <= names; i++)
		tell(name[i], file_of(name[i]), of[i])
	if (!names)
		complain("Makefile", "no list of test programs")
	exit bad
}

function list_of(line) {
	sub(/ *[:+]?=.*/, "", line)
	return list[line]
}

function take_names(line,    word, words, i) {
	sub(/^[A-Z_]+ *[:+]?=/, "", line)
	sub(/#.*/, "", line)
	words = line ~ /[$]/ ? 0 : split(line, word, /[ \t\\]+/)
	for (i = 1; i <= words; i++) {
		if (word[i] == "")
			continue
		name[++names] = word[i]
		of[names] = group
	}
}

function file_of(program) {
	return program ~ /\.sh$/ ? program : program ".c"
}

function complain(file, what) {
	print "where: selftests/" file ": " what >"/dev/stderr"
	bad = 1
}

# What the header says, into value and reason by key.
function read_header(file,    line, status, key) {
	split("", value)
	split("", reason)
	while ((status = (getline line <(dir "/" file))) > 0 && line ~ /^(#|\/[*\/]| \*)/) {
		if (line ~ /^ \*\//)
			break
		sub(/^(#|\/[*\/]| \*) ?/, "", line)
		if (line ~ key_line || line ~ /^(Kernels|CPUs|RCU|Older):/)
			key = take_line(file, line)
		else if (key != "" && line ~ /^  [^ ]/)
			reason[key] = reason[key] substr(line, 2)
		else
			key = ""
	}
	close(dir "/" file)
	return status >= 0
}

# KEY: VALUE; REASON
function take_line(file, line,    key, at) {
	key = substr(line, 1, index(line, ":") - 1)
	sub(/^[A-Za-z]+: */, "", line)
	at = index(line, ";")
	if (!(key in known))
		complain(file, "unknown key '" key "'")
	else if (key in value)
		complain(file, key " is there twice")
	value[key] = at ? substr(line, 1, at - 1) : line
	reason[key] = at ? substr(line, at + 1) : ""
	return key
}

function judge(file,    key) {
	if (!("Kernels" in value))
		complain(file, "no line 'Kernels: each|source|any|debian|newest; REASON'")
	if (("Older" in value) && value["Kernels"] !~ /^(each|source)$/)
		complain(file, "Older: is for those that run on all of them")
	for (key in value) {
		if (!(key in known))
			continue
		if (index(known[key], " " value[key] " ") == 0)
			complain(file, key ": unknown value '" value[key] "'")
		if (reason[key] ~ /^ *$/)
			complain(file, key ": no reason")
	}
}

function said(key) {
	return key in value ? value[key] : "-"
}

# RCU has no column of its own in the table, but a word among the reasons.
function reasons(    text) {
	text = substr(reason["Kernels"], 2)
	if ("CPUs" in value)
		text = text "; parallel:" reason["CPUs"]
	if ("RCU" in value)
		text = text "; normal RCU:" reason["RCU"]
	if ("Older" in value)
		text = text "; one of the older:" reason["Older"]
	return text
}

function tell(program, file, group,    was) {
	was = bad
	bad = 0
	if (read_header(file))
		judge(file)
	else
		complain(file, "no such file")
	if (!bad)
		print group, program, said("Kernels"), said("CPUs"), said("RCU"), reasons(),
			("Older" in value) ? ++turns[group] : "-"
	bad = bad || was
}
