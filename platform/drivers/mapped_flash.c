// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* mapped_flash.c - see mapped_flash.h. */
#include "mapped_flash.h"

#define BLOCK 512u
#define BLOCKS_MAX 2048u /* in one request */

/* What compilers copy with few instructions; device memory is read in words of 32 bits. */
struct burst {
	uint32_t word[8];
};

static enum status start(const struct medium *medium, uint64_t lba, uint32_t blocks,
			 void *destination)
{
	const struct mapped_flash *flash = medium->driver;
	const struct burst *from = (const struct burst *)(flash->base + (uintptr_t)lba * BLOCK);
	struct burst *to = destination;

	/* The window ends where the board says; behind it are other devices. */
	if (blocks > BLOCKS_MAX || !range_inside(medium->blocks, lba, blocks))
		return ERR_INTERNAL;
	for (uint32_t left = blocks * (BLOCK / sizeof(*to)); left != 0; left--)
		*to++ = *from++;
	return OK;
}

static enum status wait(const struct medium *medium, uint32_t timeout_ms)
{
	(void)medium;
	(void)timeout_ms;
	return OK;
}

static void stop(const struct medium *medium)
{
	(void)medium;
}

const struct medium *mapped_flash(struct mapped_flash *flash, const char *name, uintptr_t base,
				  uint64_t size, const struct medium_part *parts)
{
	flash->base = base;
	flash->medium = (struct medium){
		.name = name,
		.block_size = BLOCK,
		.max_blocks = BLOCKS_MAX,
		.blocks = size / BLOCK,
		.start = start,
		.wait = wait,
		.stop = stop,
		.driver = flash,
		.parts = parts,
	};
	return &flash->medium;
}
