// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * decompress_lz4.c - the two containers of LZ4 blocks: the frame (lz4 doc/lz4_Frame_format.md), and
 * the legacy format that `lz4 -l` and so the Linux Makefile write.
 */
#include <stdbool.h>
#include <string.h>

#include "decompress.h"
#include "lz4_block.h"

#define MAGIC_FRAME 0x184d2204u
#define MAGIC_LEGACY 0x184c2102u

#define FLG_VERSION_MASK 0xc0
#define FLG_VERSION 0x40
#define FLG_BLOCK_CHECKSUM 0x10
#define FLG_CONTENT_SIZE 0x08
#define FLG_CONTENT_CHECKSUM 0x04
#define FLG_RESERVED 0x02
#define FLG_DICTIONARY 0x01

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

/*
 * Unpack one block behind what is already there; at most `most` bytes. Linked blocks reach back
 * into it.
 */
static bool unpack(struct work *work, const uint8_t *packed, size_t size, size_t most)
{
	size_t room = work->capacity - work->done;
	size_t end = work->done + (room < most ? room : most);

	return lz4_block((struct span){ packed, size }, work->output, &work->done, end, false) ==
	       OK;
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
