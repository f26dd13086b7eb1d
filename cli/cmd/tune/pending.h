/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The change that is put back unless somebody confirms it.
 */
#ifndef CLI_TUNE_PENDING_H
#define CLI_TUNE_PENDING_H

#include <linux/types.h>

struct pending;
struct tune;

/* Whole seconds, of which there is at least one. */
__u64 pending_seconds(__u64 ms);

/* JSON: object or null at @key, or as all there is without one. */
void pending_json(const char *key, const struct pending *pending);

/* Text: whose change is pending and until when. */
void pending_text(const struct tune *tune, const struct pending *pending);

/* That on stderr, when it is in the way of another change. */
void pending_err(const struct tune *tune);

#endif
