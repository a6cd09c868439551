// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* erofs.c - EROFS: superblock and inodes. The other parts: directories, data, compressed data. */
#include "erofs_private.h"

#define SUPERBLOCK_AT 1024u
#define SUPERBLOCK_SIZE 128u
#define MAGIC 0xe0f5e1e2u
#define BLOCK_BITS_MIN 9
#define BLOCK_BITS_MAX 16

/* incompatible features */
#define ZERO_PADDING 0x01u
#define FRAGMENTS 0x20u
#define KNOWN_FEATURES 0x7fu

#define SLOT_SIZE 32u
#define FILE_MAX (1ull << 48)

enum status erofs_bad(const char *what)
{
	return refuse(ERR_FILE_SYSTEM, what, "malformed: make the root again with mkfs.erofs");
}

enum status erofs_bytes(struct file_system *fs, uint64_t at, void *destination, size_t size,
			const char *what)
{
	if (!range_inside(erofs_of(fs)->bytes, at, size))
		return erofs_bad(what);
	return verity_read(fs->reader, at, destination, size);
}

static enum node_kind kind_of(unsigned mode)
{
	switch (mode >> 12) {
	case 4:
		return NODE_DIRECTORY;
	case 8:
		return NODE_FILE;
	case 10:
		return NODE_LINK;
	default:
		return NODE_OTHER;
	}
}

static uint64_t longest(enum node_kind kind)
{
	if (kind == NODE_DIRECTORY)
		return FILE_DIRECTORY_MAX;
	return kind == NODE_LINK ? FILE_PATH_MAX : FILE_MAX;
}

/* What is read here is alike in the short form of an inode and in the long one. */
enum status erofs_inode(struct file_system *fs, uint64_t number, struct node *node)
{
	const struct erofs *erofs = erofs_of(fs);
	uint8_t raw[24] = { 0 };
	unsigned format;
	unsigned attributes;
	uint64_t at;

	if (!range_inside(erofs->bytes / SLOT_SIZE, number, 1))
		return erofs_bad("inode");
	at = erofs->inodes + number * SLOT_SIZE;
	TRY(erofs_bytes(fs, at, raw, sizeof(raw), "inode"));
	format = load_le16(raw);
	if (format >= LAYOUTS << 1)
		return refuse(ERR_FILE_SYSTEM, "inode",
			      "too new: make the root without -E48bit, -m and --MZ of mkfs.erofs");
	attributes = load_le16(raw + 2);
	at += format & 1 ? 2 * SLOT_SIZE : SLOT_SIZE;
	if (attributes)
		at += 8 + 4 * attributes;
	*node = (struct node){ .kind = kind_of(load_le16(raw + 4)),
			       .size = format & 1 ? load_le64(raw + 8) : load_le32(raw + 8),
			       .number = number,
			       .words = { at, format >> 1, load_le32(raw + 16) } };
	if (node->kind == NODE_OTHER)
		node->size = 0;
	if (node->size > longest(node->kind))
		return refuse(ERR_FILE_SYSTEM, "inode",
			      "a directory of more than 4 MiB, or a link of more than 1024 bytes");
	return OK;
}

static enum status check(const uint8_t *raw, uint64_t room)
{
	if (raw[12] < BLOCK_BITS_MIN || raw[12] > BLOCK_BITS_MAX || raw[90] != 0)
		return refuse(ERR_FILE_SYSTEM, "block-size",
			      "not 512 bytes to 64 KiB: give mkfs.erofs another -b");
	if (load_le32(raw + 80) & ~KNOWN_FEATURES)
		return refuse(ERR_FILE_SYSTEM, "feature",
			      "too new: make the root without -E48bit, -m and --MZ of mkfs.erofs");
	if (load_le16(raw + 86) != 0)
		return refuse(ERR_FILE_SYSTEM, "extra-device",
			      "make the root without --blobdev: all must be in one image");
	if (!range_inside(room >> raw[12], 0, load_le32(raw + 36)))
		return refuse(ERR_FILE_SYSTEM, "superblock",
			      "the file system is longer than the data that has a hash tree");
	return OK;
}

static enum status mount(struct file_system *fs, struct node *root)
{
	uint64_t room = verity_size(fs->reader);
	uint8_t raw[SUPERBLOCK_SIZE] = { 0 };
	struct erofs *erofs;
	uint32_t features;

	if (!range_inside(room, SUPERBLOCK_AT, sizeof(raw)))
		return ERR_ABSENT;
	TRY(verity_read(fs->reader, SUPERBLOCK_AT, raw, sizeof(raw)));
	if (load_le32(raw) != MAGIC)
		return ERR_ABSENT;
	TRY(check(raw, room));
	TRY(file_system_take(fs, sizeof(*erofs), "erofs", &fs->state));
	erofs = fs->state;
	features = load_le32(raw + 80);
	erofs->block_bits = raw[12];
	erofs->bytes = (uint64_t)load_le32(raw + 36) << erofs->block_bits;
	erofs->inodes = (uint64_t)load_le32(raw + 40) << erofs->block_bits;
	erofs->zero_padding = features & ZERO_PADDING;
	erofs->packed_inode = features & FRAGMENTS ? load_le64(raw + 96) : 0;
	return erofs_inode(fs, load_le16(raw + 14), root);
}

const struct file_system_driver file_system_erofs = {
	.name = "erofs",
	.mount = mount,
	.find = erofs_find,
	.next = erofs_next,
	.read = erofs_read,
};
