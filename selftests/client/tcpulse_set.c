// SPDX-License-Identifier: GPL-2.0
/*
 * Sets what the module lets be set, for the shell tests, and hears what it
 * announces. Speaks libmnl while the CLI speaks libnl.
 *
 *   tcpulse_set [-N NETNS|PID|PATH] NAME=VALUE[,HIGH]... [confirm=S] [dry-run]
 *   tcpulse_set [-N ...] listener ADDRESS PORT limit=N [confirm=S] [dry-run]
 *   tcpulse_set [-N ...] listener id=N limit=N [confirm=S] [dry-run]
 *   tcpulse_set [-N ...] confirm|revert [transaction=N]
 *   tcpulse_set [-N ...] watch SECONDS
 *
 * Prints the reply: transaction=N, remaining-ms=N if something is pending, then
 * a line of key=value words a row, as change.h has them. A refusal is one line:
 * error=ERANGE offset=N message=TEXT. watch joins the group alert and prints
 * "watching", then the rows as they come. What is left out (NAME= without a
 * VALUE, limit=) is left out of the request.
 *
 * Exit status: 0, 1 usage or malformed answer, 2 refused, 3 no such family.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdarg.h>
#include <time.h>

#include "change.h"
#include "netlink.h"
#include "netns.h"

enum { EX_USAGE = 1, EX_REFUSED, EX_ABSENT };

static void die(int status, const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	va_start(args, fmt);
	fputs("tcpulse_set: ", stderr);
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	exit(status);
}

static void explain(void)
{
	die(EX_USAGE, "usage: tcpulse_set [-N NETNS] NAME=VALUE...|listener|confirm|revert|watch");
}

static long long to_number(const char *text)
{
	long long n;
	char *end;

	errno = 0;
	n = strtoll(text, &end, 10);
	if (end == text || *end || errno)
		die(EX_USAGE, "%s: not a number", text);
	return n;
}

/* what is behind KEY=, or NULL */
static const char *value_of(const char *word, const char *key)
{
	size_t len = strlen(key);

	return !strncmp(word, key, len) && word[len] == '=' ? word + len + 1 : NULL;
}

/* --- answers ------------------------------------------------------------------ */

static void print_row(const struct nlattr *nest)
{
	const char *wrong;
	struct change c;

	wrong = change_parse(nest, &c);
	if (wrong)
		die(EX_USAGE, "a row of a change: %s", wrong);
	change_print(&c);
}

static __u64 get_u64(const struct nlattr *attr)
{
	if (mnl_attr_get_payload_len(attr) != 8)
		die(EX_USAGE, "attribute %u is not of 8 bytes", mnl_attr_get_type(attr));
	return mnl_attr_get_u64(attr);
}

static void print_reply(const struct nlmsghdr *nlh)
{
	struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		switch (mnl_attr_get_type(attr)) {
		case TCPULSE_A_TUNING_TRANSACTION:
			printf("transaction=%llu\n", get_u64(attr));
			break;
		case TCPULSE_A_TUNING_REMAINING_MS:
			printf("remaining-ms=%llu\n", get_u64(attr));
			break;
		case TCPULSE_A_TUNING_CHANGE:
			print_row(attr);
			break;
		default:
			die(EX_USAGE, "attribute %u unknown", mnl_attr_get_type(attr));
		}
	}
}

static int send_and_print(struct request *r)
{
	if (request_send(r))
		die(EX_USAGE, "no answer: %s", strerror(errno));
	if (r->error) {
		printf("error=%s offset=%u message=%s\n", strerrorname_np(r->error),
		       r->offset, r->text);
		return EX_REFUSED;
	}
	if (!r->reply)
		die(EX_USAGE, "an answer without a reply");
	print_reply(r->reply);
	return 0;
}

/* --- requests ----------------------------------------------------------------- */

/* confirm=S and dry-run stand beside what is changed; false for another word */
static bool put_option(struct request *r, const char *word)
{
	const char *value = value_of(word, "confirm");

	if (value)
		mnl_attr_put_u32(r->nlh, TCPULSE_A_TUNING_CONFIRM_SECONDS, to_number(value));
	else if (!strcmp(word, "dry-run"))
		mnl_attr_put(r->nlh, TCPULSE_A_TUNING_DRY_RUN, 0, NULL);
	else
		return false;
	return true;
}

static void put_param(struct request *r, char *word)
{
	char *value = strchr(word, '='), *high;
	struct nlattr *nest;

	if (!value)
		explain();
	*value++ = '\0';
	high = strchr(value, ',');
	if (high)
		*high++ = '\0';
	nest = mnl_attr_nest_start(r->nlh, TCPULSE_A_TUNING_PARAM);
	mnl_attr_put_strz(r->nlh, TCPULSE_A_PARAM_NAME, word);
	if (*value)
		mnl_attr_put_u64(r->nlh, TCPULSE_A_PARAM_VALUE, to_number(value));
	if (high)
		mnl_attr_put_u64(r->nlh, TCPULSE_A_PARAM_VALUE_HIGH, to_number(high));
	mnl_attr_nest_end(r->nlh, nest);
}

static int set_params(struct request *r, char **words)
{
	request_begin(r, r->family, TCPULSE_CMD_PARAM_SET);
	for (; *words; words++)
		if (!put_option(r, *words))
			put_param(r, *words);
	return send_and_print(r);
}

static void put_address(struct request *r, const char *text)
{
	bool six = strchr(text, ':');
	__u8 address[16];

	if (inet_pton(six ? AF_INET6 : AF_INET, text, address) != 1)
		die(EX_USAGE, "%s: not an address", text);
	mnl_attr_put_u16(r->nlh, TCPULSE_A_LISTENER_LIMIT_FAMILY, six ? AF_INET6 : AF_INET);
	mnl_attr_put(r->nlh, TCPULSE_A_LISTENER_LIMIT_ADDRESS, six ? 16 : 4, address);
}

/* ADDRESS PORT, or id=N; what is behind it */
static char **put_which(struct request *r, char **words)
{
	const char *id;

	if (!words[0])
		explain();
	id = value_of(words[0], "id");
	if (id) {
		mnl_attr_put_u64(r->nlh, TCPULSE_A_LISTENER_LIMIT_ID, to_number(id));
		return words + 1;
	}
	if (!words[1])
		explain();
	put_address(r, words[0]);
	mnl_attr_put_u16(r->nlh, TCPULSE_A_LISTENER_LIMIT_PORT, to_number(words[1]));
	return words + 2;
}

static int set_listener(struct request *r, char **words)
{
	struct nlattr *nest;
	const char *limit;

	request_begin(r, r->family, TCPULSE_CMD_LISTENER_SET);
	nest = mnl_attr_nest_start(r->nlh, TCPULSE_A_TUNING_LISTENER);
	words = put_which(r, words);
	limit = *words ? value_of(*words++, "limit") : NULL;
	if (!limit)
		explain();
	if (*limit)
		mnl_attr_put_u32(r->nlh, TCPULSE_A_LISTENER_LIMIT_LIMIT, to_number(limit));
	mnl_attr_nest_end(r->nlh, nest);
	for (; *words; words++)
		if (!put_option(r, *words))
			explain();
	return send_and_print(r);
}

static int settle(struct request *r, __u8 cmd, char **words)
{
	const char *transaction = *words ? value_of(*words, "transaction") : NULL;

	if (*words && (!transaction || words[1]))
		explain();
	request_begin(r, r->family, cmd);
	if (transaction)
		mnl_attr_put_u64(r->nlh, TCPULSE_A_TUNING_TRANSACTION, to_number(transaction));
	return send_and_print(r);
}

/* --- watch -------------------------------------------------------------------- */

static void print_alerts(const char *buf, int len)
{
	const struct nlmsghdr *nlh;
	struct nlattr *attr;

	for (nlh = (const void *)buf; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
		mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr))
			print_row(attr);
	fflush(stdout);
}

static int watch(struct request *r, const char *seconds)
{
	struct pollfd p = { .fd = mnl_socket_get_fd(r->nl), .events = POLLIN };
	time_t end;
	int len;

	if (!seconds)
		explain();
	if (request_join(r)) {
		printf("error=%s\n", strerrorname_np(errno));
		return EX_REFUSED;
	}
	puts("watching");
	fflush(stdout);
	end = time(NULL) + to_number(seconds);
	while (time(NULL) < end) {
		if (poll(&p, 1, 100) <= 0)
			continue;
		len = kernel_mnl_receive(r->nl, r->answer, sizeof(r->answer));
		if (len < 0)
			die(EX_USAGE, "recvfrom: %s", strerror(errno));
		print_alerts(r->answer, len);
	}
	return 0;
}

static int run(struct request *r, char **words)
{
	if (!strcmp(*words, "listener"))
		return set_listener(r, words + 1);
	if (!strcmp(*words, "confirm"))
		return settle(r, TCPULSE_CMD_PARAM_CONFIRM, words + 1);
	if (!strcmp(*words, "revert"))
		return settle(r, TCPULSE_CMD_PARAM_REVERT, words + 1);
	if (!strcmp(*words, "watch"))
		return watch(r, words[1]);
	return set_params(r, words);
}

int main(int argc, char **argv)
{
	struct request *r;
	int status;

	if (argc > 2 && !strcmp(argv[1], "-N")) {
		if (enter_netns(argv[2]))
			die(EX_USAGE, "%s: %s", argv[2], strerror(errno));
		argv += 2;
	}
	if (!argv[1])
		explain();
	r = request_new();
	if (!r)
		die(errno == ENOENT ? EX_ABSENT : EX_USAGE, "family tcpulse: %s",
		    strerror(errno));
	status = run(r, argv + 1);
	request_free(r);
	return status;
}
