// SPDX-License-Identifier: GPL-2.0
/*
 * The namespaces of a trial. One process is in all of them by turns: sockets stay
 * where they were made.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <unistd.h>
#include <libmnl/libmnl.h>
#include <linux/netlink.h>

#include "../client/kernel_socket.h"
#include "trial.h"

/* of the host entered last; a kernel may not have it */
void world_set(struct trial *t, const char *path, const char *value)
{
	char name[128];
	int fd;

	snprintf(name, sizeof(name), "/proc/sys/net/%s", path);
	fd = open(name, O_WRONLY | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return;
	if (fd < 0 || write(fd, value, strlen(value)) < 0)
		trial_die(t, "%s=%s: %s", path, value, strerror(errno));
	close(fd);
}

static void set_all(struct trial *t)
{
	char text[16];
	unsigned int i;

	for (i = 0; i < SETTINGS; i++) {
		if (t->d.setting[i] == SET_DEFAULT)
			continue;
		snprintf(text, sizeof(text), "%d", t->d.setting[i]);
		world_set(t, settings[i].path, text);
	}
	snprintf(text, sizeof(text), "%d", t->d.fastopen);
	world_set(t, "ipv4/tcp_fastopen", text);
	world_set(t, "ipv4/tcp_timestamps", t->d.timestamps ? "1" : "0");
	if (t->d.few_ports)
		world_set(t, "ipv4/ip_local_port_range", "33000 33063");
	world_set(t, "mptcp/enabled", "1");
}

static struct mnl_socket *open_netlink(struct trial *t, int bus)
{
	struct mnl_socket *nl = kernel_mnl_socket(bus);

	if (!nl)
		trial_die(t, "netlink: %s", strerror(errno));
	return nl;
}

static void open_proc(struct trial *t, struct host *h)
{
	static const char * const names[] = { "netstat", "snmp", "sockstat" };
	char path[64];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "/proc/thread-self/net/%s", names[i]);
		h->proc[i] = open(path, O_RDONLY | O_CLOEXEC);
		if (h->proc[i] < 0)
			trial_die(t, "%s: %s", path, strerror(errno));
	}
}

static void make_host(struct trial *t, struct host *h, const char *name)
{
	h->name = name;
	if (unshare(CLONE_NEWNET))
		trial_die(t, "unshare: %s", strerror(errno));
	h->ns = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	if (h->ns < 0)
		trial_die(t, "namespace: %s", strerror(errno));
	world_entered(h);
	h->raw[0] = -1;
	h->raw[1] = -1;
	h->route = open_netlink(t, NETLINK_ROUTE);
	h->diag = open_netlink(t, NETLINK_SOCK_DIAG);
	open_proc(t, h);
	set_all(t);
	link_up(t, h, "lo");
}

static void name_addresses(struct host *h, const char *v4, const char *v6)
{
	h->at[0].in.sin_family = AF_INET;
	inet_pton(AF_INET, v4, &h->at[0].in.sin_addr);
	h->at[1].in6.sin6_family = AF_INET6;
	inet_pton(AF_INET6, v6, &h->at[1].in6.sin6_addr);
}

static void hamper(struct trial *t, const char *device)
{
	if (t->d.hamper == HAMPER_NONE)
		return;
	if (t->nhosts == 1 || t->d.hampered & 1)
		link_hamper(t, t->server, device);
	if (t->nhosts == 2 && t->d.hampered & 2)
		link_hamper(t, t->client, device);
}

void world_make(struct trial *t)
{
	const char *device = t->d.veth ? "eth0" : "lo";
	unsigned int i;

	t->nhosts = t->d.veth ? 2 : 1;
	t->server = &t->hosts[0];
	t->client = &t->hosts[t->nhosts - 1];
	make_host(t, t->server, "server");
	name_addresses(t->server, "127.0.0.1", "::1");
	if (t->d.veth) {
		make_host(t, t->client, "client");
		name_addresses(t->server, "192.0.2.1", "2001:db8::1");
		name_addresses(t->client, "192.0.2.2", "2001:db8::2");
		link_pair(t);
	}
	for (i = 0; i < t->nhosts; i++) {
		world_enter(&t->hosts[i]);
		if (capture_open(&t->hosts[i].capture, device))
			trial_die(t, "capture: %s", strerror(errno));
	}
	hamper(t, device);
}

/* All that pins it goes; it ends some time after the last of its sockets. */
void world_end_client(struct trial *t)
{
	struct host *h = t->client;
	unsigned int i;

	world_enter(t->server);
	mnl_socket_close(h->route);
	mnl_socket_close(h->diag);
	for (i = 0; i < ARRAY_SIZE(h->proc); i++)
		close(h->proc[i]);
	close_fd(&h->raw[0]);
	close_fd(&h->raw[1]);
	close_fd(&h->capture.fd);
	close_fd(&h->ns);
	t->nhosts = 1;
	t->client_is_dead = true;
}
