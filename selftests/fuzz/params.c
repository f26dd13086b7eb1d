// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../client/netlink.h"
#include "params.h"
#include "run.h"

struct param params[PARAMS_MAX];
unsigned int n_params;

int params_open_file(const char *name)
{
	static const char *const dirs[] = { "ipv4", "core" };
	char path[128];
	size_t i;
	int fd;

	for (i = 0; i < 2; i++) {
		snprintf(path, sizeof(path), "/proc/sys/net/%s/%s", dirs[i], name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0)
			return fd;
	}
	return -1;
}

static __s64 number_in(const struct nlattr *attr)
{
	__s64 value;

	memcpy(&value, mnl_attr_get_payload(attr), sizeof(value));
	return value;
}

static void read_attr(struct param *p, const struct nlattr *attr)
{
	switch (mnl_attr_get_type(attr)) {
	case TCPULSE_A_PARAM_NAME:
		snprintf(p->name, sizeof(p->name), "%s", mnl_attr_get_str(attr));
		break;
	case TCPULSE_A_PARAM_VALUE:
		p->value = number_in(attr);
		break;
	case TCPULSE_A_PARAM_VALUE_HIGH:
		p->high = number_in(attr);
		p->range = true;
		break;
	case TCPULSE_A_PARAM_MINIMUM:
		p->minimum = number_in(attr);
		break;
	case TCPULSE_A_PARAM_MAXIMUM:
		p->maximum = number_in(attr);
		break;
	}
}

/* Fills the table from a reply; the files are opened only once. */
static void read_reply(const struct nlmsghdr *nlh, bool first)
{
	struct nlattr *row, *attr;
	unsigned int n = 0;

	mnl_attr_for_each(row, nlh, GENL_HDRLEN) {
		if (mnl_attr_get_type(row) != TCPULSE_A_PARAMS_PARAM || n == PARAMS_MAX)
			continue;
		mnl_attr_for_each_nested(attr, row)
			read_attr(&params[n], attr);
		if (first)
			params[n].fd = params_open_file(params[n].name);
		n++;
	}
	n_params = n;
}

static void ask_for_all(bool first)
{
	struct request *r = request_new();

	if (!r || !request_works(r, TCPULSE_CMD_PARAM_GET))
		complain("param-get does not work");
	read_reply(r->reply, first);
	request_free(r);
}

/* In the namespace that is to be watched. */
void params_learn(void)
{
	ask_for_all(true);
	if (!n_params)
		complain("param-get lists no parameter");
}

/* The file is read anew, whatever was read of it before. */
bool params_read_file(const struct param *p, __s64 *low, __s64 *high)
{
	char text[64];
	ssize_t len;

	*high = 0;
	if (p->fd < 0)
		return false;
	len = pread(p->fd, text, sizeof(text) - 1, 0);
	if (len <= 0)
		complain("cannot read the file of %s", p->name);
	text[len] = '\0';
	return sscanf(text, "%lld %lld", low, high) == (p->range ? 2 : 1);
}

/* Whatever was asked for, no value is one that sysctl(8) would refuse. */
void params_check_ranges(void)
{
	const struct param *p;
	__s64 low, high;

	for (p = params; p < params + n_params; p++) {
		if (!params_read_file(p, &low, &high))
			continue;
		if (low < p->minimum || low > p->maximum ||
		    (p->range && (high < low || high > p->maximum)))
			complain("%s is %lld %lld, out of its range %lld to %lld", p->name,
				 low, high, p->minimum, p->maximum);
	}
}

/* At rest, param-get says what the files say. */
void params_check_values(void)
{
	const struct param *p;
	__s64 low, high;

	ask_for_all(false);
	for (p = params; p < params + n_params; p++)
		if (params_read_file(p, &low, &high) &&
		    (low != p->value || (p->range && high != p->high)))
			complain("%s is %lld %lld, param-get says %lld %lld", p->name, low, high,
				 p->value, p->high);
}
