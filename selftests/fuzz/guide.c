// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <linux/kcov.h>
#include <linux/netlink.h>

#include "guide.h"
#include "run.h"

#define KCOV "/sys/kernel/debug/kcov"
/* A datagram of many requests takes some hundred thousand steps; what is more is lost. */
#define COVER_MAX 0x100000
#define KEPT_MAX 1024
/* Changes make it longer, time and again. */
#define LONGEST (MESSAGE_MAX / 2)

/* the number of addresses, and these; written by the kernel */
static unsigned long *cover;
static unsigned char seen[PLACES_IN_MODULE];
static struct message *kept[KEPT_MAX];
static unsigned int n_kept;

void guide_open(void)
{
	int fd;

	if (!run.guided)
		return;
	fd = open(KCOV, O_RDWR | O_CLOEXEC);
	if (fd < 0 || ioctl(fd, KCOV_INIT_TRACE, COVER_MAX))
		complain("%s: %s", KCOV, strerror(errno));
	cover = mmap(NULL, COVER_MAX * sizeof(*cover), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (cover == MAP_FAILED || ioctl(fd, KCOV_ENABLE, KCOV_TRACE_PC))
		complain("%s: %s", KCOV, strerror(errno));
}

void guide_forget(void)
{
	if (cover)
		__atomic_store_n(&cover[0], 0, __ATOMIC_RELAXED);
}

static bool reached_new(void)
{
	const unsigned long n = __atomic_load_n(&cover[0], __ATOMIC_RELAXED);
	bool is_new = false;
	unsigned long i;

	for (i = 1; i <= n; i++) {
		const unsigned long place = cover[i] % PLACES_IN_MODULE;

		is_new |= !seen[place];
		seen[place] = 1;
		shared->reached[place] = 1;
	}
	return is_new;
}

/* What a datagram takes, without the room that it does not use. */
static size_t size_of(const struct message *m)
{
	return offsetof(struct message, buf) + m->len;
}

void guide_note(const struct message *m)
{
	struct message *copy;

	if (!cover || !reached_new() || n_kept == KEPT_MAX || m->len > LONGEST)
		return;
	copy = malloc(size_of(m));
	if (!copy)
		complain("no memory");
	memcpy(copy, m, size_of(m));
	kept[n_kept++] = copy;
}

/* Fresh numbers. Return: where one of the requests begins, the last if @which is more. */
static size_t renumber(struct message *m, struct course *c, unsigned int which, bool *last)
{
	size_t at = 0, start = 0;
	unsigned int n = 0;

	while (at + NLMSG_HDRLEN <= m->len) {
		struct nlmsghdr *nlh = (void *)(m->buf + at);

		nlh->nlmsg_seq = ++c->seq;
		if (n++ <= which)
			start = at;
		if (nlh->nlmsg_len < NLMSG_HDRLEN || nlh->nlmsg_len > m->len - at)
			break;
		at += NLMSG_ALIGN(nlh->nlmsg_len);
	}
	*last = n <= which + 1;
	return start;
}

void guide_choose(struct message *m, struct rng *r, struct course *c, unsigned int batch)
{
	const struct message *copy;
	size_t start;
	bool last;

	if (!n_kept || chance(r, 50))
		return;
	copy = kept[rnd(r, n_kept)];
	if (copy->made > batch)
		return;
	memcpy(m, copy, size_of(copy));
	start = renumber(m, c, rnd(r, 8), &last);
	/* attributes of the last one only are known */
	if (!last)
		m->n_places = 0;
	if (start < m->len)
		message_spoil(m, r, start, last);
}

unsigned int guide_reached(void)
{
	unsigned int i, n = 0;

	for (i = 0; i < PLACES_IN_MODULE; i++)
		n += shared->reached[i];
	return n;
}
