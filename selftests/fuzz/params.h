/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The parameters that the module has here, as param-get tells them, and the
 * files of /proc/sys that hold them.
 */
#ifndef FUZZ_PARAMS_H
#define FUZZ_PARAMS_H

#include <stdbool.h>
#include <linux/types.h>

#define PARAMS_MAX 64

/**
 * struct param - a parameter
 * @name: of the sysctl
 * @minimum: least value
 * @maximum: greatest value
 * @value: at the beginning, or when asked last
 * @high: the same, of a range
 * @range: has two values
 * @fd: its file, -1 when there is none
 */
struct param {
	char name[64];
	__s64 minimum;
	__s64 maximum;
	__s64 value;
	__s64 high;
	bool range;
	int fd;
};

extern struct param params[PARAMS_MAX];
extern unsigned int n_params;

void params_learn(void);
/* Return: -1 when there is none here. */
int params_open_file(const char *name);
/* Return: false when @p has no file. */
bool params_read_file(const struct param *p, __s64 *low, __s64 *high);
void params_check_ranges(void);
void params_check_values(void);

#endif
