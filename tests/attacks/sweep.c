// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * sweep.c - every mutant of a kind of one good disk, each booted by the whole core: refused, or the
 * same boot.
 *
 * usage: sweep STAGE.dtb TRUST.dtb DISK OFFSET LENGTH MODE
 *
 *   flips     every single bit of the LENGTH bytes at OFFSET flips:N   every N-th of them cuts
 *   everything from a multiple of 64 on lost (zeros, then ones) words     every aligned word set to
 *   0, 1, 2^31 - 1, 2^31, 2^32 - 1, and one less and one more than it was tree      bits and words
 *   of the earlier stage's tree (OFFSET and LENGTH are of it): the kernel and the command line must
 *   not change
 *
 * A crash is reported with the mutant that made it; a hang is a crash after HANG_S seconds.
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "case.h"

#define HANG_S 20
#define CODES_MAX 48

static struct {
	const uint8_t *tree_good;
	uint8_t *tree;
	size_t tree_size;
	uint8_t *disk;
	size_t disk_size;
	struct decision reference;
	unsigned tried, refused, same, different;
	char mutant[64]; /* being tried */
	struct {
		char code[32];
		unsigned count;
	} codes[CODES_MAX];
} sweep;

static void say_mutant(void)
{
	static const char before[] = "the mutant was: ";

	if (write(2, before, sizeof(before) - 1) < 0 ||
	    write(2, sweep.mutant, strlen(sweep.mutant)) < 0 || write(2, "\n", 1) < 0)
		_exit(70);
}

static void hung(int number)
{
	(void)number;
	abort();
}

/* Also how the sanitizers end the process (abort_on_error=1). */
static void died(int number)
{
	(void)number;
	say_mutant();
	_exit(70);
}

static void count_code(const char *code)
{
	unsigned i;

	for (i = 0; i < CODES_MAX && sweep.codes[i].count; i++)
		if (strcmp(sweep.codes[i].code, code) == 0)
			break;
	if (i == CODES_MAX)
		abort();
	strcpy(sweep.codes[i].code, code);
	sweep.codes[i].count++;
}

/* The regions of the two boots but the device tree's: kernel and initrd. */
static bool same_payloads(const struct decision *a, const struct decision *b)
{
	unsigned i;

	if (a->outcome != b->outcome || a->entry != b->entry || a->regions != b->regions)
		return false;
	for (i = 0; i < a->regions; i++)
		if (a->region[i].base <= a->entry &&
		    a->entry < a->region[i].base + a->region[i].size &&
		    memcmp(a->region[i].digest, b->region[i].digest, 32) != 0)
			return false;
	return true;
}

static void boot(struct decision *decision)
{
	alarm(HANG_S);
	case_boot((struct span){ sweep.disk, sweep.disk_size },
		  (struct span){ sweep.tree, sweep.tree_size }, NULL, NULL, decision);
	alarm(0);
}

static void try_mutant(bool is_tree)
{
	struct decision decision;

	boot(&decision);
	sweep.tried++;
	count_code(decision.code);
	if (decision.outcome != HOST_ENTERED) {
		sweep.refused++;
	} else if (is_tree ? same_payloads(&decision, &sweep.reference)
			   : case_same(&decision, &sweep.reference)) {
		sweep.same++;
	} else {
		if (sweep.different++ < 10)
			fprintf(stderr, "another boot: %s\n", sweep.mutant);
	}
}

static void flips(uint8_t *at, size_t length, size_t step, bool is_tree)
{
	size_t bit;

	for (bit = 0; bit < length * 8; bit += step) {
		snprintf(sweep.mutant, sizeof(sweep.mutant), "byte %zu bit %zu", bit / 8, bit % 8);
		at[bit / 8] ^= (uint8_t)(1u << bit % 8);
		try_mutant(is_tree);
		at[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void cuts(uint8_t *at, size_t length)
{
	uint8_t *good = malloc(length);
	size_t cut;

	if (!good)
		abort();
	memcpy(good, at, length);
	for (cut = 0; cut < length; cut += 64) {
		snprintf(sweep.mutant, sizeof(sweep.mutant), "cut at %zu", cut);
		memset(at + cut, 0, length - cut);
		try_mutant(false);
		memset(at + cut, 0xff, length - cut);
		try_mutant(false);
		memcpy(at, good, length);
	}
	free(good);
}

static void words(uint8_t *at, size_t length, bool is_tree)
{
	size_t i;
	unsigned k;

	for (i = 0; i + 4 <= length; i += 4) {
		uint32_t was = load_be32(at + i);
		const uint32_t values[] = { 0,          1,       0x7fffffff, 0x80000000,
					    0xffffffff, was - 1, was + 1 };

		for (k = 0; k < sizeof(values) / sizeof(values[0]); k++) {
			snprintf(sweep.mutant, sizeof(sweep.mutant), "word at %zu = 0x%" PRIx32, i,
				 values[k]);
			store_be32(at + i, values[k]);
			try_mutant(is_tree);
		}
		store_be32(at + i, was);
	}
}

static void report(const char *mode)
{
	unsigned i;

	printf("HF-SWEEP mode=%s tried=%u refused=%u same=%u different=%u\n", mode, sweep.tried,
	       sweep.refused, sweep.same, sweep.different);
	for (i = 0; i < CODES_MAX && sweep.codes[i].count; i++)
		printf("HF-SWEEP-CODE code=%s count=%u\n", sweep.codes[i].code,
		       sweep.codes[i].count);
}

static void run(const char *mode, size_t offset, size_t length)
{
	uint8_t *at = sweep.disk + offset;

	if (strcmp(mode, "tree") == 0) {
		flips(sweep.tree + offset, length, 5, true);
		words(sweep.tree + offset, length, true);
	} else if (strcmp(mode, "flips") == 0) {
		flips(at, length, 1, false);
	} else if (strncmp(mode, "flips:", 6) == 0) {
		flips(at, length, (size_t)atoi(mode + 6), false);
	} else if (strcmp(mode, "cuts") == 0) {
		cuts(at, length);
	} else if (strcmp(mode, "words") == 0) {
		words(at, length, false);
	} else {
		fprintf(stderr, "no mode %s\n", mode);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct span tree, disk;
	size_t offset, length;

	if (argc != 7) {
		fprintf(stderr, "usage: sweep STAGE.dtb TRUST.dtb DISK OFFSET LENGTH MODE\n");
		return 2;
	}
	tree = case_file(argv[1]);
	disk = case_file(argv[3]);
	sweep.tree = (uint8_t *)(uintptr_t)tree.at;
	sweep.tree_size = tree.size;
	sweep.disk = (uint8_t *)(uintptr_t)disk.at;
	sweep.disk_size = disk.size;
	offset = strtoul(argv[4], NULL, 0);
	length = strtoul(argv[5], NULL, 0);
	if (!range_inside(strcmp(argv[6], "tree") ? disk.size : tree.size, offset, length))
		return 2;
	signal(SIGALRM, hung);
	signal(SIGABRT, died);
	case_trust(case_trust_file(argv[2]));
	boot(&sweep.reference);
	if (sweep.reference.outcome != HOST_ENTERED) {
		fprintf(stderr, "the unchanged disk does not boot: %s\n", sweep.reference.code);
		return 1;
	}
	run(argv[6], offset, length);
	report(argv[6]);
	return sweep.different != 0;
}
