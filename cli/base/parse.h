/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words and numbers of the command line: states, durations, counts. Knows
 * nothing of options; the caller says which argument was wrong.
 */
#ifndef CLI_PARSE_H
#define CLI_PARSE_H

#include <stdbool.h>
#include <stddef.h>

#include <linux/types.h>
#include <linux/tcpulse.h>

#define STATE_FIRST	TCPULSE_STATE_ESTABLISHED
#define STATE_LAST	TCPULSE_STATE_CLOSING
#define STATE_SLOTS	(STATE_LAST + 1)
#define STATE_BIT(s)	(1U << (s))

/* every state that has a population */
#define STATES_ALL	(((STATE_BIT(STATE_SLOTS) - 1) & ~1U) & \
			 ~STATE_BIT(TCPULSE_STATE_CLOSED))

#define COUNT_MAX	1000000000
#define DAY_MS		(24 * 3600 * 1000)

/* The order in which a connection lives them; ends with 0. */
extern const unsigned char state_order[STATE_SLOTS];

/* ss(8)'s spelling for text, the spec's in snake_case for JSON; NULL for a
 * number that is no state.
 */
const char *state_text(unsigned int state);
const char *state_json(unsigned int state);

/**
 * parse_states() - a set of states from words
 * @argc: how many words
 * @argv: names of states in any spelling, or groups as in ss(8)
 * @mask: result, STATE_BIT() each; all populations when there is no word
 *
 * Return: the word that is not known, or NULL.
 */
const char *parse_states(int argc, char **argv, unsigned int *mask);

/* One after the other of the words parse_states() takes; NULL behind the last. */
const char *state_word(size_t i);

/**
 * nearest_state() - the known word most like an unknown one
 * @word: the unknown one
 *
 * Return: a word parse_states() takes, or NULL if none is close.
 */
const char *nearest_state(const char *word);

/* Which word of a list it is, from 0, or -1. A list has a blank between two; NULL
 * has none.
 */
int word_number(const char *list, const char *word);

/* Is it one of the list? */
bool word_among(const char *list, const char *word);

/**
 * likeness() - how far two words are apart
 * @a: one word
 * @b: another
 *
 * Return: number of letters to change, insert or delete.
 */
unsigned int likeness(const char *a, const char *b);

/* How likeness() to @word must be below for a word to be worth a hint. */
unsigned int likeness_limit(const char *word);

/**
 * parse_duration() - a duration from "1", "0.5", "2s" or "200ms"
 * @text: the argument
 * @min_ms: least value that is right
 * @max_ms: greatest
 * @ms: result
 *
 * Return: false unless all of @text is a duration in range.
 */
bool parse_duration(const char *text, unsigned int min_ms, unsigned int max_ms,
		    unsigned int *ms);

/**
 * parse_prefix() - lengths of prefixes to group by
 * @text: "" (nothing changes), "/24", "/64" or "/24,64"
 * @len: result, of IPv4 and of IPv6; one number alone is IPv4's up to 32
 *
 * Return: false unless all of @text is that.
 */
bool parse_prefix(const char *text, unsigned int len[2]);

/**
 * parse_count() - a whole number of at least 1
 * @text: the argument
 * @max: greatest value that is right
 * @count: result
 *
 * Return: false unless all of @text is a number in range.
 */
bool parse_count(const char *text, unsigned int max, unsigned int *count);

#endif
