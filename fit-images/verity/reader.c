// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* reader.c - a dm-verity root: open it, read bytes of it. */
#include "reader.h"

#include <string.h>

#include "config.h"
#include "fec.h"
#include "hardened.h"
#include "reader_private.h"

#define CACHE_BYTES 0x40000u
#define CACHE_SLOTS 32u

/* At least 4; always more than a tree of such blocks has levels. */
static unsigned cache_slots(const struct verity_tree *tree)
{
	unsigned slots = CACHE_BYTES / tree->hash_block_size;

	return slots < CACHE_SLOTS ? slots : CACHE_SLOTS;
}

/* Bytes of a part of the memory, so that the next begins at a multiple of MEDIUM_ALIGN. */
static size_t aligned(size_t size)
{
	return (size + MEDIUM_ALIGN - 1) & ~(size_t)(MEDIUM_ALIGN - 1);
}

static size_t digests_size(const struct verity_tree *tree)
{
	return aligned((READER_WINDOW + READER_BATCH) * digest_size(tree->algorithm));
}

static size_t slots_size(const struct verity_tree *tree)
{
	return aligned(cache_slots(tree) * sizeof(struct verity_cached));
}

/* Without error correction. */
static size_t plain_memory(const struct verity_tree *tree)
{
	return (size_t)cache_slots(tree) * tree->hash_block_size + tree->data_block_size +
	       digests_size(tree) + slots_size(tree);
}

static bool with_fec(const struct verity_fec *fec)
{
	return IS_ENABLED(CONFIG_VERITY_FEC) && fec && fec->roots != 0;
}

size_t verity_memory(const struct verity_tree *tree, const struct verity_fec *fec)
{
	size_t size = plain_memory(tree);

	if (IS_ENABLED(CONFIG_VERITY_FEC) && with_fec(fec))
		size += verity_fec_memory(tree, fec);
	return size;
}

static void share_out(struct verity_reader *reader, uint8_t *memory)
{
	const struct verity_tree *tree = reader->tree;
	struct verity_cache *cache = &reader->cache;

	cache->count = cache_slots(tree);
	cache->blocks = memory;
	reader->block = memory + (size_t)cache->count * tree->hash_block_size;
	reader->digests = reader->block + tree->data_block_size;
	cache->slots = (void *)(reader->digests + digests_size(tree));
	/* Nothing that a slot before has left. */
	memset(memory, 0, plain_memory(tree));
	if (with_fec(&reader->fec))
		reader->repair = memory + plain_memory(tree);
	reader->held = UINT64_MAX;
}

static enum status check_places(const struct verity_reader *reader)
{
	const struct verity_levels *levels = &reader->levels;
	uint64_t blocks = levels->start[0] + levels->blocks[0];

	if (!range_inside(reader->data.size, 0, verity_size(reader)))
		return refuse(ERR_VERITY_IO, "num-data-blocks",
			      "the root is longer than the place for it: write it again, whole");
	if (!range_inside(reader->hash.size, 0, blocks * reader->tree->hash_block_size))
		return refuse(
			ERR_VERITY_IO, "hash-start-block",
			"the hash tree is not there, or cut off: write the root again, whole");
	if (IS_ENABLED(CONFIG_VERITY_FEC) && with_fec(&reader->fec))
		return verity_fec_check(reader);
	return OK;
}

enum status verity_open(struct verity_reader *reader, const struct verity_tree *tree,
			const struct extent *data, const struct extent *hash,
			const struct verity_fec *fec, struct proof *proof, uint8_t *memory,
			size_t size)
{
	const uint8_t *top;

	*reader = (struct verity_reader){
		.tree = tree, .data = *data, .hash = *hash, .proof = proof
	};
	TRY(verity_tree_check(tree));
	if (with_fec(fec))
		reader->fec = *fec;
	verity_tree_levels(tree, &reader->levels);
	TRY(check_places(reader));
	if ((uintptr_t)memory % MEDIUM_ALIGN != 0 || size < verity_memory(tree, fec))
		return ERR_INTERNAL;
	share_out(reader, memory);
	return reader_hash_block(reader, reader->levels.count, 0, &top);
}

uint64_t verity_size(const struct verity_reader *reader)
{
	return (uint64_t)reader->tree->data_blocks * reader->tree->data_block_size;
}

/* Let a data block be in reader->block. */
static enum status hold(struct verity_reader *reader, uint64_t number)
{
	enum status status;

	if (reader->held == number)
		return OK;
	reader->held = UINT64_MAX;
	status = reader_blocks(reader, number, 1, reader->block);
	if (status != OK) {
		wipe(reader->block, reader->tree->data_block_size);
		return status;
	}
	reader->held = number;
	return OK;
}

/* Bytes from one block, or whole blocks: *size is what is left, then what was done. */
static enum status piece(struct verity_reader *reader, uint64_t offset, uint8_t *at, size_t *size)
{
	uint32_t block = reader->tree->data_block_size;
	unsigned bits = (unsigned)__builtin_ctz(block);
	size_t within = (size_t)(offset & (block - 1));
	size_t count = *size >> bits;

	if (within == 0 && count != 0) {
		if (count > READER_WINDOW)
			count = READER_WINDOW;
		*size = count << bits;
		return reader_blocks(reader, offset >> bits, (unsigned)count, at);
	}
	if (*size > block - within)
		*size = block - within;
	TRY(hold(reader, offset >> bits));
	TRY(verity_agree(reader, offset >> bits, reader->held));
	return verity_copy(at, reader->block + within, *size);
}

enum status verity_read(struct verity_reader *reader, uint64_t offset, void *destination,
			size_t size)
{
	size_t done = 0;

	if (!range_inside(verity_size(reader), offset, size))
		return ERR_TRUNCATED;
	while (done < size) {
		size_t step = size - done;
		enum status status =
			piece(reader, offset + done, (uint8_t *)destination + done, &step);

		if (status != OK) {
			wipe(destination, size);
			return status;
		}
		done += step;
	}
	return verity_agree(reader, size, done);
}
