// SPDX-License-Identifier: GPL-2.0
/*
 * Completion's answer: WORD, TAB, what it means. A line of an empty word and
 * "file" asks the shell for names of files.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/offer.h"
#include "base/plain.h"
#include "base/sink.h"
#include "base/xalloc.h"

static const char *start = "";
static size_t kept;

void offer_begin(const char *typed, size_t fixed)
{
	start = typed;
	kept = fixed;
}

void offer(const char *word, const char *help)
{
	char *line, *meaning;

	if (!is_plain(word) || strncmp(word, start + kept, strlen(start + kept)))
		return;
	line = xcalloc(1, kept + strlen(word) + 1);
	stpcpy(mempcpy(line, start, kept), word);
	meaning = xstrndup(help ?: "", help ? strcspn(help, "\n") : 0);
	sink_offer(line, meaning);
	free(meaning);
	free(line);
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
	sink_offer("", "file");
}
