/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ports connect(2) may choose, of the network namespace this thread is in.
 */
#ifndef CLI_PORTS_H
#define CLI_PORTS_H

#include <stdbool.h>

/**
 * struct ports - net.ipv4.ip_local_port_range less ip_local_reserved_ports
 * @low: first of the range
 * @high: last
 * @capacity: how many of the range are not reserved
 * @reserved: a bit each
 */
struct ports {
	unsigned int low, high, capacity;
	unsigned char reserved[65536 / 8];
};

/* Return: ST_OK, or ST_REFUSED after saying what cannot be read. */
int ports_read(struct ports *ports);

/* May connect(2) choose @port? */
bool ports_has(const struct ports *ports, unsigned int port);

#endif
