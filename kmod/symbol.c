// SPDX-License-Identifier: GPL-2.0
/*
 * Where a static function of the kernel's TCP is. The kernel tells a module by a
 * kprobe; one without kprobes (User Mode Linux) still prints symbols, so it is asked
 * for those around a function that is exported.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/kprobes.h>
#include <linux/printk.h>
#include <linux/string.h>
#include <net/inet_connection_sock.h>

#include "symbol.h"

/* How far to look, in symbols to either side; net/ipv4 has some 5 000. */
#define TCPULSE_SYMBOL_REACH 30000

/**
 * struct tcpulse_symbol - what the kernel prints for an address
 * @name: of the function
 * @start: where it begins
 * @end: where the next one begins
 */
struct tcpulse_symbol {
	char name[KSYM_SYMBOL_LEN];
	unsigned long start;
	unsigned long end;
};

/* Return: whether @addr is in a function; fills @symbol. */
static bool __init tcpulse_symbol_at(unsigned long addr, struct tcpulse_symbol *symbol)
{
	unsigned long offset, size;
	char *plus;

	sprint_symbol(symbol->name, addr);
	plus = strchr(symbol->name, '+');
	if (!plus || sscanf(plus, "+%lx/%lx", &offset, &size) != 2 || !size)
		return false;
	*plus = '\0';
	symbol->start = addr - offset;
	symbol->end = symbol->start + size;
	return true;
}

/*
 * It is never armed: to disarm one can fail for want of memory, and it then stays, on
 * a stack that is gone.
 */
static int __init tcpulse_symbol_by_kprobe(const char *name, unsigned long *addr)
{
	struct kprobe kp = {
		.symbol_name = name,
		.flags = KPROBE_FLAG_DISABLED,
	};
	int err = register_kprobe(&kp);

	if (err)
		return err;
	*addr = (unsigned long)kp.addr;
	unregister_kprobe(&kp);
	return 0;
}

/* From @at on, a symbol at a time, up or down. */
static int __init tcpulse_symbol_walk(const char *name, unsigned long at,
				      bool up, struct tcpulse_symbol *symbol)
{
	int i;

	for (i = 0; i < TCPULSE_SYMBOL_REACH && tcpulse_symbol_at(at, symbol); i++) {
		if (!strcmp(symbol->name, name))
			return 0;
		at = up ? symbol->end : symbol->start - 1;
	}
	return -ENOENT;
}

/* The linker may have put it to either side. */
static int __init tcpulse_symbol_by_name(const char *name, unsigned long *addr)
{
	const unsigned long from = (unsigned long)inet_csk_get_port;
	struct tcpulse_symbol symbol;
	int err = tcpulse_symbol_walk(name, from, true, &symbol);

	if (err)
		err = tcpulse_symbol_walk(name, from, false, &symbol);
	if (!err)
		*addr = symbol.start;
	return err;
}

/**
 * tcpulse_symbol_find() - find a static function
 * @name: its name; the kernel has one such function, or it is not found
 * @addr: result, what a pointer to it holds
 *
 * Where a function begins with endbr64 a kprobe's address is that of what follows, and
 * the printed symbol tells by how much it is off.
 *
 * Context: Process context, may sleep.
 * Return: 0, or a negative errno and a line in the log.
 */
int __init tcpulse_symbol_find(const char *name, unsigned long *addr)
{
	struct tcpulse_symbol symbol;
	int err = IS_ENABLED(CONFIG_KPROBES) ?
		  tcpulse_symbol_by_kprobe(name, addr) :
		  tcpulse_symbol_by_name(name, addr);

	if (err) {
		pr_err("not loaded: this kernel does not let us find %s() (%d)\n",
		       name, err);
		return err;
	}
	if (!tcpulse_symbol_at(*addr, &symbol)) {
		pr_err("not loaded: this kernel has no symbol table\n");
		return -ENOENT;
	}
	*addr = symbol.start;
	return 0;
}
