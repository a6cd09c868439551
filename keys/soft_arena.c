// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * soft_arena.c - first fit in a fixed array.
 *
 * The array is a row of blocks, each with its size in front. Freed neighbours are joined when
 * an allocation walks past them. A dozen blocks live at a time, so the walk is short.
 */
#include "soft_arena.h"

#include <stdint.h>
#include <string.h>

#include "hardened.h"

#define ALIGNMENT 16u
#define ARENA_SIZE ((size_t)CONFIG_MBEDTLS_ARENA * 1024u)

struct block {
	size_t size; /* with this header; a multiple of ALIGNMENT */
	size_t used; /* 0 or 1 */
};

_Static_assert(sizeof(struct block) <= ALIGNMENT, "a header is one unit");

static unsigned char arena[ARENA_SIZE] __attribute__((aligned(16)));
static size_t in_use;
static size_t high_water;

static struct block *block_at(size_t offset)
{
	return (struct block *)(void *)(arena + offset);
}

/* Let the free block at offset swallow the free ones behind it. */
static void join(size_t offset)
{
	struct block *block = block_at(offset);

	while (offset + block->size < ARENA_SIZE && !block_at(offset + block->size)->used)
		block->size += block_at(offset + block->size)->size;
}

/* The offset of a free block of at least size bytes, or ARENA_SIZE. */
static size_t find(size_t size)
{
	size_t offset = 0;

	while (offset < ARENA_SIZE) {
		struct block *block = block_at(offset);

		if (!block->used) {
			join(offset);
			if (block->size >= size)
				return offset;
		}
		offset += block->size;
	}
	return ARENA_SIZE;
}

static void note_use(size_t end)
{
	if (end > high_water)
		high_water = end;
}

void *soft_arena_calloc(size_t count, size_t size)
{
	size_t offset, needed;
	struct block *block;

	if (size != 0 && count > ARENA_SIZE / size)
		return NULL;
	/* bss starts as zeros: the first call makes the whole arena one free block. */
	if (block_at(0)->size == 0)
		block_at(0)->size = ARENA_SIZE;
	needed = ALIGNMENT + ((count * size + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1));
	offset = find(needed);
	if (offset == ARENA_SIZE)
		return NULL;
	block = block_at(offset);
	if (block->size > needed) {
		*block_at(offset + needed) = (struct block){ .size = block->size - needed };
		block->size = needed;
	}
	block->used = 1;
	in_use += needed;
	note_use(offset + needed);
	memset(arena + offset + ALIGNMENT, 0, needed - ALIGNMENT);
	return arena + offset + ALIGNMENT;
}

void soft_arena_free(void *at)
{
	struct block *block;

	if (!at)
		return;
	block = (struct block *)(void *)((unsigned char *)at - ALIGNMENT);
	block->used = 0;
	in_use -= block->size;
}

size_t soft_arena_high_water(void)
{
	return high_water;
}

size_t soft_arena_in_use(void)
{
	return in_use;
}

/*
 * mbedTLS's name for wiping (MBEDTLS_PLATFORM_ZEROIZE_ALT). Declared here, as its headers are not
 * ours.
 */
void mbedtls_platform_zeroize(void *at, size_t size);

void mbedtls_platform_zeroize(void *at, size_t size)
{
	if (size != 0)
		wipe(at, size);
}
