// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * squashfs_metadata.c - metadata blocks, a few of them kept, and inodes.
 *
 * The next block is always behind the last one, so a reader moves on with every block, whatever the
 * image says.
 */
#include <string.h>

#include "squashfs_private.h"

#define HEADER_SIZE 2u
#define STORED 0x8000u

#define DIRECTORY_OVERHEAD 3u /* what "." and ".." count for, without being there */

/* What is read of an inode; behind it are a list of blocks, a target or nothing of interest. */
#define INODE_MIN 20u
#define INODE_MAX 56u

enum {
	DIRECTORY = 1,
	REGULAR = 2,
	LINK = 3,
	EXTENDED = 7 /* added to each for the extended kind */
};

/* A block is read in place of the one that was not used for longest. */
static enum status read_block(struct file_system *fs, uint64_t block,
			      struct squashfs_metadata *slot)
{
	struct squashfs *s = squashfs_of(fs);
	uint8_t header[HEADER_SIZE] = { 0 };
	size_t size, made;

	slot->next = 0;
	TRY(squashfs_bytes(fs, block, header, sizeof(header), "metadata"));
	size = load_le16(header) & ~STORED;
	if (size == 0 || size > METADATA_SIZE)
		return squashfs_bad("metadata");
	made = size;
	if (load_le16(header) & STORED) {
		TRY(squashfs_bytes(fs, block + HEADER_SIZE, slot->bytes, size, "metadata"));
	} else {
		TRY(squashfs_bytes(fs, block + HEADER_SIZE, s->packed, size, "metadata"));
		TRY(squashfs_unpack(fs, s->packed, size, slot->bytes, METADATA_SIZE, "metadata",
				    &made));
	}
	slot->size = (uint32_t)made;
	slot->block = block;
	slot->next = block + HEADER_SIZE + size;
	return OK;
}

static enum status block_at(struct file_system *fs, uint64_t block,
			    const struct squashfs_metadata **found)
{
	struct squashfs *s = squashfs_of(fs);
	struct squashfs_metadata *slot = s->metadata, *oldest = slot;

	for (; slot < s->metadata + METADATA_SLOTS; slot++) {
		if (slot->next != 0 && slot->block == block)
			break;
		if (slot->used < oldest->used)
			oldest = slot;
	}
	if (slot == s->metadata + METADATA_SLOTS) {
		slot = oldest;
		TRY(read_block(fs, block, slot));
	}
	slot->used = ++s->clock;
	*found = slot;
	return OK;
}

enum status squashfs_metadata(struct file_system *fs, struct squashfs_place *place,
			      void *destination, size_t size)
{
	const struct squashfs_metadata *from;
	uint8_t *to = destination;

	for (;;) {
		size_t part = size;

		TRY(block_at(fs, place->block, &from));
		if (place->offset > from->size)
			return squashfs_bad("metadata");
		if (part > from->size - place->offset)
			part = from->size - place->offset;
		memcpy(to, from->bytes + place->offset, part);
		place->offset += (uint32_t)part;
		to += part;
		size -= part;
		if (size == 0)
			return OK;
		*place = (struct squashfs_place){ from->next, 0 };
	}
}

static enum status directory(const uint8_t *raw, bool extended, struct node *node)
{
	node->kind = NODE_DIRECTORY;
	node->size = extended ? load_le32(raw + 20) : load_le16(raw + 24);
	node->words[WORD_START] = load_le32(raw + (extended ? 24 : 16));
	node->words[WORD_OFFSET] = load_le16(raw + (extended ? 34 : 26));
	if (node->size < DIRECTORY_OVERHEAD || node->size > FILE_DIRECTORY_MAX)
		return squashfs_bad("directory-size");
	node->size -= DIRECTORY_OVERHEAD;
	return OK;
}

static enum status regular(const uint8_t *raw, bool extended, struct node *node)
{
	const uint8_t *fragment = raw + (extended ? 44 : 20);

	node->kind = NODE_FILE;
	node->size = extended ? load_le64(raw + 24) : load_le32(raw + 28);
	node->words[WORD_START] = extended ? load_le64(raw + 16) : load_le32(raw + 16);
	node->words[WORD_FRAGMENT] = load_le32(fragment);
	node->words[WORD_OFFSET] = load_le32(fragment + 4);
	return OK;
}

static enum status symbolic_link(const uint8_t *raw, struct node *node)
{
	node->kind = NODE_LINK;
	node->size = load_le32(raw + 20);
	if (node->size == 0 || node->size > FILE_PATH_MAX)
		return refuse(ERR_FILE_SYSTEM, "link",
			      "a symbolic link is empty or longer than 1024 bytes");
	return OK;
}

enum status squashfs_inode(struct file_system *fs, uint64_t reference, struct node *node)
{
	static const uint8_t sizes[] = {
		0, 32, 32, 24, 20, 20, 20, 20, 40, 56, 24, 20, 20, 20, 20
	};
	struct squashfs *s = squashfs_of(fs);
	struct squashfs_place place = { s->inodes + (reference >> 16), reference & 0xffff };
	uint8_t raw[INODE_MAX] = { 0 };
	unsigned type;
	bool extended;

	/* The table starts inside the image and 48 bits are added, so nothing wraps. */
	*node = (struct node){ .kind = NODE_OTHER };
	node->words[WORD_INODE] = (place.block << 16 | place.offset) + 1;
	TRY(squashfs_metadata(fs, &place, raw, INODE_MIN));
	type = load_le16(raw);
	if (type < DIRECTORY || type >= sizeof(sizes))
		return squashfs_bad("inode-type");
	TRY(squashfs_metadata(fs, &place, raw + INODE_MIN, sizes[type] - INODE_MIN));
	node->number = load_le32(raw + 12);
	node->words[WORD_LIST_BLOCK] = place.block;
	node->words[WORD_LIST_OFFSET] = place.offset;
	extended = type > EXTENDED;
	if (extended)
		type -= EXTENDED;
	if (type == DIRECTORY)
		return directory(raw, extended, node);
	if (type == REGULAR)
		return regular(raw, extended, node);
	return type == LINK ? symbolic_link(raw, node) : OK;
}
