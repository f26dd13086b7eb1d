/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which file has the last word at boot: sysctl.d(5) reads them in the order of
 * their names, whatever directory they are in.
 */
#ifndef CLI_SYSCTL_BOOT_H
#define CLI_SYSCTL_BOOT_H

#include <stdbool.h>

/* Is this a file that is read at boot? */
bool sysctl_boot_reads(const char *path);

/**
 * sysctl_boot_overrides() - files that are read later and set the key to something else
 * @path: the file whose setting might not last
 * @key: of the setting
 * @value: of the setting
 * @each: called for each of them, with what it sets the key to
 * @arg: for @each
 */
void sysctl_boot_overrides(const char *path, const char *key,
			   const char *value,
			   void (*each)(const char *path, const char *key,
					const char *value, void *arg), void *arg);

#endif
