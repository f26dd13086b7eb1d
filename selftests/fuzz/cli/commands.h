/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands that are answered by a kernel that lies. The first byte of a case
 * says which: new ones go to the end.
 */
#ifndef FUZZ_CLI_COMMANDS_H
#define FUZZ_CLI_COMMANDS_H

static const char *const commands[] = {
	"",
	"-j",
	"info",
	"-j info",
	"states",
	"-j -4 states",
	"transitions",
	"-j transitions",
	"--dot transitions",
	"listeners",
	"-j listeners -p -w",
	"listeners -g -w -s peak",
	"listeners --overflowing -p sport = :80",
	"-j listeners -g",
	"timewait",
	"-j timewait",
	"timewait --by port",
	"timewait --by peer --top 3",
	"-j timewait --by prefix/8",
	"timewait --headroom",
	"-j timewait --headroom",
	"timewait --halfclosed",
	"-j timewait --halfclosed",
	"stuck --by connection",
	"-j stuck --silent 0",
	"segments",
	"-j segments",
	"segments off",
	"tune",
	"-j tune show",
	"tune show somaxconn net.ipv4.tcp_fin_timeout",
	"tune set somaxconn=4096 tcp_fin_timeout=30s",
	"-j tune set ip_local_port_range=20000-60000 --confirm 60 --no-wait",
	"tune set tcp_max_tw_buckets=500k --dry-run",
	"tune listener :80 backlog=100",
	"-j tune listener 127.0.0.1:80 backlog=4k --confirm 1min --no-wait",
	"tune confirm",
	"-j tune revert",
	"tune pending",
	"-j tune pending",
	"tune log",
	"-j tune log",
	"tune save --dry-run",
	"tune load - --dry-run",
	"audit --timeout 0",
	"-j audit --timeout 0",
	"states -i 0.1 -c 2",
	"-j segments -i 0.1 -c 2",
	"listeners -i 0.1 -c 2",
	"timewait -i 0.1 -c 2",
	"transitions -i 0.1 -c 2",
	"-i 0.1 -c 2",
};

#define COMMAND_WORDS 12

#endif
