/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A number of /proc/sys/net, which shows the namespace of the thread that reads.
 */
#ifndef CLI_SYSCTL_VALUE_H
#define CLI_SYSCTL_VALUE_H

#include <linux/types.h>

/**
 * sysctl_value() - read one
 * @path: of its file
 * @missing: the result where there is no such file, or no number in it
 *
 * Return: that.
 */
__s64 sysctl_value(const char *path, __s64 missing);

#endif
