# SPDX-License-Identifier: GPL-2.0
# fish completion for tcpulse(8)
#
# The tool says what a word may become; fish quotes it.

function __tcpulse_complete
	set -l words (commandline -opc)
	set -l typed (commandline -ct)
	set -l lines (command tcpulse complete -- $words[2..] "$typed" 2>/dev/null)
	if test "$lines" = \tfile
		__fish_complete_path "$typed"
	else
		string join -- \n $lines
	end
end

complete -c tcpulse -f -a '(__tcpulse_complete)'
