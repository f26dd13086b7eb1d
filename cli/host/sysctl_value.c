// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "base/tape.h"
#include "host/sysctl_value.h"

__s64 sysctl_value(const char *path, __s64 missing)
{
	FILE *f = tape_fopen(path);
	__s64 value;

	if (!f)
		return missing;
	if (fscanf(f, "%lld", &value) != 1)
		value = missing;
	fclose(f);
	return value;
}
