// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * reader_cache.c - verified hash blocks.
 *
 * A block is in the cache by content: while it is there it is not read again. What was evicted and
 * is needed again is read and verified again, like anything else. The way from the lowest ancestor
 * that is there down to a block is a loop; each step copies the digest that it wants first, so it
 * does not matter which slot the next block takes.
 */
#include <string.h>

#include "reader_private.h"

static struct verity_cached *find(struct verity_cache *cache, unsigned level, uint64_t index)
{
	for (unsigned i = 0; i < cache->count; i++) {
		struct verity_cached *slot = &cache->slots[i];

		if (slot->proved == OK && slot->level == level && slot->index == index) {
			slot->used = ++cache->clock;
			return slot;
		}
	}
	return NULL;
}

static uint8_t *bytes(const struct verity_reader *reader, const struct verity_cached *slot)
{
	return reader->cache.blocks +
	       (size_t)(slot - reader->cache.slots) * reader->tree->hash_block_size;
}

/* The slot that was not used for longest, emptied. */
static struct verity_cached *claim(struct verity_cache *cache)
{
	struct verity_cached *oldest = &cache->slots[0];

	for (unsigned i = 1; i < cache->count; i++)
		if (cache->slots[i].used < oldest->used)
			oldest = &cache->slots[i];
	oldest->proved = ERR_INTERNAL;
	oldest->used = 0;
	return oldest;
}

/* Index of the block that holds the digest of another, so many levels up. */
static uint64_t above(const struct verity_reader *reader, uint64_t index, unsigned levels)
{
	return index >> (levels * reader->levels.entry_bits);
}

/* A block that must be there: that it is the one goes into the proof. */
static enum status get(struct verity_reader *reader, unsigned level, uint64_t index,
		       const uint8_t **block)
{
	const struct verity_cached *slot = find(&reader->cache, level, index);

	*block = NULL;
	if (!slot)
		return ERR_INTERNAL;
	TRY(verity_agree(reader, level, slot->level));
	TRY(verity_agree(reader, index, slot->index));
	*block = bytes(reader, slot);
	return OK;
}

/* The digest that a hash block must have: from its parent, which is in the cache. */
static enum status wanted(struct verity_reader *reader, unsigned level, uint64_t index,
			  uint8_t want[DIGEST_SIZE_MAX])
{
	const struct verity_levels *levels = &reader->levels;
	uint64_t entry = index & (((uint64_t)1 << levels->entry_bits) - 1);
	const uint8_t *from = reader->tree->root_hash.at;

	if (level < levels->count) {
		TRY(get(reader, level + 1, above(reader, index, 1), &from));
		from += (size_t)entry * levels->entry;
	}
	memcpy(want, from, reader->tree->root_hash.size);
	return OK;
}

static enum status load(struct verity_reader *reader, unsigned level, uint64_t index)
{
	uint8_t want[DIGEST_SIZE_MAX];
	struct verity_cached *slot;
	uint64_t number = reader->levels.start[level - 1] + index;

	TRY(wanted(reader, level, index, want));
	slot = claim(&reader->cache);
	TRY(reader_fetch(reader, level, number, bytes(reader, slot), want));
	slot->level = level;
	slot->index = index;
	slot->used = ++reader->cache.clock;
	slot->proved = OK;
	reader->hashed++;
	return OK;
}

enum status reader_hash_block(struct verity_reader *reader, unsigned level, uint64_t index,
			      const uint8_t **block)
{
	unsigned lowest = reader->levels.count + 1;

	*block = NULL;
	/* All that are there are used, the top last: it is never evicted. */
	for (unsigned at = level; at <= reader->levels.count; at++)
		if (find(&reader->cache, at, above(reader, index, at - level)) && at < lowest)
			lowest = at;
	while (lowest-- > level)
		TRY(load(reader, lowest, above(reader, index, lowest - level)));
	return get(reader, level, index, block);
}
