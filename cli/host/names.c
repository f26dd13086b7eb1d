// SPDX-License-Identifier: GPL-2.0
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include "base/mask.h"
#include "base/tape.h"
#include "host/names.h"
#include "host/netns.h"

static void look_up_interface(unsigned int ifindex, struct interface_name *name)
{
	if (!if_indextoname(ifindex, name->raw))
		*name->raw = '\0';
	mask_name(MASK_INTERFACE, name->raw, sizeof(name->raw));
}

void interface_name(unsigned int ifindex, struct interface_name *name)
{
	char question[TAPE_QUESTION];

	*name->raw = '\0';
	if (!tape_replays())
		look_up_interface(ifindex, name);
	snprintf(question, sizeof(question),
		 "name of interface %u in network namespace %lu", ifindex,
		 (unsigned long)netns_here());
	tape_fact(question, name->raw, sizeof(name->raw));
}

struct user {
	__u64 uid;
	struct user_name *name;
};

/* It may ask a server. */
static void ask_name_service(void *arg)
{
	const struct user *user = arg;
	const struct passwd *entry = getpwuid(user->uid);

	snprintf(user->name->raw, sizeof(user->name->raw), "%s",
		 entry ? entry->pw_name : "");
}

static void look_up_user(__u64 uid, struct user_name *name)
{
	struct user user = { .uid = uid, .name = name };

	netns_at_home(ask_name_service, &user);
	mask_name(MASK_USER, name->raw, sizeof(name->raw));
}

void user_name(__u64 uid, struct user_name *name)
{
	char question[TAPE_QUESTION];

	*name->raw = '\0';
	if (!tape_replays())
		look_up_user(uid, name);
	snprintf(question, sizeof(question), "name of user %llu", uid);
	tape_fact(question, name->raw, sizeof(name->raw));
}

/* Only the last newline is not the name's. */
void process_name(const char *pid, struct comm *name)
{
	char path[64];
	ssize_t n = -1;
	int fd;

	snprintf(path, sizeof(path), "/proc/%.20s/comm", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, name->raw, sizeof(name->raw) - 1);
		close(fd);
	}
	if (n > 0 && name->raw[n - 1] == '\n')
		n--;
	name->raw[n > 0 ? n : 0] = '\0';
}
