// SPDX-License-Identifier: GPL-2.0
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../client/netlink.h"
#include "../client/slow.h"
#include "run.h"
#include "settle.h"

#define BACKLOG 7
#define SECONDS_TO_SETTLE (60 * slow_measured())

bool module_is_there(void)
{
	struct request *r = request_new();

	if (r)
		request_free(r);
	return r;
}

static bool has_pending(struct request *r)
{
	struct nlattr *attr;

	if (!request_works(r, TCPULSE_CMD_PARAM_GET))
		complain("afterwards: param-get: %s", strerror(r->error));
	mnl_attr_for_each(attr, r->reply, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == TCPULSE_A_PARAMS_PENDING)
			return true;
	return false;
}

static void put_back(struct request *r)
{
	request_begin(r, r->family, TCPULSE_CMD_PARAM_REVERT);
	if (request_send(r) || (r->error && r->error != ENOENT))
		complain("afterwards: param-revert: %s", strerror(r->error));
	if (has_pending(r))
		complain("afterwards: a change is pending still after it was reverted");
}

/* The ports are what the run left them. */
static __u16 listen_somewhere(int *fd)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(12345) };

	*fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (bind(*fd, (void *)&at, sizeof(at)) || listen(*fd, BACKLOG))
		complain("afterwards: cannot listen: %s", strerror(errno));
	return 12345;
}

static void ask_for_listener(struct request *r)
{
	int fd;
	const __u16 port = listen_somewhere(&fd);
	struct nlattr *attr;
	__u32 asked = 0;

	request_begin(r, r->family, TCPULSE_CMD_LISTENER_GET);
	mnl_attr_put_u16(r->nlh, TCPULSE_A_LISTENER_PORT, port);
	if (request_send(r) || r->error)
		complain("afterwards: listener-get: %s", strerror(r->error));
	mnl_attr_for_each(attr, r->reply, GENL_HDRLEN)
		if (mnl_attr_get_type(attr) == TCPULSE_A_LISTENER_ASKED)
			asked = mnl_attr_get_u32(attr);
	if (asked != BACKLOG)
		complain("afterwards: a listener asked for %u, not %u", asked, BACKLOG);
	close(fd);
}

void settle(void)
{
	struct request *r = request_new();

	/* Who gets no answer does not wait for ever. */
	alarm(SECONDS_TO_SETTLE);
	run_sent(NULL, 0);
	if (!r)
		complain("afterwards: no answer at all");
	put_back(r);
	ask_for_listener(r);
	params_check_ranges();
	params_check_values();
	request_free(r);
}
