// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * media.c - one good disk on media that lie, change their mind, fail and fall silent.
 *
 * usage: media STAGE.dtb TRUST.dtb DISK OFFSET LENGTH [CODE]
 *
 * OFFSET and LENGTH are of the bytes it lies about: a FIT, or a part of a root. CODE is what a read
 * that fails may be called beside media-io.
 *
 * Prints "HF-MEDIA case=NAME tried=N refused=N same=N different=N" a kind; exit 1 if anything
 * booted that was not the reference.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "case.h"

#define SECTOR 512u
#define SECTORS_MAX 65536u
#define READS_MAX 4096u

/* What the medium does. */
enum evil {
	HONEST,
	SECOND_DIFFERS, /* every read of a sector but the first: target byte changed */
	FIRST_DIFFERS,  /* the first read of a sector: target byte changed; later reads are right */
	ERROR_ONCE,     /* the target-th read fails */
	ERROR_FOREVER,  /* and all that follow */
	SHORT_READ,     /* the target-th read brings half of its bytes, then fails */
	NOISE,          /* the target-th read brings other bytes */
};

static struct {
	enum evil evil;
	size_t target; /* a byte of the disk, or a number of a read */
	size_t reads;
	unsigned seen[SECTORS_MAX]; /* how often a sector was read */
} medium;

static struct span tree, disk;
static unsigned failures;
static const char *other_code = "media-io";
/* With a root: Linux is told if the first partition table could not be read. */
static struct decision from_backup;

static void count_sectors(uint64_t offset, size_t size)
{
	uint64_t i;

	for (i = offset / SECTOR; i < (offset + size + SECTOR - 1) / SECTOR && i < SECTORS_MAX; i++)
		medium.seen[i]++;
}

static bool holds(uint64_t offset, size_t size)
{
	return medium.target >= offset && medium.target < offset + size;
}

static enum status answer(void *context, uint64_t offset, uint8_t *bytes, size_t size)
{
	size_t number = medium.reads++;
	unsigned before = medium.seen[medium.target / SECTOR % SECTORS_MAX];
	size_t i;

	(void)context;
	count_sectors(offset, size);
	switch (medium.evil) {
	case HONEST:
		return OK;
	case SECOND_DIFFERS:
	case FIRST_DIFFERS:
		if (holds(offset, size) && (before != 0) == (medium.evil == SECOND_DIFFERS))
			bytes[medium.target - offset] ^= 0x41;
		return OK;
	case ERROR_ONCE:
		return number == medium.target ? ERR_MEDIA_IO : OK;
	case ERROR_FOREVER:
		return number >= medium.target ? ERR_MEDIA_IO : OK;
	case SHORT_READ:
		if (number == medium.target)
			memset(bytes + size / 2, 0xee, size - size / 2);
		return number == medium.target ? ERR_MEDIA_IO : OK;
	case NOISE:
		for (i = 0; number == medium.target && i < size; i++)
			bytes[i] = (uint8_t)(i * 0x9d + number);
		return OK;
	}
	return ERR_MEDIA_IO;
}

static void boot(enum evil evil, size_t target, struct decision *decision)
{
	memset(&medium, 0, sizeof(medium));
	medium.evil = evil;
	medium.target = target;
	alarm(20);
	case_boot(disk, tree, answer, NULL, decision);
	alarm(0);
}

/*
 * Boot with every target in [from, to) of this kind. expect: the code that a refusal must have;
 * NULL: any.
 */
static void all(const char *name, enum evil evil, size_t from, size_t to,
		const struct decision *reference, const char *expect)
{
	unsigned refused = 0, same = 0, different = 0;
	size_t target;

	for (target = from; target < to; target++) {
		struct decision decision;
		bool wrong;

		boot(evil, target, &decision);
		wrong = decision.outcome == HOST_ENTERED
				? !case_same(&decision, reference) &&
					  !case_same(&decision, &from_backup)
				: expect && strcmp(decision.code, expect) != 0 &&
					  strcmp(decision.code, other_code) != 0;
		if (wrong && different < 10)
			fprintf(stderr, "%s at %zu: %s\n", name, target, decision.code);
		different += wrong;
		refused += decision.outcome != HOST_ENTERED;
		same += decision.outcome == HOST_ENTERED && !wrong;
	}
	printf("HF-MEDIA case=%s tried=%zu refused=%u same=%u different=%u\n", name, to - from,
	       refused, same, different);
	failures += different;
}

int main(int argc, char **argv)
{
	struct decision reference;
	size_t offset, length, reads;

	if (argc != 6 && argc != 7) {
		fprintf(stderr, "usage: media STAGE.dtb TRUST.dtb DISK OFFSET LENGTH [CODE]\n");
		return 2;
	}
	tree = case_file(argv[1]);
	disk = case_file(argv[3]);
	offset = strtoul(argv[4], NULL, 0);
	length = strtoul(argv[5], NULL, 0);
	if (argc == 7)
		other_code = argv[6];
	case_trust(case_trust_file(argv[2]));
	boot(HONEST, 0, &reference);
	reads = medium.reads;
	if (reference.outcome != HOST_ENTERED) {
		fprintf(stderr, "the unchanged disk does not boot: %s\n", reference.code);
		return 1;
	}
	from_backup = reference;
	if (argc == 7)
		boot(ERROR_ONCE, 0, &from_backup);
	printf("HF-MEDIA case=honest reads=%zu\n", reads);
	all("second-differs", SECOND_DIFFERS, offset, offset + length, &reference, NULL);
	all("first-differs", FIRST_DIFFERS, offset, offset + length, &reference, NULL);
	all("error-once", ERROR_ONCE, 0, reads, &reference, "media-io");
	all("error-forever", ERROR_FOREVER, 0, reads, &reference, "media-io");
	all("short-read", SHORT_READ, 0, reads, &reference, "media-io");
	all("noise", NOISE, 0, reads, &reference, NULL);
	return failures != 0;
}
