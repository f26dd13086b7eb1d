// SPDX-License-Identifier: GPL-2.0
/*
 * Lets the Nth allocation of one system call fail, for N = 1, 2, ... until the
 * call has no Nth one. For a kernel with fault injection; which failures it is
 * to inject is said in debugfs (failslab, fail_page_alloc).
 *
 *   failnth load MODULE.KO    init_module(2); what was loaded is unloaded again
 *   failnth unload MODULE.KO  delete_module(2), with a change pending
 *   failnth netns             unshare(CLONE_NEWNET)
 *   failnth listen            listen(2); prints "lost PORT" for each the module
 *                             could not remember, "ready", and holds them until
 *                             its standard input ends
 *   failnth requests          each operation of the family, dumps too
 *
 * With "-r BYTES" in front not one but all fail from somewhere on, a bit later
 * with each try; for whoever tries twice. This wants a failslab that fails always,
 * but with its task-filter.
 *
 * For each N "NAME N ok|ERRNO", then what is wrong, if anything; and for each
 * call "NAME: N tries failed". Exit status 1 when anything was wrong.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <arpa/inet.h>

#include "../client/tuning.h"
#include "failnth.h"
#include "sock.h"

#define TIMEOUT_SYSCTL "/proc/sys/net/ipv4/tcp_fin_timeout"

static void nothing(void)
{
}

/* --- load, unload --------------------------------------------------------------- */

static void *image;
static size_t image_size;
static struct request *pending;

static void read_image(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		err(1, "%s", path);
	image_size = st.st_size;
	image = malloc(image_size);
	if (!image || read(fd, image, image_size) != (ssize_t)image_size)
		err(1, "%s", path);
	close(fd);
}

static int load(void)
{
	return syscall(SYS_init_module, image, image_size, "") ? errno : 0;
}

static int unload(void)
{
	return syscall(SYS_delete_module, "tcpulse", O_NONBLOCK) ? errno : 0;
}

static const char *judge_load(int error)
{
	if (!access("/sys/module/tcpulse", F_OK) != !error)
		return error ? "refused, but there" : "loaded, but not there";
	return !error && unload() ? "cannot be unloaded" : NULL;
}

static int fin_timeout(void)
{
	FILE *f = fopen(TIMEOUT_SYSCTL, "r");
	int value = -1;

	if (!f || fscanf(f, "%d", &value) != 1)
		err(1, "%s", TIMEOUT_SYSCTL);
	fclose(f);
	return value;
}

static void load_and_change(void)
{
	struct tuning t;

	if (load())
		err(1, "load");
	pending = request_new();
	if (!pending)
		err(1, "family tcpulse");
	tuning_begin(pending);
	tuning_put(pending, "tcp_fin_timeout", 30);
	tuning_put_confirm(pending, 600);
	if (tuning_send(pending, &t) || fin_timeout() != 30)
		errx(1, "param-set: %d %s", pending->error, pending->text);
}

static const char *judge_unload(int error)
{
	int value = fin_timeout();

	request_free(pending);
	if (error)
		return unload() ? "cannot be unloaded at all" : "not unloaded";
	return value == 60 ? NULL : "the change stays";
}

/* --- namespaces ------------------------------------------------------------------- */

static int first_netns;

static int unshare_net(void)
{
	return unshare(CLONE_NEWNET) ? errno : 0;
}

/* Where one was made, it counts. */
static const char *judge_netns(int error)
{
	struct request *r;
	bool works;

	if (error)
		return NULL;
	r = request_new();
	works = r && request_works(r, TCPULSE_CMD_STATE_GET);
	if (r)
		request_free(r);
	if (setns(first_netns, CLONE_NEWNET))
		err(1, "setns");
	return works ? NULL : "a namespace that is not counted";
}

static bool netns(void)
{
	const struct failing f = { "netns", nothing, unshare_net, judge_netns };

	first_netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	if (first_netns < 0)
		err(1, "/proc/self/ns/net");
	return failing_run(&f);
}

/* --- listeners ---------------------------------------------------------------------- */

static struct request *asking;
static __u64 known, lost;
static int listener;
static int port;

static __u64 overflow_number(unsigned int type)
{
	struct nlattr *attr;

	mnl_attr_for_each(attr, asking->reply, sizeof(struct genlmsghdr))
		if (mnl_attr_get_type(attr) == type)
			return mnl_attr_get_u64(attr);
	errx(1, "overflow-get: no attribute %u", type);
}

static void read_listeners(__u64 *there, __u64 *missing)
{
	if (!request_works(asking, TCPULSE_CMD_OVERFLOW_GET))
		errx(1, "overflow-get");
	*there = overflow_number(TCPULSE_A_OVERFLOW_LISTENERS);
	*missing = overflow_number(TCPULSE_A_OVERFLOW_LOST_LISTENERS);
}

static void bind_socket(void)
{
	union addr at;

	read_listeners(&known, &lost);
	if (bind_any(KIND_V4, false, &listener, &at))
		err(1, "bind");
	port = ntohs(at.in.sin_port);
}

static int listen_socket(void)
{
	return listen(listener, 1) ? errno : 0;
}

/* It listens: it is in the table or it is said to be lost. */
static const char *judge_listen(int error)
{
	__u64 known_now, lost_now;

	read_listeners(&known_now, &lost_now);
	if (error) {
		close_fd(&listener);
		return known_now == known && lost_now == lost ? NULL :
		       "does not listen, but counts";
	}
	if (known_now + lost_now != known + lost + 1)
		return "neither in the table nor lost";
	failing_noticed = lost_now != lost;
	if (failing_noticed)
		printf("lost %d\n", port);
	return NULL;
}

static bool listeners(void)
{
	const struct failing f = { "listen", bind_socket, listen_socket, judge_listen };
	bool good;

	asking = request_new();
	if (!asking)
		err(1, "family tcpulse");
	good = failing_run(&f);
	puts("ready");
	fflush(stdout);
	while (getchar() != EOF)
		;
	request_free(asking);
	return good;
}

int main(int argc, char **argv)
{
	const struct failing loading = { "load", nothing, load, judge_load };
	const struct failing unloading = { "unload", load_and_change, unload, judge_unload };
	const char *what;

	if (argc > 2 && !strcmp(argv[1], "-r")) {
		failing_step = strtoul(argv[2], NULL, 10);
		argv += 2;
	}
	what = argv[1] ?: "";
	if (!strcmp(what, "netns"))
		return !netns();
	if (!strcmp(what, "listen"))
		return !listeners();
	if (!strcmp(what, "requests"))
		return !failing_requests();
	if ((strcmp(what, "load") && strcmp(what, "unload")) || !argv[2])
		errx(2, "usage: failnth [-r BYTES] load|unload MODULE.KO|netns|listen|requests");
	read_image(argv[2]);
	return !failing_run(!strcmp(what, "load") ? &loading : &unloading);
}
