/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which file has the last word at boot: sysctl.d(5) reads them in the order of
 * their names, whatever directory they are in.
 */
#ifndef CLI_SYSCTL_BOOT_H
#define CLI_SYSCTL_BOOT_H

#include <stdbool.h>

struct sysctl_file;

/**
 * sysctl_boot_reads() - is this a file that is read at boot?
 * @file: of sysctl_open()
 *
 * By what the files and directories are: the path may be a relative one, or a link in
 * one of the directories may lead here. Not so when another file takes its place.
 */
bool sysctl_boot_reads(const struct sysctl_file *file);

/* A file that sets @key to @value; NULL when it cannot be read for the reason @why. */
typedef void sysctl_boot_override(const char *path, const char *key,
				  const char *value, const char *why);

/**
 * sysctl_boot_overrides() - files that are read later and set the key to something else
 * @file: the file whose setting might not last, of sysctl_open()
 * @key: of the setting
 * @value: of the setting
 * @each: called for each of them
 */
void sysctl_boot_overrides(const struct sysctl_file *file, const char *key,
			   const char *value, sysctl_boot_override *each);

#endif
