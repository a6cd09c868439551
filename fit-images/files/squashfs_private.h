/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * squashfs_private.h - what the parts of the squashfs driver know of each other.
 *
 * Sources: Linux Documentation/filesystems/squashfs.rst and fs/squashfs/squashfs_fs.h. All numbers
 * are little endian. Metadata (inodes, directories, fragment table) lies in blocks of up to 8 KiB,
 * each with two bytes of size before it, and is addressed by the place of a block and an offset in
 * what it unpacks to; one thing may go on in the next block. Data blocks have their sizes in the
 * inode and lie one behind the other; the end of a file may be a piece of a shared fragment block.
 */
#ifndef HOLDFAST_SQUASHFS_PRIVATE_H
#define HOLDFAST_SQUASHFS_PRIVATE_H

#include "file_system.h"

#define METADATA_SIZE 8192u
#define METADATA_SLOTS 4u /* a directory, its inodes, block list and fragment table */

#define NO_FRAGMENT 0xffffffffu

/* A place in metadata. */
struct squashfs_place {
	uint64_t block;  /* bytes from the start of the image */
	uint32_t offset; /* in what the block unpacks to */
};

/* A metadata block, unpacked. */
struct squashfs_metadata {
	uint64_t block;
	uint64_t next; /* the block behind it; 0: nothing is here */
	uint32_t size;
	uint32_t used; /* when; the smallest goes */
	uint8_t bytes[METADATA_SIZE];
};

/* A data or fragment block as an inode or the fragment table names it. */
struct squashfs_block {
	uint64_t position;
	uint32_t word; /* bytes it is stored in, and whether they are packed */
};

/* One such block, unpacked. */
struct squashfs_unpacked {
	struct squashfs_block block;
	size_t size; /* 0: nothing is here */
	uint8_t *bytes;
};

/* Which data block was asked for last: the next one is found without starting over. */
struct squashfs_walk {
	uint64_t inode; /* 0: none */
	uint64_t index; /* of block; UINT64_MAX: before the first */
	struct squashfs_place list;
	struct squashfs_block block;
};

struct squashfs {
	uint64_t bytes; /* of the image; nothing is behind them */
	uint64_t inodes, directories, fragments;
	uint32_t fragment_count;
	uint32_t block_size; /* 4 KiB to 1 MiB */
	unsigned block_log;
	unsigned compression;
	uint32_t clock;
	uint32_t fragment_held; /* its number; NO_FRAGMENT: none */
	struct squashfs_block fragment;
	struct squashfs_metadata metadata[METADATA_SLOTS];
	struct squashfs_unpacked data, tail;
	struct squashfs_walk walk;
	uint8_t *packed; /* what is to be unpacked next */
};

/* What is in the words of a node. */
enum {
	WORD_START = 0,      /* the first data block; a directory's metadata block */
	WORD_OFFSET = 1,     /* in the fragment; in the metadata block */
	WORD_FRAGMENT = 2,   /* its number */
	WORD_LIST_BLOCK = 3, /* place of the list of data blocks, or of a link's target */
	WORD_LIST_OFFSET = 4,
	WORD_INODE = 5 /* the place of the inode, never 0 */
};

/* The state of a mount. */
static inline struct squashfs *squashfs_of(const struct file_system *fs)
{
	return fs->state;
}

/* ERR_FILE_SYSTEM, at= what is malformed. */
enum status squashfs_bad(const char *what) MUST_CHECK;

/* size bytes of the image at position, wherever they are. ERR_FILE_SYSTEM: not inside it. */
enum status squashfs_bytes(struct file_system *fs, uint64_t position, void *destination,
			   size_t size, const char *what) MUST_CHECK;

/* Unpack size bytes of packed; *made bytes, at least one and at most capacity. */
enum status squashfs_unpack(struct file_system *fs, const uint8_t *packed, size_t size,
			    uint8_t *output, size_t capacity, const char *what,
			    size_t *made) MUST_CHECK;

/* size bytes of metadata at *place, which is moved behind them. */
enum status squashfs_metadata(struct file_system *fs, struct squashfs_place *place,
			      void *destination, size_t size) MUST_CHECK;

/* The inode with this number of place: block of the inode table << 16 | offset. */
enum status squashfs_inode(struct file_system *fs, uint64_t reference,
			   struct node *node) MUST_CHECK;

/* The driver's functions. */
enum status squashfs_find(struct file_system *fs, const struct node *directory, struct span name,
			  struct node *node) MUST_CHECK;
enum status squashfs_next(struct file_system *fs, const struct node *directory,
			  struct cursor *cursor, struct entry *entry) MUST_CHECK;
enum status squashfs_read(struct file_system *fs, const struct node *node, uint64_t offset,
			  void *destination, size_t size) MUST_CHECK;

#endif
