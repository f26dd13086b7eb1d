/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Completion's answer: words that may be meant, a line each.
 */
#ifndef CLI_OFFER_H
#define CLI_OFFER_H

#include <stddef.h>

/**
 * offer_begin() - what is typed of the word so far
 * @typed: the word; kept
 * @fixed: so many letters of it stay in front of what is offered: "--by="
 */
void offer_begin(const char *typed, size_t fixed);

/**
 * offer() - a word, unless something else is typed
 * @word: the word; one that is not plain, as a name may be, is not offered
 * @help: what it means, of which the first line is shown; or NULL
 */
void offer(const char *word, const char *help);

/* Several, with a blank between them. */
void offer_words(const char *words);

/* The name of a file: those the shell knows best. */
void offer_file(void);

#endif
