// SPDX-License-Identifier: GPL-2.0
/* A program of XDP, generic: every device has that, and packets are freed from there. */
#include <err.h>
#include <stdlib.h>
#include <unistd.h>
#include <net/if.h>
#include <sys/syscall.h>
#include <linux/bpf.h>
#include <linux/if_link.h>

#include "live.h"
#include "way.h"

#define INSN(c, d, s, o, i) \
	{ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }

/* How long the packet is says what becomes of it: the same seed, the same program. */
static const struct bpf_insn program[] = {
	INSN(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, BPF_REG_1, offsetof(struct xdp_md, data), 0),
	INSN(BPF_LDX | BPF_MEM | BPF_W, BPF_REG_3, BPF_REG_1, offsetof(struct xdp_md, data_end), 0),
	INSN(BPF_ALU64 | BPF_SUB | BPF_X, BPF_REG_3, BPF_REG_2, 0, 0),
	INSN(BPF_ALU64 | BPF_AND | BPF_K, BPF_REG_3, 0, 0, 7),
	INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, XDP_DROP),
	INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_3, 0, 3, 1),
	INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, XDP_TX),
	INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_3, 0, 1, 5),
	INSN(BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, XDP_PASS),
	INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0),
};

static int bpf(int cmd, union bpf_attr *attr)
{
	return syscall(SYS_bpf, cmd, attr, sizeof(*attr));
}

static int load(void)
{
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insn_cnt = ARRAY_SIZE(program),
		.insns = (unsigned long)program,
		.license = (unsigned long)"GPL",
	};

	return bpf(BPF_PROG_LOAD, &attr);
}

/* The link stays as long as this process. */
bool xdp_attach(const char *spec)
{
	char *words = strdup(spec), *device = words;
	union bpf_attr attr = { .link_create.attach_type = BPF_XDP,
				.link_create.flags = XDP_FLAGS_SKB_MODE };
	int fd = load(), link = -1;

	enter_namespace(strsep(&device, ":"));
	attr.link_create.prog_fd = fd;
	attr.link_create.target_ifindex = device ? if_nametoindex(device) : 0;
	if (fd >= 0)
		link = bpf(BPF_LINK_CREATE, &attr);
	if (link < 0)
		warn("xdp %s", spec);
	free(words);
	return link >= 0;
}
