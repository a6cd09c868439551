/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * erofs_private.h - what the parts of the EROFS driver know of each other.
 *
 * Sources: Linux Documentation/filesystems/erofs.rst and fs/erofs/erofs_fs.h. All numbers are
 * little endian. An inode is found by its number alone (slots of 32 bytes); its extended attributes
 * and then the description of its data are right behind it. A file is a row of extents, each of one
 * kind, whatever describes them.
 */
#ifndef HOLDFAST_EROFS_PRIVATE_H
#define HOLDFAST_EROFS_PRIVATE_H

#include "file_system.h"

#define EROFS_NO_BLOCK 0xffffffffu /* instead of an address: zeros that are stored nowhere */

enum erofs_layout { FLAT_PLAIN, PACKED_FULL, FLAT_INLINE, PACKED_COMPACT, CHUNKS, LAYOUTS };

/* How the bytes of an extent are stored. */
enum erofs_kind {
	EXTENT_STORED,
	EXTENT_HOLE,
	EXTENT_ROTATED, /* stored in one block, each byte where it is in a block of the file */
	EXTENT_LZ4,
	EXTENT_FRAGMENT /* at a place in the packed inode */
};

/* [start, end) of a file. */
struct erofs_extent {
	uint64_t start;
	uint64_t end;
	uint64_t at; /* bytes from the start of the image */
	size_t size; /* stored bytes; only of those that are described with their size */
	enum erofs_kind kind;
};

struct erofs {
	uint64_t bytes;  /* of the image; nothing is behind them */
	uint64_t inodes; /* where slot 0 is */
	uint64_t packed_inode;
	unsigned block_bits; /* 9 to 16 */
	bool zero_padding;   /* packed data ends with its last block, zeros are before it */
	/* The extent that was asked for last, of the compressed file with this place. */
	uint64_t extent_of;
	struct erofs_extent extent;
	/* Indexes of compressed files that were read last. */
	uint64_t pack_at;
	uint8_t pack[32];
	uint8_t *packed;
	/* What an extent unpacks to; 0 bytes: none. */
	uint8_t *unpacked;
	uint64_t unpacked_at;
	size_t unpacked_from;
	size_t unpacked_size;
};

/* What is in the words of a node. */
enum {
	WORD_TAIL = 0,   /* the place behind inode and extended attributes, never 0 */
	WORD_LAYOUT = 1, /* enum erofs_layout */
	WORD_BLOCK = 2   /* the first block, or the format of chunks */
};

/* The driver's state in a mounted file system. */
static inline struct erofs *erofs_of(const struct file_system *fs)
{
	return fs->state;
}

/* ERR_FILE_SYSTEM, at= what is malformed. */
enum status erofs_bad(const char *what) MUST_CHECK;

/* size bytes of the image. ERR_FILE_SYSTEM: not inside it. */
enum status erofs_bytes(struct file_system *fs, uint64_t at, void *destination, size_t size,
			const char *what) MUST_CHECK;

/* The inode with this number as a node. ERR_FILE_SYSTEM: outside the image, malformed, too long. */
enum status erofs_inode(struct file_system *fs, uint64_t number, struct node *node) MUST_CHECK;

/* The extent that the byte at offset of a compressed file is in; offset is inside the file. */
enum status erofs_packed_extent(struct file_system *fs, const struct node *node, uint64_t offset,
				struct erofs_extent *extent) MUST_CHECK;

/* size bytes of what an extent of kind EXTENT_LZ4 unpacks to, without the first skip. */
enum status erofs_unpack(struct file_system *fs, const struct erofs_extent *extent, uint64_t skip,
			 uint8_t *destination, size_t size) MUST_CHECK;

/* The driver's functions. */
enum status erofs_find(struct file_system *fs, const struct node *directory, struct span name,
		       struct node *node) MUST_CHECK;
enum status erofs_next(struct file_system *fs, const struct node *directory, struct cursor *cursor,
		       struct entry *entry) MUST_CHECK;
enum status erofs_read(struct file_system *fs, const struct node *node, uint64_t offset,
		       void *destination, size_t size) MUST_CHECK;

#endif
