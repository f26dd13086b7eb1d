// SPDX-License-Identifier: GPL-2.0
#include <pwd.h>
#include <stdio.h>

#include "base/mask.h"
#include "base/tape.h"
#include "host/names.h"
#include "host/netns.h"

static void look_up_interface(unsigned int ifindex, char *name)
{
	if (!if_indextoname(ifindex, name))
		*name = '\0';
	mask_name(MASK_INTERFACE, name, IF_NAMESIZE);
}

void interface_name(unsigned int ifindex, char name[IF_NAMESIZE])
{
	char question[TAPE_QUESTION];

	*name = '\0';
	if (!tape_replays())
		look_up_interface(ifindex, name);
	snprintf(question, sizeof(question),
		 "name of interface %u in network namespace %lu", ifindex,
		 (unsigned long)netns_here());
	tape_fact(question, name, IF_NAMESIZE);
}

static void look_up_user(__u64 uid, char *name)
{
	const struct passwd *user = getpwuid(uid);

	snprintf(name, USER_NAME_MAX, "%.64s", user ? user->pw_name : "");
	mask_name(MASK_USER, name, USER_NAME_MAX);
}

void user_name(__u64 uid, char name[USER_NAME_MAX])
{
	char question[TAPE_QUESTION];

	*name = '\0';
	if (!tape_replays())
		look_up_user(uid, name);
	snprintf(question, sizeof(question), "name of user %llu", uid);
	tape_fact(question, name, USER_NAME_MAX);
}
