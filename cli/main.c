// SPDX-License-Identifier: GPL-2.0
/*
 * tcpulse: the list of commands, and how one is started.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/filter.h"
#include "base/netlink.h"
#include "base/out.h"
#include "cmd/cmd.h"
#include "cmd/options.h"
#include "cmd/recording.h"

#ifndef VERSION
#define VERSION "unknown"
#endif

#define TIMEOUT_DEFAULT_MS	10000
#define DEFAULT_INTERVAL_MS	1000
#define TOP_DEFAULT		20

static const struct cmd * const commands[] = {
	&cmd_states, &cmd_transitions, &cmd_listeners, &cmd_timewait,
	&cmd_stuck, &cmd_segments, &cmd_tune, &cmd_audit, &cmd_info, &cmd_help,
	&cmd_complete, NULL
};

static int run(const struct cmd *cmd, struct opts *opts)
{
	int st = options_check(cmd, opts) ?: recording_begin(cmd, opts);

	if (!st && opts->count && !opts->interval_ms)
		opts->interval_ms = DEFAULT_INTERVAL_MS;
	out_init(opts->json, opts->interval_ms, opts->header, opts->color);
	st = st ?: cmd->run(opts);
	netlink_say_strangers();
	filter_free(opts->filter);
	return recording_end(st);
}

/* A closed descriptor would be given to the next socket, which would then be
 * sent our output. Reading from nothing, writing to it fails as it should.
 */
static void fill_descriptors(void)
{
	int fd;

	for (fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			if (open("/dev/null", O_RDONLY) != fd)
				_exit(ST_REFUSED);
}

static int start(struct opts *opts)
{
	const struct cmd *cmd = NULL;

	if (opts->version) {
		out_line(PLAIN, "tcpulse %s", VERSION);
		return out_end();
	}
	if (opts->argc) {
		cmd = cmd_find(opts, opts->argv[0]);
		if (!cmd)
			return cmd_unknown(opts, opts->argv[0]);
		opts->argc--;
		opts->argv++;
	}
	if (!opts->help)
		return run(cmd ?: &cmd_screen, opts);
	help_print(opts, cmd);
	return out_end();
}

int main(int argc, char **argv)
{
	struct opts opts = {
		.family = AF_UNSPEC,
		.header = true,
		.timeout_ms = TIMEOUT_DEFAULT_MS,
		.prefix = { 24, 64 },
		.top = TOP_DEFAULT,
		.color = COLOR_AUTO,
		.commands = commands,
		.words = argv + 1,
	};

	fill_descriptors();
	/* out_end() learns of a reader that went away by EPIPE */
	signal(SIGPIPE, SIG_IGN);
	return options_parse(argc, argv, &opts) ?: start(&opts);
}
