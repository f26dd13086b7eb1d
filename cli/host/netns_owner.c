// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/nsfs.h>

#include "base/tape.h"
#include "host/netns.h"
#include "host/netns_owner.h"

static bool is_ours(int fd)
{
	static struct stat ours;
	struct stat theirs;

	if (!ours.st_ino && stat("/proc/self/ns/user", &ours))
		return true;
	return fstat(fd, &theirs) ||
	       (theirs.st_dev == ours.st_dev && theirs.st_ino == ours.st_ino);
}

/* One above ours is not told: it has us in its hands whatever we look at. */
void netns_look_owner(struct netns *ns, int fd)
{
	int user = ioctl(fd, NS_GET_USERNS);

	ns->foreign = false;
	ns->owner = 0;
	if (user < 0)
		return;
	ns->foreign = !is_ours(user);
	if (ns->foreign && ioctl(user, NS_GET_OWNER_UID, &ns->owner))
		ns->owner = -1;
	close(user);
}

/* Recorded of foreign ones only. */
static void tape_owner(struct netns *ns)
{
	char question[TAPE_QUESTION], text[24] = "";

	if (ns->foreign)
		snprintf(text, sizeof(text), "%u", ns->owner);
	if (!ns->foreign && !tape_replays())
		return;
	snprintf(question, sizeof(question), "owner of network namespace %lu",
		 (unsigned long)ns->ino);
	tape_fact(question, text, sizeof(text));
	ns->foreign = *text;
	ns->owner = strtoul(text, NULL, 10);
}

void netns_mark_owner(struct netns *ns)
{
	tape_owner(ns);
	*ns->mark = '\0';
	if (ns->foreign)
		snprintf(ns->mark, sizeof(ns->mark), "[uid=%u]", ns->owner);
}
