# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash disable=SC2154 # what those who source it set
#
# The check "sink" of style; sourced by it. In the tool base/sink.c alone writes on
# stdout and stderr. What others have chosen is quoted where it is printed: names, which
# are structs, and words of the command line. Text in room that does not grow is put
# together by append(). Netlink sockets are opened where nobody is believed but the
# kernel, in the tool and in the tests.
#
# Owns who may do such things besides.

# what writes on stdout or stderr, and what on any file
readonly TO_TERMINAL='v?w?printf|puts|w?putw?char(_unlocked)?|v?dprintf|perror|psignal|v?warnx?|v?errx?|error(_at_line)?|json_dumpfd|syscall'
readonly TO_FILE='v?fw?printf|fputw?s(_unlocked)?|fputw?c(_unlocked)?|putw?c(_unlocked)?|fwrite(_unlocked)?|p?writev?|sendfile|splice|json_dumpf|json_dump_(file|callback)|freopen'

# those that write files, or text in memory
readonly WRITERS='cli/(base/(sink|tape)|host/(plain_file|sysctl_[a-z]+|netns_tape|procs)|rules/finding|cmd/recording|cmd/tune/(apply|pending))\.c'

# What is not printing: is there one, which of two, fill it in, and DOT's own quotes.
readonly NOT_PRINTED='inside\([\w.>-]+raw\)|\*[\w.>-]+raw\b(?! \+)|raw\[0\]|strcmp\([\w.>-]+raw, [][\w.>-]+raw\)|snprintf\([\w.>-]+raw, sizeof\([\w.>-]+raw\)|strcmp\([\w.>-]+raw, "|dot_name\(.*raw'

# calls PATTERN: FILE:LINE:TEXT of those in the tool; comments are none
calls() {
	sources 'cli/*.c' 'cli/*.h' | in_tree xargs -d '\n' grep -nHP "$1" |
		grep -vP '^[^:]*:\d+:\s*(/\*|\*|//)|^[^:]*\.h:.*__printf' || :
}

# without FILES: of such lines, those of other files
without() {
	grep -vP "^($1):" || :
}

raw_names() {
	calls '(\.|->)raw\b' | { grep -P '^cli/(cmd|rules)/' || :; } |
		perl -ne "\$l = \$_; s/$NOT_PRINTED//g; print \$l if /(\\.|->)raw\\b/"
}

# Words of the command line that are said as they are: statements, without strings and
# what quotes.
words_said() {
	# shellcheck disable=SC2016 # perl's
	sources 'cli/*.c' | in_tree xargs -d '\n' perl -0777 -ne '
		my $string = qr/"(?:\\.|[^"\\])*"/;
		while (/\b((?:out_err|out_line|out_cell|wrap_line|progress)\((?:$string|[^;"])*\);)/g) {
			my $call = $1;
			$call =~ s/$string//g;
			$call =~ s/\b(inside|quoted|quoted_text|shell_word|shell_quoted)(\((?:[^()]++|(?2))*\))//g;
			next unless $call =~ /\b(argv\[[^]]*\]|netns|record|replay|tune\.file|word|arg)\s*[,)]/;
			my $what = $1;
			$call =~ s/\s+/ /g;
			print "$ARGV: $what: $call\n";
		}'
}

# those that hear the kernel only; and one that is not meant to be believed
readonly HEARS='cli/base/netlink\.c|selftests/(client/kernel_socket\.h|traffic/forger\.c)'

netlink_opened() {
	sources 'cli/*.c' 'cli/*.h' 'selftests/*.c' 'selftests/*.h' | in_tree xargs -d '\n' \
		grep -nHP '\bsocket\([AP]F_NETLINK|\b(mnl_socket_open|nl_connect|genl_connect)' |
		without "$HEARS" || :
}

complain() {
	local lines
	lines=$(sed "s|\$| <- $1|")
	[ -z "$lines" ] || { echo "$lines" && return 1; }
}

check_sink() {
	local bad=0
	calls "(?<![\\w>.])($TO_TERMINAL)\\s*\\(|\\b(stdout|stderr)\\b(?!\")" |
		without 'cli/base/sink\.c' |
		complain 'base/sink.c alone writes on stdout and stderr' || bad=1
	calls '(?<!isatty\()(?<!ioctl\()(?<!<= )\bSTD(OUT|ERR)_FILENO' |
		without 'cli/base/sink\.c' |
		complain 'base/sink.c alone writes on stdout and stderr' || bad=1
	calls "(?<![\\w>.])($TO_FILE)\\s*\\(" | without "$WRITERS" |
		complain 'not known to write files: WRITERS in sink.sh' || bad=1
	raw_names | complain 'a name of others: quoted(), out_name()' || bad=1
	words_said | complain 'a word of others: inside(), quoted_text()' || bad=1
	calls '\bv?snprintf\([^,()]* \+ |\bstrn?cat\(' | without 'cli/base/append\.c' |
		complain 'append()' || bad=1
	netlink_opened | complain 'netlink_open(), kernel_socket(): they hear the kernel only' || bad=1
	return "$bad"
}
