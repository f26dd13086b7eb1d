/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _TCPULSE_SYMBOL_H
#define _TCPULSE_SYMBOL_H

int tcpulse_symbol_find(const char *name, unsigned long *addr);

#endif /* _TCPULSE_SYMBOL_H */
