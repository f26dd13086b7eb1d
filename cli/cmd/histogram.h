/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Handshake times as bars of characters.
 */
#ifndef CLI_HISTOGRAM_H
#define CLI_HISTOGRAM_H

#include <stddef.h>

struct handshake_time;

/**
 * histogram_show() - a line a bucket, without the empty ones at both ends
 * @buckets: by time
 * @n: how many
 */
void histogram_show(const struct handshake_time *buckets, size_t n);

#endif
