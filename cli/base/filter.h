/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Filters in the grammar of ss(8): "state time-wait sport = :80 and not
 * ( dst 10/8 or dport ge 1024 )". Evaluated here, not in the kernel.
 */
#ifndef CLI_FILTER_H
#define CLI_FILTER_H

#include <stdbool.h>

#include "base/addr.h"

struct filter;

/**
 * struct endpoints - what a filter looks at
 * @state: of the socket
 * @src: local address
 * @dst: the peer's
 * @sport: local port
 * @dport: the peer's
 */
struct endpoints {
	unsigned int state;
	struct addr src, dst;
	unsigned int sport, dport;
};

/**
 * filter_parse() - a filter from the words of a command line
 * @argc: how many words
 * @argv: the words; no word is a filter that everything fits
 * @numeric: do not look up names of services
 * @filter: result, for filter_free()
 *
 * Return: ST_OK, or ST_USAGE after saying which word is not understood.
 */
int filter_parse(int argc, char **argv, bool numeric, struct filter **filter);
void filter_free(struct filter *filter);

bool filter_match(const struct filter *filter, const struct endpoints *socket);

/* Does every socket fit? */
bool filter_is_empty(const struct filter *filter);

/* The states it names, STATE_BIT() each; 0 when it names none. */
unsigned int filter_states(const struct filter *filter);

/* The word that asks for the peer (dst, dport), or NULL. */
const char *filter_peer_word(const struct filter *filter);

#endif
