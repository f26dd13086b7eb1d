// SPDX-License-Identifier: GPL-2.0
/*
 * Completion's answer: WORD, TAB, what it means. A line of an empty word and
 * "file" asks the shell for names of files.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/offer.h"

static const char *start = "";
static size_t kept;

void offer_begin(const char *typed, size_t fixed)
{
	start = typed;
	kept = fixed;
}

static bool has_control(const char *word)
{
	for (; *word; word++)
		if (iscntrl((unsigned char)*word))
			return true;
	return false;
}

void offer(const char *word, const char *help)
{
	int len = help ? strcspn(help, "\n") : 0;

	if (has_control(word) || strncmp(word, start + kept, strlen(start + kept)))
		return;
	printf("%.*s%s\t%.*s\n", (int)kept, start, word, len, help ?: "");
}

void offer_words(const char *words)
{
	char word[64];
	size_t len;

	for (; *words; words += len + strspn(words + len, " ")) {
		len = strcspn(words, " ");
		snprintf(word, sizeof(word), "%.*s", (int)len, words);
		offer(word, NULL);
	}
}

void offer_file(void)
{
	printf("\tfile\n");
}
