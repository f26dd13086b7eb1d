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

/* Any may be taken over, as far as we know. */
#define TW_REUSE_UNKNOWN 1

/**
 * struct port_rules - what else decides which port connect(2) finds
 * @tw_reuse: net.ipv4.tcp_tw_reuse: 0 none, 1 any, 2 of loopback
 * @has_delay: this kernel has net.ipv4.tcp_tw_reuse_delay
 * @tw_reuse_delay_ms: its value: so long a TIME-WAIT is not taken over
 * @lists_bound: sock_diag lists bound sockets that are not connected; where it is
 *		 false it may do so nevertheless
 */
struct port_rules {
	unsigned int tw_reuse, tw_reuse_delay_ms;
	bool has_delay, lists_bound;
};

/* Of the network namespace this thread is in; what is not there is left out. */
void ports_read_rules(struct port_rules *rules);

#endif
