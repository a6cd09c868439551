// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* squashfs.c - squashfs 4.0: the superblock. The other parts: metadata, directories, data. */
#include <string.h>

#include "config.h"
#include "decompress.h"
#include "lz4_block.h"
#include "squashfs_private.h"

#define SUPERBLOCK_SIZE 96u
#define BLOCK_LOG_MIN 12u
#define BLOCK_LOG_MAX 20u
#define FLAG_OPTIONS 0x400u /* the compressor's options are behind the superblock */
#define LZ4_RAW_BLOCKS 1u   /* the only version of them */

enum { GZIP = 1, LZMA = 2, LZO = 3, XZ = 4, LZ4 = 5, ZSTD = 6 };

static const struct {
	char name[5];
	bool compiled_in;
} compressions[] = {
	[GZIP] = { "gzip", IS_ENABLED(CONFIG_GZIP) },
	[LZMA] = { "lzma", false },
	[LZO] = { "lzo", false },
	[XZ] = { "xz", false },
	[LZ4] = { "lz4", IS_ENABLED(CONFIG_LZ4) },
	[ZSTD] = { "zstd", IS_ENABLED(CONFIG_ZSTD) },
};

enum status squashfs_bad(const char *what)
{
	return refuse(ERR_FILE_SYSTEM, what, "malformed: make the image again with mksquashfs");
}

enum status squashfs_bytes(struct file_system *fs, uint64_t position, void *destination,
			   size_t size, const char *what)
{
	if (!range_inside(squashfs_of(fs)->bytes, position, size))
		return squashfs_bad(what);
	return verity_read(fs->reader, position, destination, size);
}

enum status squashfs_unpack(struct file_system *fs, const uint8_t *packed, size_t size,
			    uint8_t *output, size_t capacity, const char *what, size_t *made)
{
	unsigned compression = squashfs_of(fs)->compression;
	struct span input = { packed, size };
	enum status done = ERR_DECOMPRESS;

	*made = 0;
	if (IS_ENABLED(CONFIG_GZIP) && compression == GZIP)
		done = decompress_zlib(input, output, capacity, made);
	if (IS_ENABLED(CONFIG_LZ4) && compression == LZ4)
		done = lz4_block(input, output, made, capacity, false);
	if (IS_ENABLED(CONFIG_ZSTD) && compression == ZSTD)
		done = decompress_zstd(input, output, capacity, made);
	if (done == ERR_DECOMPRESS || *made == 0)
		return squashfs_bad(what);
	return done;
}

static enum status check_compression(struct file_system *fs, unsigned flags)
{
	struct squashfs *s = squashfs_of(fs);
	struct squashfs_place options = { SUPERBLOCK_SIZE, 0 };
	uint8_t version[4] = { 0 };

	if (s->compression < GZIP || s->compression > ZSTD)
		return squashfs_bad("compression");
	if (!compressions[s->compression].compiled_in)
		return refuse(ERR_FILE_SYSTEM, compressions[s->compression].name,
			      "not in this loader: make it with another -comp, or build it in");
	if (s->compression != LZ4)
		return OK;
	if (!(flags & FLAG_OPTIONS))
		return squashfs_bad("compression-options");
	TRY(squashfs_metadata(fs, &options, version, sizeof(version)));
	return load_le32(version) == LZ4_RAW_BLOCKS ? OK : squashfs_bad("compression-options");
}

/* The numbers of the superblock that are used; the others say how it was made. */
static enum status superblock(struct file_system *fs, const uint8_t *raw)
{
	struct squashfs *s = squashfs_of(fs);

	s->block_size = load_le32(raw + 12);
	s->fragment_count = load_le32(raw + 16);
	s->compression = load_le16(raw + 20);
	s->block_log = load_le16(raw + 22);
	s->bytes = load_le64(raw + 40);
	s->inodes = load_le64(raw + 64);
	s->directories = load_le64(raw + 72);
	s->fragments = load_le64(raw + 80);
	s->fragment_held = NO_FRAGMENT;
	if (s->block_log < BLOCK_LOG_MIN || s->block_log > BLOCK_LOG_MAX ||
	    s->block_size != 1u << s->block_log)
		return squashfs_bad("block-size");
	if (!range_inside(verity_size(fs->reader), 0, s->bytes))
		return refuse(ERR_FILE_SYSTEM, "bytes-used",
			      "the root is longer than its hash tree: make the tree again");
	if (s->inodes > s->bytes || s->directories > s->bytes)
		return squashfs_bad("superblock");
	return OK;
}

static enum status take_memory(struct file_system *fs)
{
	struct squashfs *s = squashfs_of(fs);
	size_t packed = s->block_size < METADATA_SIZE ? METADATA_SIZE : s->block_size;
	void *at;

	TRY(file_system_take(fs, s->block_size, "squashfs", &at));
	s->data.bytes = at;
	TRY(file_system_take(fs, s->block_size, "squashfs", &at));
	s->tail.bytes = at;
	TRY(file_system_take(fs, packed + MEDIUM_ALIGN, "squashfs", &at));
	s->packed = at;
	return OK;
}

static enum status mount(struct file_system *fs, struct node *root)
{
	uint8_t raw[SUPERBLOCK_SIZE] = { 0 };

	if (!range_inside(verity_size(fs->reader), 0, sizeof(raw)))
		return ERR_ABSENT;
	TRY(verity_read(fs->reader, 0, raw, sizeof(raw)));
	if (memcmp(raw, "hsqs", 4) != 0 && memcmp(raw, "sqsh", 4) != 0)
		return ERR_ABSENT;
	/* Major and minor; what is big endian is older. */
	if (raw[0] != 'h' || load_le32(raw + 28) != 4)
		return refuse(ERR_FILE_SYSTEM, "version",
			      "not squashfs 4.0: make it with mksquashfs 4 or later");
	TRY(file_system_take(fs, sizeof(struct squashfs), "squashfs", &fs->state));
	TRY(superblock(fs, raw));
	TRY(take_memory(fs));
	TRY(check_compression(fs, load_le16(raw + 24)));
	return squashfs_inode(fs, load_le64(raw + 32), root);
}

const struct file_system_driver file_system_squashfs = {
	.name = "squashfs",
	.mount = mount,
	.find = squashfs_find,
	.next = squashfs_next,
	.read = squashfs_read,
};
