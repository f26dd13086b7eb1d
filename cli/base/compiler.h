/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The few words of the kernel's that C lacks.
 */
#ifndef CLI_COMPILER_H
#define CLI_COMPILER_H

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define __printf(a, b)	__attribute__(( \
	__format__(__printf__, a, b)))

#endif
