/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What stands in the kernel's table of connections in place of an object that
 * has just left it. Reads only what all three kinds of objects share.
 */
#ifndef _TCPULSE_EHASH_H
#define _TCPULSE_EHASH_H

#include <net/inet_hashtables.h>
#include <net/ipv6.h>
#include <net/sock.h>

/* A walk may be led astray into another chain; that many new starts. */
#define TCPULSE_EHASH_TRIES 8

static inline bool tcpulse_ehash_same_addrs(const struct sock *a,
					    const struct sock *b)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (a->sk_family == AF_INET6)
		return ipv6_addr_equal(&a->sk_v6_daddr, &b->sk_v6_daddr) &&
		       ipv6_addr_equal(&a->sk_v6_rcv_saddr,
				       &b->sk_v6_rcv_saddr);
#endif
	return a->sk_addrpair == b->sk_addrpair;
}

/**
 * tcpulse_ehash_successor() - find the object that has replaced another
 * @old: a socket, request sock or minisock that is or was in the table;
 *	its hash and addresses must still be there
 * @ports: its ports; a closed socket has its local one in inet_sport only
 *
 * The interface belongs to the identity, as in inet_match(): a child gets that of its
 * request, a minisock that of its socket. Nobody can bind the child before it can be
 * accepted, nor the socket while its state changes.
 *
 * Context: preemption off (which RCU waits for) or rcu_read_lock(). The result
 *	is not referenced and may be gone: read its state, nothing else.
 * Return: the first other object with the same identity, NULL if none.
 */
static inline const struct sock *
tcpulse_ehash_successor(const struct sock *old, __portpair ports)
{
	struct inet_hashinfo *hashinfo =
		sock_net(old)->ipv4.tcp_death_row.hashinfo;
	const unsigned int hash = old->sk_hash;
	const unsigned int slot = hash & hashinfo->ehash_mask;
	const struct hlist_nulls_node *node;
	const struct sock *sk;
	int try;

	for (try = 0; try < TCPULSE_EHASH_TRIES; try++) {
		sk_nulls_for_each_rcu(sk, node, &hashinfo->ehash[slot].chain)
			if (sk->sk_hash == hash && sk != old &&
			    sk->sk_portpair == ports &&
			    sk->sk_bound_dev_if == old->sk_bound_dev_if &&
			    sk->sk_family == old->sk_family &&
			    net_eq(sock_net(sk), sock_net(old)) &&
			    tcpulse_ehash_same_addrs(sk, old))
				return sk;
		if (get_nulls_value(node) == slot)
			break;
	}
	return NULL;
}

#endif /* _TCPULSE_EHASH_H */
