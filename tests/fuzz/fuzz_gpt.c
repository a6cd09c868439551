// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fuzz_gpt.c - partition tables of any bytes, with checksums that are made right.
 *
 * libFuzzer. Input: one byte of choices, then blocks 1 to 33 of a disk of 128 blocks; the rest of
 * the input is its last 33 blocks. Bit 0: put the right checksums in (a mutated table would never
 * get past them), bit 1: 4096-byte blocks.
 */
#include <stdlib.h>
#include <string.h>

#include "gpt.h"
#include "gpt_crc32.h"
#include "keyring.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define BLOCKS 128

const struct keyring keyring_table = { NULL, 0, REQUIRED_ALL, 0 };

static uint8_t disk[BLOCKS * 4096];
static struct gpt gpt;

static enum status disk_start(const struct medium *medium, uint64_t lba, uint32_t blocks, void *to)
{
	if (blocks == 0 || lba > medium->blocks || blocks > medium->blocks - lba)
		abort();
	memcpy(to, disk + lba * medium->block_size, (size_t)blocks * medium->block_size);
	return OK;
}

static enum status disk_wait(const struct medium *medium, uint32_t timeout_ms)
{
	(void)medium;
	(void)timeout_ms;
	return OK;
}

static void disk_stop(const struct medium *medium)
{
	(void)medium;
}

static void store_le32(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
	at[2] = (uint8_t)(value >> 16);
	at[3] = (uint8_t)(value >> 24);
}

/* Make the checksums of the table whose header is at lba right, as far as there is a table. */
static void mend(uint64_t lba, uint32_t block)
{
	uint8_t *header = disk + lba * block;
	uint64_t table = load_le64(header + 72);
	uint64_t bytes = (uint64_t)load_le32(header + 80) * 128;

	memcpy(header, "EFI PART", 8);
	store_le32(header + 12, 92);
	if (table < BLOCKS && bytes <= (BLOCKS - table) * block)
		store_le32(header + 88, gpt_crc32(0, disk + table * block, (size_t)bytes));
	store_le32(header + 16, 0);
	store_le32(header + 16, gpt_crc32(0, header, 92));
}

/* What was accepted keeps the promises of gpt.h. */
static void check(const struct medium *medium)
{
	uint64_t whole = medium->blocks * medium->block_size;
	unsigned i, j;

	if (gpt.count > GPT_PARTITIONS_MAX)
		abort();
	for (i = 0; i < gpt.count; i++) {
		const struct extent *a = &gpt.partitions[i].extent;

		if (a->size == 0 || !range_inside(whole, a->offset, a->size) ||
		    strlen(gpt.partitions[i].name) > GPT_NAME_MAX)
			abort();
		for (j = 0; j < i; j++) {
			const struct extent *b = &gpt.partitions[j].extent;

			if (a->offset < b->offset + b->size && b->offset < a->offset + a->size)
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct medium medium = {
		.name = "fuzz", .start = disk_start, .wait = disk_wait, .stop = disk_stop
	};
	uint32_t block;
	size_t head, tail;

	if (size < 1)
		return 0;
	block = data[0] & 2 ? 4096 : 512;
	medium.block_size = block;
	medium.max_blocks = 16;
	medium.blocks = BLOCKS;
	memset(disk, 0, (size_t)BLOCKS * block);
	head = size - 1 < 33u * 512 ? size - 1 : 33u * 512;
	tail = size - 1 - head < 33u * 512 ? size - 1 - head : 33u * 512;
	memcpy(disk + block, data + 1, head);
	memcpy(disk + (size_t)(BLOCKS - 33) * block, data + 1 + head, tail);
	if (data[0] & 1) {
		mend(1, block);
		mend(BLOCKS - 1, block);
	}
	if (gpt_read(&medium, &gpt) == OK)
		check(&medium);
	else if (gpt.count != 0)
		abort();
	return 0;
}
