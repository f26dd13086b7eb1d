/* SPDX-License-Identifier: GPL-2.0 */
/* The tool as a function: its main(), under another name. */
#ifndef FUZZ_CLI_TOOL_H
#define FUZZ_CLI_TOOL_H

#include <getopt.h>
#include <stddef.h>
#include <linux/types.h>

#define ARRAY_LENGTH(a) (sizeof(a) / sizeof(*(a)))

int tool_main(int argc, char **argv);

/* What libFuzzer calls: with a case; before the first; to change one. */
int fuzz_one(const __u8 *data, size_t size) __asm__("LLVMFuzzerTestOneInput");
int fuzz_begin(int *argc, char ***argv) __asm__("LLVMFuzzerInitialize");
size_t fuzz_change(__u8 *data, size_t size, size_t max_size,
		   unsigned int seed) __asm__("LLVMFuzzerCustomMutator");

/* Its own way to change bytes. */
size_t fuzz_bytes(__u8 *data, size_t size, size_t max_size) __asm__("LLVMFuzzerMutate");

/* As if the process had just begun. */
static inline int run_tool(int argc, char **argv)
{
	optind = 0;
	return tool_main(argc, argv);
}

#endif
