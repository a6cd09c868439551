// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * lz4_block.c - the decoder proper.
 *
 * A block is a handful of rules, so it is read here: liblz4 has four copies of its decoder for one
 * case each, ten times the size. Output lies in one piece, so that linked blocks find their window
 * right before them.
 */
#include "lz4_block.h"

#include <string.h>

#define MATCH_MIN 4 /* a match is at least so long; what is written is how much longer */

struct block {
	const uint8_t *in;
	size_t left;
	uint8_t *output;
	size_t done;
	size_t end;
	bool partial;
};

static bool take(struct block *block, size_t size, const uint8_t **at)
{
	if (size > block->left)
		return false;
	*at = block->in;
	block->in += size;
	block->left -= size;
	return true;
}

/* A length of 15 goes on in bytes, up to one that is not 255. */
static bool long_length(struct block *block, size_t *length)
{
	const uint8_t *at;

	do {
		if (!take(block, 1, &at))
			return false;
		*length += *at;
	} while (*at == 255);
	return true;
}

/* Whether so much may be written; what is wanted in part is cut to what there is room for. */
static bool room(const struct block *block, size_t *length)
{
	if (range_inside(block->end, block->done, *length))
		return true;
	*length = block->end - block->done;
	return block->partial;
}

static bool literals(struct block *block, size_t length)
{
	const uint8_t *from;

	if (!room(block, &length) || !take(block, length, &from))
		return false;
	memcpy(block->output + block->done, from, length);
	block->done += length;
	return true;
}

/* Repeat what is distance bytes back; each turn can copy all that is there by then. */
static bool match(struct block *block, size_t distance, size_t length)
{
	if (distance == 0 || distance > block->done || !room(block, &length))
		return false;
	while (length > 0) {
		size_t size = length < distance ? length : distance;
		uint8_t *to = block->output + block->done;

		memcpy(to, to - distance, size);
		block->done += size;
		length -= size;
		distance += size;
	}
	return true;
}

static bool full(const struct block *block)
{
	return block->partial && block->done == block->end;
}

/* One sequence: literals, then a match unless the block ends with the literals. */
static bool sequence(struct block *block)
{
	const uint8_t *at;
	size_t count;
	size_t length;
	size_t distance;

	if (!take(block, 1, &at))
		return false;
	count = *at >> 4;
	length = *at & 15;
	if (count == 15 && !long_length(block, &count))
		return false;
	if (!literals(block, count))
		return false;
	if (full(block))
		return true;
	if (block->left == 0)
		return length == 0;
	if (!take(block, 2, &at))
		return false;
	distance = at[0] | (size_t)at[1] << 8;
	if (length == 15 && !long_length(block, &length))
		return false;
	return match(block, distance, length + MATCH_MIN);
}

enum status lz4_block(struct span packed, uint8_t *output, size_t *done, size_t end, bool partial)
{
	struct block block = { packed.at, packed.size, output, *done, end, partial };
	bool good;

	if (*done > end)
		return ERR_DECOMPRESS;
	do
		good = sequence(&block);
	while (good && block.left != 0 && !full(&block));
	*done = block.done;
	return good ? OK : ERR_DECOMPRESS;
}
