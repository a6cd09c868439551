// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * squashfs_data.c - bytes of files and of links.
 *
 * What is stored as it is, and a packed block that is wanted whole, go to where they are wanted. Of
 * a packed block that is wanted in part all is unpacked and kept, one for data and one for
 * fragments, so that small reads one after the other unpack each block once.
 */
#include <string.h>

#include "squashfs_private.h"

#define FRAGMENT_SIZE 16u
#define FRAGMENTS_LOG 9u /* so many of them are in a metadata block */

#define STORED 0x1000000u
#define SIZE_MASK 0xffffffu

static uint32_t stored_size(struct squashfs_block block)
{
	return block.word & SIZE_MASK;
}

static enum status check(const struct squashfs *s, struct squashfs_block block)
{
	if ((block.word & ~(STORED | SIZE_MASK)) || stored_size(block) > s->block_size ||
	    !range_inside(s->bytes, block.position, stored_size(block)))
		return squashfs_bad("data-block");
	return OK;
}

/* The block of data with this index, by adding up the sizes of those before it. */
static enum status data_block(struct file_system *fs, const struct node *node, uint64_t index,
			      struct squashfs_block *block)
{
	struct squashfs *s = squashfs_of(fs);
	struct squashfs_walk walk = s->walk;
	uint8_t word[4] = { 0 };

	if (walk.inode != node->words[WORD_INODE] || walk.index == UINT64_MAX || walk.index > index)
		walk = (struct squashfs_walk){
			.inode = node->words[WORD_INODE],
			.index = UINT64_MAX,
			.list = { node->words[WORD_LIST_BLOCK],
				  (uint32_t)node->words[WORD_LIST_OFFSET] },
			.block = { node->words[WORD_START], 0 },
		};
	while (walk.index != index) {
		walk.index++;
		walk.block.position += stored_size(walk.block);
		TRY(squashfs_metadata(fs, &walk.list, word, sizeof(word)));
		walk.block.word = load_le32(word);
		TRY(check(s, walk.block));
	}
	s->walk = walk;
	*block = walk.block;
	return OK;
}

/* The fragment block with this number. Their table has a table of where its blocks are. */
static enum status fragment_block(struct file_system *fs, uint32_t number,
				  struct squashfs_block *block)
{
	struct squashfs *s = squashfs_of(fs);
	struct squashfs_place place;
	uint8_t raw[FRAGMENT_SIZE] = { 0 };

	if (number >= s->fragment_count)
		return squashfs_bad("fragment");
	if (number != s->fragment_held) {
		/* Compared before it is added: the table may be anywhere. */
		if (s->fragments > s->bytes)
			return squashfs_bad("fragment-table");
		TRY(squashfs_bytes(fs, s->fragments + 8 * (uint64_t)(number >> FRAGMENTS_LOG), raw,
				   8, "fragment-table"));
		place.block = load_le64(raw);
		place.offset = (number & ((1u << FRAGMENTS_LOG) - 1)) * FRAGMENT_SIZE;
		TRY(squashfs_metadata(fs, &place, raw, sizeof(raw)));
		s->fragment = (struct squashfs_block){ load_le64(raw), load_le32(raw + 8) };
		s->fragment_held = number;
	}
	*block = s->fragment;
	return stored_size(*block) == 0 ? squashfs_bad("fragment") : check(s, *block);
}

/*
 * Unpack a block to output, where there is room for capacity bytes. exact: it must make as many.
 */
static enum status unpack(struct file_system *fs, struct squashfs_block block, uint8_t *output,
			  size_t capacity, bool exact, size_t *made)
{
	struct squashfs *s = squashfs_of(fs);
	/* The same remainder as on the medium: the reader need not move what it read. */
	uint8_t *packed = s->packed + block.position % MEDIUM_ALIGN;

	TRY(squashfs_bytes(fs, block.position, packed, stored_size(block), "data-block"));
	TRY(squashfs_unpack(fs, packed, stored_size(block), output, capacity, "data-block", made));
	return exact && *made != capacity ? squashfs_bad("data-block") : OK;
}

/* A part of a packed block, by way of the one that is kept. */
static enum status kept(struct file_system *fs, struct squashfs_unpacked *keep,
			struct squashfs_block block, size_t offset, void *destination, size_t size)
{
	size_t made;

	if (keep->size == 0 || keep->block.position != block.position ||
	    keep->block.word != block.word) {
		keep->size = 0;
		TRY(unpack(fs, block, keep->bytes, squashfs_of(fs)->block_size, false, &made));
		keep->block = block;
		keep->size = made;
	}
	if (!range_inside(keep->size, offset, size))
		return squashfs_bad("data-block");
	return verity_copy(destination, keep->bytes + offset, size);
}

/* Bytes of a file in its block with this index. */
static size_t bytes_in(const struct squashfs *s, const struct node *node, uint64_t index)
{
	uint64_t left = node->size - (index << s->block_log);

	return left < s->block_size ? (size_t)left : s->block_size;
}

static bool in_fragment(const struct squashfs *s, const struct node *node, size_t whole)
{
	return whole < s->block_size && node->words[WORD_FRAGMENT] != NO_FRAGMENT;
}

/*
 * Of a block that is stored as it is, and those behind it that are too: they lie in a row, and one
 * large read can be shared between processors.
 */
static enum status from_stored(struct file_system *fs, const struct node *node, uint64_t index,
			       size_t offset, void *destination, size_t *size)
{
	const struct squashfs *s = squashfs_of(fs);
	struct squashfs_block first = s->walk.block, block = first;
	size_t whole = bytes_in(s, node, index), run = whole - offset;

	if (stored_size(first) != whole)
		return squashfs_bad("data-block");
	while (run < *size) {
		whole = bytes_in(s, node, ++index);
		if (in_fragment(s, node, whole))
			break;
		TRY(data_block(fs, node, index, &block));
		if (block.word != (STORED | whole))
			break;
		run += whole;
	}
	if (*size > run)
		*size = run;
	return squashfs_bytes(fs, first.position + offset, destination, *size, "data-block");
}

/* From offset on in a block; *size is what was wanted, then what was read. */
static enum status from_block(struct file_system *fs, const struct node *node, uint64_t index,
			      size_t offset, void *destination, size_t *size)
{
	struct squashfs *s = squashfs_of(fs);
	size_t whole = bytes_in(s, node, index), made;
	struct squashfs_block block;

	TRY(data_block(fs, node, index, &block));
	if (block.word & STORED)
		return from_stored(fs, node, index, offset, destination, size);
	if (*size > whole - offset)
		*size = whole - offset;
	if (block.word == 0) {
		memset(destination, 0, *size);
		return OK;
	}
	if (*size == whole)
		return unpack(fs, block, destination, whole, true, &made);
	TRY(kept(fs, &s->data, block, offset, destination, *size));
	return s->data.size == whole ? OK : squashfs_bad("data-block");
}

/* The end of a file, out of a block that it shares with others. */
static enum status from_fragment(struct file_system *fs, const struct node *node, size_t offset,
				 void *destination, size_t size)
{
	struct squashfs_block block = { 0, 0 };

	TRY(fragment_block(fs, (uint32_t)node->words[WORD_FRAGMENT], &block));
	/* Both are less than 2^32; on a 32-bit machine their sum may not be. */
	if (!range_inside(squashfs_of(fs)->block_size, node->words[WORD_OFFSET], offset + size))
		return squashfs_bad("fragment");
	offset += (size_t)node->words[WORD_OFFSET];
	if (!(block.word & STORED))
		return kept(fs, &squashfs_of(fs)->tail, block, offset, destination, size);
	if (!range_inside(stored_size(block), offset, size))
		return squashfs_bad("fragment");
	return squashfs_bytes(fs, block.position + offset, destination, size, "fragment");
}

static enum status read_link(struct file_system *fs, const struct node *node, uint64_t offset,
			     void *destination, size_t size)
{
	struct squashfs_place place = { node->words[WORD_LIST_BLOCK],
					(uint32_t)node->words[WORD_LIST_OFFSET] };
	uint8_t target[FILE_PATH_MAX];

	TRY(squashfs_metadata(fs, &place, target, (size_t)node->size));
	TRY(verity_copy(destination, target + offset, size));
	fs->delivered += size;
	return OK;
}

enum status squashfs_read(struct file_system *fs, const struct node *node, uint64_t offset,
			  void *destination, size_t size)
{
	const struct squashfs *s = squashfs_of(fs);
	uint8_t *to = destination;

	if (node->kind == NODE_LINK && size > 0)
		return read_link(fs, node, offset, destination, size);
	while (size > 0) {
		uint64_t index = offset >> s->block_log;
		size_t inside = (size_t)offset & (s->block_size - 1);
		size_t part = size;

		/* The end of a file: all that is wanted is in it. */
		if (in_fragment(s, node, bytes_in(s, node, index)))
			TRY(from_fragment(fs, node, inside, to, part));
		else
			TRY(from_block(fs, node, index, inside, to, &part));
		fs->delivered += part;
		offset += part;
		to += part;
		size -= part;
	}
	return OK;
}
