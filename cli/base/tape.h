/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A recording: every answer of the system that a command got, under the question it
 * was the answer to. Whoever asks the system asks here as well: to have the answer
 * kept, or to get a kept one in place of the system's. Without a recording nothing is
 * done.
 */
#ifndef CLI_TAPE_H
#define CLI_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>
#include <linux/types.h>

/* Room for any question. */
#define TAPE_QUESTION 128

/**
 * tape_record() - from here on keep all answers
 * @path: a new file
 * @command: what is run, for people
 *
 * Return: ST_OK, ST_USAGE when there is such a file, ST_REFUSED.
 */
int tape_record(const char *path, const char *command);

/**
 * tape_replay() - from here on answer from a recording
 * @path: the file
 *
 * Reads and checks all of it.
 *
 * Return: ST_OK, ST_USAGE when it is no recording, or not whole, ST_REFUSED.
 */
int tape_replay(const char *path);

/**
 * tape_end() - close the recording
 * @st: the status of the command
 *
 * Return: @st, but ST_USAGE when an answer was missing, and ST_REFUSED when not all
 * was written.
 */
int tape_end(int st);

bool tape_records(void);
bool tape_replays(void);

/* When the recording began, in seconds since the Epoch; 0 without one. */
time_t tape_started(void);

/* Answers to one question come back in the order they were kept in. */

/* @n: bytes, or a negative error number in place of them */
void tape_keep(const char *question, const void *bytes, ssize_t n);

/**
 * tape_answer() - what was kept
 * @question: the question
 * @bytes: result, with a zero behind it, for free(); NULL after an error
 *
 * Return: how many bytes, or the error number that was kept, or -ENODATA after saying
 * that there is no answer.
 */
ssize_t tape_answer(const char *question, char **bytes);

/* @answer, which is kept, or the one that was kept; -ENODATA after saying that there
 * is none.
 */
__s64 tape_number(const char *question, __s64 answer);

/* The same of a text, which may be "". It does not change while we run: it is kept
 * once, and one that is not there is "".
 */
void tape_fact(const char *question, char *text, size_t room);

/* As fopen() for reading. */
FILE *tape_fopen(const char *path);

/* Was there no answer to a question? What follows is then of no use. */
bool tape_missed(void);

/* Before each reading. Return: false when the recording has no more of them. */
bool tape_reading(void);

#endif
