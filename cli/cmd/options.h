/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The command line: options in, struct opts out, and whether they go with the
 * command. An option is one row, in the file of the command that takes it; the
 * parser, help and completion read the rows.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "cmd/cmd.h"

/* Room for an option as it is named in messages. */
#define OPTION_TEXT	32

/**
 * struct option_row - an option
 * @name: its long name; NULL ends an array of rows
 * @letter: its short name, or 0
 * @arg: what its value is called, in brackets when it may be left out; or NULL
 * @set: puts the value into opts; ST_OK, or ST_USAGE after saying what is wrong
 * @member: where in struct opts it does so, of those that share a function
 * @help: what it does, with a line break every 57 letters
 * @values: words that its value can be, or may well be, for completion; or NULL
 * @offer: offers others; or NULL
 * @with: the subcommands that take it; NULL: all
 *
 * A name that two commands have means the same in both: the rows are alike.
 */
struct option_row {
	const char *name;
	char letter;
	const char *arg;
	int (*set)(const struct option_row *row, struct opts *opts,
		   const char *value);
	size_t member;
	const char *help;
	const char *values;
	void (*offer)(void);
	const char *with;
};

/* Where a member of struct opts is; the compiler complains of another type. */
#define OPTION_MEMBER(type, name) \
	((size_t)(1 ? &(*(struct opts *)NULL).name : (type *)NULL))

/* How a row is set: a bool becomes true, a string is the value. */
#define OPTION_FLAG(name) \
	.set = option_flag, .member = OPTION_MEMBER(bool, name)
#define OPTION_STRING(name) \
	.set = option_string, .member = OPTION_MEMBER(const char *, name)

int option_flag(const struct option_row *row, struct opts *opts,
		const char *value);
int option_string(const struct option_row *row, struct opts *opts,
		  const char *value);

/* Which of @values: their number, as an unsigned int. */
int option_word(const struct option_row *row, struct opts *opts,
		const char *value);

/* Says that a value is not what is wanted. Return: ST_USAGE. */
int option_bad(const struct option_row *row, const char *value,
	       const char *want);

/* "-s", or "--by" of one without a letter; @text has room for OPTION_TEXT. */
void option_name(const struct option_row *row, char *text);

/* The options of all commands. */
extern const struct option_row common_options[];

/* Does a command take this common one? */
bool options_common(const struct cmd *cmd, const struct option_row *row);

/* Return: ST_OK, or ST_USAGE after saying what is wrong. */
int options_parse(int argc, char **argv, struct opts *opts);

/**
 * options_unfinished() - the option whose value is what comes next
 * @argc: number of words
 * @argv: the words of a command line so far, the program's name first
 * @opts: its commands; result: the arguments
 *
 * Return: its row, or NULL when anything may come.
 */
const struct option_row *options_unfinished(int argc, char **argv,
					    struct opts *opts);

/* The option of this long name, or NULL. */
const struct option_row *options_find(const struct opts *opts,
				      const char *name);

/* Was an option of this long name given? */
bool options_given(const struct opts *opts, const char *name);

/* Says why when @both. Return: ST_USAGE then, else ST_OK. */
int options_exclude(bool both, const char *why);

/**
 * options_check() - do the options and arguments go with the command
 * @cmd: the command
 * @opts: the options; its filter is made here, for filter_free()
 *
 * Return: ST_OK, or ST_USAGE after saying what is wrong.
 */
int options_check(const struct cmd *cmd, struct opts *opts);

#endif
