// SPDX-License-Identifier: GPL-2.0
/*
 * A command line: each line of the input is a word of it. Options, filters and
 * what goes with what are parsed and checked as always; in place of what the
 * command does, its filter is tried on a few sockets.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/tcpulse.h>

#include "base/filter.h"
#include "cmd/cmd.h"
#include "reading/param_value.h"
#include "tool.h"
#include "wrap.h"

#define WORDS_MAX 64

/* --- in place of the commands ------------------------------------------------- */

static void try_filter(const struct opts *opts)
{
	struct endpoints socket = { .state = TCPULSE_STATE_LISTEN, .sport = 80, .dport = 443 };
	unsigned char bytes[16] = { 10, 0, 0, 1 };

	if (!opts->filter)
		return;
	addr_init(&socket.src, AF_INET, bytes);
	addr_init(&socket.dst, AF_INET6, bytes);
	filter_match(opts->filter, &socket);
	socket.state = TCPULSE_STATE_TIME_WAIT;
	socket.dst = socket.src;
	filter_match(opts->filter, &socket);
}

/* A value is the same when it is read from what is written of it. */
static void try_value(const char *word)
{
	const char *value = strchr(word, '=');
	struct range first, again;
	char text[VALUE_TEXT];
	__u64 unit;

	for (unit = 0; value && unit < 6; unit++) {
		if (!value_parse(unit, value + 1, false, &first))
			continue;
		value_text(unit, &first, FOR_COMMAND, text);
		if (!value_parse(unit, text, false, &again) || !value_same(unit, &first, &again))
			abort();
	}
}

/* Called before a command runs: it ends there, but those that only print do not. */
int __wrap_options_check(const struct cmd *cmd, struct opts *opts)
{
	int i, st = __real_options_check(cmd, opts);

	if (st || cmd == &cmd_help || cmd == &cmd_complete)
		return st;
	try_filter(opts);
	for (i = 0; i < opts->argc; i++)
		try_value(opts->argv[i]);
	return ST_REFUSED;
}

/* --- the command line ------------------------------------------------------------ */

/* Each word in memory of its own, so that reading past its end is seen. */
static int split(const __u8 *data, size_t size, char **argv)
{
	int argc = 1;

	argv[0] = strdup("tcpulse");
	while (size && argc < WORDS_MAX) {
		const __u8 *end = memchr(data, '\n', size);
		const size_t len = end ? (size_t)(end - data) : size;

		argv[argc++] = strndup((const char *)data, len);
		data += end ? len + 1 : len;
		size -= end ? len + 1 : len;
	}
	argv[argc] = NULL;
	return argc;
}

int fuzz_one(const __u8 *data, size_t size)
{
	char *argv[WORDS_MAX + 1], *words[WORDS_MAX + 1];
	const int argc = split(data, size, argv);
	int i;

	/* getopt sorts them */
	memcpy(words, argv, sizeof(argv));
	run_tool(argc, argv);
	for (i = 0; i < argc; i++)
		free(words[i]);
	return 0;
}
