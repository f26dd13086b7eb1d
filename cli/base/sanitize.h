/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Text that others have chosen, such as the name of a process, and that we
 * print on a terminal or as JSON.
 */
#ifndef CLI_SANITIZE_H
#define CLI_SANITIZE_H

/* No control characters, and valid UTF-8: what is not becomes '?'. */
void sanitize(char *text);

#endif
