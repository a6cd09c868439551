// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * count.c - a QEMU TCG plugin (API 1, QEMU 7.2): guest instructions by address, from reset until
 * the first instruction of an arm64 kernel, or of a program for Linux until it ends; and bytes that
 * the CPU loads from one range.
 *
 *   -plugin count.so,out=FILE[,range=LO-HI][,cpus=N]
 *
 * FILE gets the lines "total N", "loaded N", "stored N" and then one "ADDRESS OPCODE COUNT" a line
 * (hexadecimal, hexadecimal, decimal), for every address that ran. A boot ends there: QEMU is left
 * with _exit(0) as soon as FILE.go exists, so that the caller can ask QEMU for its block statistics
 * first.
 *
 * For one CPU; with cpus=N for N of them that take turns (-icount), and a line has a count for each
 * of them behind the sum. That is slower.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "qemu-plugin.h"

QEMU_PLUGIN_EXPORT int qemu_plugin_version = QEMU_PLUGIN_VERSION;

/*
 * "MZ" of an arm64 image that is an EFI application too: ccmp x18, #0, #0xd, pl. Ours begins
 * otherwise: see below.
 */
#define IMAGE_START 0xfa405a4du

#define CPUS_MAX 8

struct counter {
	uint64_t address;
	uint32_t opcode;
	uint64_t count;
	struct counter *next; /* in its bucket */
	uint64_t by[CPUS_MAX];
};

#define BUCKETS (1u << 18)
static struct counter *buckets[BUCKETS];
static char path[4096];
static uint64_t low, high, loaded, stored;
static unsigned cpus; /* 0: not counted by CPU */

static struct counter *counter_of(uint64_t address, uint32_t opcode)
{
	struct counter **bucket = &buckets[(address >> 2) % BUCKETS];
	struct counter *c;

	for (c = *bucket; c; c = c->next)
		if (c->address == address && c->opcode == opcode)
			return c;
	c = calloc(1, sizeof(*c));
	if (!c)
		abort();
	*c = (struct counter){ .address = address, .opcode = opcode, .next = *bucket };
	*bucket = c;
	return c;
}

static void put(FILE *f, const struct counter *c)
{
	unsigned i;

	fprintf(f, "%" PRIx64 " %08x %" PRIu64, c->address, c->opcode, c->count);
	for (i = 0; i < cpus; i++)
		fprintf(f, " %" PRIu64, c->by[i]);
	fputc('\n', f);
}

static void report(void)
{
	FILE *f = fopen(path, "w");
	uint64_t total = 0;
	const struct counter *c;
	unsigned i;

	if (!f)
		abort();
	for (i = 0; i < BUCKETS; i++)
		for (c = buckets[i]; c; c = c->next)
			total += c->count;
	fprintf(f, "total %" PRIu64 "\nloaded %" PRIu64 "\nstored %" PRIu64 "\n", total, loaded,
		stored);
	for (i = 0; i < BUCKETS; i++)
		for (c = buckets[i]; c; c = c->next)
			if (c->count)
				put(f, c);
	fclose(f);
}

/* The kernel is about to run. */
static void kernel_reached(unsigned int cpu, void *data)
{
	char name[sizeof(path) + 8];

	(void)cpu;
	(void)data;
	report();
	snprintf(name, sizeof(name), "%s.done", path);
	fclose(fopen(name, "w"));
	snprintf(name, sizeof(name), "%s.go", path);
	while (access(name, F_OK) != 0)
		usleep(2000);
	_exit(0);
}

/* A program has ended. */
static void finished(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	report();
}

static void accessed(unsigned int cpu, qemu_plugin_meminfo_t info, uint64_t address, void *data)
{
	(void)cpu;
	(void)data;
	if (address < low || address >= high)
		return;
	if (qemu_plugin_mem_is_store(info))
		stored += 1u << qemu_plugin_mem_size_shift(info);
	else
		loaded += 1u << qemu_plugin_mem_size_shift(info);
}

static void ran(unsigned int cpu, void *data)
{
	struct counter *c = data;

	c->count++;
	if (cpu < CPUS_MAX)
		c->by[cpu]++;
}

static void count_insn(struct qemu_plugin_insn *insn, struct counter *c)
{
	if (cpus)
		qemu_plugin_register_vcpu_insn_exec_cb(insn, ran, QEMU_PLUGIN_CB_NO_REGS, c);
	else
		qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
							   &c->count, 1);
}

static void translated(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);
	size_t i;

	(void)id;
	for (i = 0; i < n; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(tb, i);
		uint64_t address = qemu_plugin_insn_vaddr(insn);
		uint32_t opcode;

		memcpy(&opcode, qemu_plugin_insn_data(insn), sizeof(opcode));
		if (opcode == IMAGE_START && address % 0x10000 == 0) {
			qemu_plugin_register_vcpu_insn_exec_cb(insn, kernel_reached,
							       QEMU_PLUGIN_CB_NO_REGS, NULL);
			continue;
		}
		if (high)
			qemu_plugin_register_vcpu_mem_cb(insn, accessed, QEMU_PLUGIN_CB_NO_REGS,
							 QEMU_PLUGIN_MEM_RW, NULL);
		count_insn(insn, counter_of(address, opcode));
	}
}

QEMU_PLUGIN_EXPORT int qemu_plugin_install(qemu_plugin_id_t id, const qemu_info_t *info, int argc,
					   char **argv)
{
	int i;

	(void)info;
	for (i = 0; i < argc; i++) {
		const char *value = strchr(argv[i], '=');
		const char *to = value ? strchr(value, '-') : NULL;

		if (!strncmp(argv[i], "out=", 4)) {
			snprintf(path, sizeof(path), "%s", argv[i] + 4);
		} else if (!strncmp(argv[i], "cpus=", 5)) {
			cpus = (unsigned)atoi(argv[i] + 5);
			if (cpus > CPUS_MAX)
				return -1;
		} else if (!strncmp(argv[i], "range=", 6) && to) {
			low = strtoull(value + 1, NULL, 0);
			high = strtoull(to + 1, NULL, 0);
		} else {
			fprintf(stderr, "count: what is %s?\n", argv[i]);
			return -1;
		}
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translated);
	qemu_plugin_register_atexit_cb(id, finished, NULL);
	return path[0] ? 0 : -1;
}
