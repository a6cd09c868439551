// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * decompress_lz4.c - LZ4 blocks in their two containers (lz4 doc/lz4_Block_format.md and
 * doc/lz4_Frame_format.md): the frame, and the legacy format that `lz4 -l` and so the Linux
 * Makefile write.
 *
 * A block is a handful of rules, so it is read here: liblz4 has four copies of its decoder for one
 * case each, ten times the size. Output lies in one piece, so that linked blocks find their window
 * right before them.
 */
#include <stdbool.h>
#include <string.h>

#include "decompress.h"

#define MAGIC_FRAME 0x184d2204u
#define MAGIC_LEGACY 0x184c2102u

#define FLG_VERSION_MASK 0xc0
#define FLG_VERSION 0x40
#define FLG_BLOCK_CHECKSUM 0x10
#define FLG_CONTENT_SIZE 0x08
#define FLG_CONTENT_CHECKSUM 0x04
#define FLG_RESERVED 0x02
#define FLG_DICTIONARY 0x01

#define MATCH_MIN 4 /* a match is at least so long; what is written is how much longer */
#define BLOCK_STORED 0x80000000u
#define LEGACY_BLOCK 0x800000u /* 8 MiB; every block but the last is as long when unpacked */

struct work {
	const uint8_t *in;
	size_t left;
	uint8_t *output;
	size_t capacity;
	size_t done;
};

static bool take(struct work *work, size_t size, const uint8_t **at)
{
	if (size > work->left)
		return false;
	*at = work->in;
	work->in += size;
	work->left -= size;
	return true;
}

static bool take_le32(struct work *work, uint32_t *value)
{
	const uint8_t *at;

	if (!take(work, 4, &at))
		return false;
	*value = load_le32(at);
	return true;
}

/* What a block may still write: its own limit and that of the claim, as an end in the output. */
static size_t end_of_room(const struct work *work, size_t most)
{
	size_t room = work->capacity - work->done;

	return work->done + (room < most ? room : most);
}

/* A length of 15 goes on in bytes, up to one that is not 255. */
static bool long_length(struct work *block, size_t *length)
{
	const uint8_t *at;

	do {
		if (!take(block, 1, &at))
			return false;
		*length += *at;
	} while (*at == 255);
	return true;
}

static bool literals(struct work *block, struct work *work, size_t length, size_t end)
{
	const uint8_t *from;

	if (!range_inside(end, work->done, length) || !take(block, length, &from))
		return false;
	memcpy(work->output + work->done, from, length);
	work->done += length;
	return true;
}

/* Repeat what is distance bytes back; each turn can copy all that is there by then. */
static bool match(struct work *work, size_t distance, size_t length, size_t end)
{
	if (distance == 0 || distance > work->done || !range_inside(end, work->done, length))
		return false;
	while (length > 0) {
		size_t size = length < distance ? length : distance;
		uint8_t *to = work->output + work->done;

		memcpy(to, to - distance, size);
		work->done += size;
		length -= size;
		distance += size;
	}
	return true;
}

/* One sequence: literals, then a match unless the block ends with the literals. */
static bool sequence(struct work *block, struct work *work, size_t end)
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
	if (!literals(block, work, count, end))
		return false;
	if (block->left == 0)
		return length == 0;
	if (!take(block, 2, &at))
		return false;
	distance = at[0] | (size_t)at[1] << 8;
	if (length == 15 && !long_length(block, &length))
		return false;
	return match(work, distance, length + MATCH_MIN, end);
}

/*
 * Unpack one block behind what is already there; at most `most` bytes. Linked blocks reach back
 * into it.
 */
static bool unpack(struct work *work, const uint8_t *packed, size_t size, size_t most)
{
	struct work block = { .in = packed, .left = size };
	size_t end = end_of_room(work, most);

	do
		if (!sequence(&block, work, end))
			return false;
	while (block.left != 0);
	return true;
}

static bool copy_stored(struct work *work, const uint8_t *block, size_t size, size_t most)
{
	if (size > most || size > work->capacity - work->done)
		return false;
	memcpy(work->output + work->done, block, size);
	work->done += size;
	return true;
}

/*
 * The frame descriptor. *most is the longest block, *flags is FLG, *content the promised size (0:
 * none).
 */
static bool frame_header(struct work *work, uint8_t *flags, size_t *most, uint64_t *content)
{
	const uint8_t *at;
	unsigned code;

	if (!take(work, 2, &at))
		return false;
	*flags = at[0];
	code = at[1] >> 4 & 7;
	if ((*flags & FLG_VERSION_MASK) != FLG_VERSION ||
	    (*flags & (FLG_RESERVED | FLG_DICTIONARY)) || (at[1] & 0x8f) != 0 || code < 4)
		return false;
	*most = (size_t)1 << (8 + 2 * code);
	*content = 0;
	if (*flags & FLG_CONTENT_SIZE) {
		if (!take(work, 8, &at))
			return false;
		*content = load_le64(at);
	}
	return take(work, 1, &at); /* the header's checksum */
}

static bool frame_block(struct work *work, uint8_t flags, uint32_t header, size_t most)
{
	size_t size = header & ~BLOCK_STORED;
	const uint8_t *block;
	uint32_t checksum;

	if (size > most || !take(work, size, &block))
		return false;
	if ((flags & FLG_BLOCK_CHECKSUM) && !take_le32(work, &checksum))
		return false;
	if (header & BLOCK_STORED)
		return copy_stored(work, block, size, most);
	return unpack(work, block, size, most);
}

static bool frame(struct work *work)
{
	uint64_t content;
	uint32_t word;
	uint8_t flags;
	size_t most;

	if (!frame_header(work, &flags, &most, &content))
		return false;
	for (;;) {
		if (!take_le32(work, &word))
			return false;
		if (word == 0)
			break;
		if (!frame_block(work, flags, word, most))
			return false;
	}
	if ((flags & FLG_CONTENT_CHECKSUM) && !take_le32(work, &word))
		return false;
	return !(flags & FLG_CONTENT_SIZE) || content == work->done;
}

/*
 * Blocks until the input ends. Some kernels carry four bytes more, the size unpacked: as a
 * block's length they would stand alone, so they can be told apart.
 */
static bool legacy(struct work *work)
{
	const uint8_t *block;
	size_t before;
	uint32_t size;

	while (work->left != 0) {
		if (!take_le32(work, &size))
			return false;
		if (work->left == 0)
			return size == work->done && work->done != 0;
		before = work->done;
		/* Blocks are independent here, but nothing is lost by allowing a window. */
		if (!take(work, size, &block) || !unpack(work, block, size, LEGACY_BLOCK))
			return false;
		if (work->done == before)
			return false;
	}
	return work->done != 0;
}

enum status decompress_lz4(struct span input, uint8_t *output, size_t capacity, size_t *size)
{
	struct work work = { input.at, input.size, output, capacity, 0 };
	uint32_t magic;
	bool good = false;

	if (!take_le32(&work, &magic))
		return ERR_DECOMPRESS;
	if (magic == MAGIC_FRAME)
		good = frame(&work);
	else if (magic == MAGIC_LEGACY)
		good = legacy(&work);
	if (!good || work.left != 0)
		return ERR_DECOMPRESS;
	*size = work.done;
	return OK;
}
