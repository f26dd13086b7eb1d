/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Words of commands that we tell people to type.
 */
#ifndef CLI_SHELL_H
#define CLI_SHELL_H

/**
 * shell_word() - a word as a shell takes it
 * @word: any bytes
 *
 * In quotes unless it is harmless. It is one line of plain ASCII whatever the word is,
 * and any shell of POSIX makes that word of it; so do zsh and fish, but for a
 * newline at its end.
 *
 * Return: @word itself, or text that is there until out_end().
 */
const char *shell_word(const char *word);

/* The same, always in quotes. */
const char *shell_quoted(const char *word);

#endif
