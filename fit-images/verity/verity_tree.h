/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * verity_tree.h - the numbers that say what a dm-verity hash tree is and where it lies.
 *
 * They come from a signed configuration (verity_of()), on the workstation also from the command
 * line; never from the superblock beside the tree. Source: Linux
 * Documentation/admin-guide/device-mapper/verity.rst, hash format 1.
 */
#ifndef HOLDFAST_VERITY_TREE_H
#define HOLDFAST_VERITY_TREE_H

#include "digest.h"
#include "span.h"
#include "status.h"

#define VERITY_SALT_MAX 256
#define VERITY_BLOCK_MIN 512
#define VERITY_BLOCK_MAX 65536
/* 2^32 data blocks, 8 digests (sha512) in a hash block of 512 bytes. */
#define VERITY_LEVELS_MAX 11

struct verity_tree {
	enum digest_algorithm algorithm;
	/* bytes, a power of two, VERITY_BLOCK_MIN to VERITY_BLOCK_MAX (Linux: at most a page) */
	uint32_t data_block_size;
	uint32_t hash_block_size;
	uint32_t data_blocks; /* at least 2: one block has no tree */
	/* in hash blocks, from the start of the device that holds the tree */
	uint32_t hash_start_block;
	struct span root_hash; /* digest_size() bytes */
	struct span salt;      /* 0..VERITY_SALT_MAX bytes */
};

/* Where the levels of a tree lie. Level 1 holds the digests of data blocks, the last is the top. */
struct verity_levels {
	unsigned count;      /* 1 to VERITY_LEVELS_MAX */
	uint32_t entry;      /* bytes from one digest to the next: a power of two */
	uint32_t entry_bits; /* log2 of the digests in a hash block */
	/* of level i + 1: its first block from the start of the device, and how many there are */
	uint64_t start[VERITY_LEVELS_MAX];
	uint64_t blocks[VERITY_LEVELS_MAX];
};

/*
 * Whether the numbers make a tree: ERR_VERITY_PARAMS, at= names the property of a dm-verity node
 * that does not. They are small enough then that no sum of them wraps in 64 bits.
 */
enum status verity_tree_check(const struct verity_tree *tree) MUST_CHECK;

/* The levels of a tree that verity_tree_check() passed: from the top down, one behind the other. */
void verity_tree_levels(const struct verity_tree *tree, struct verity_levels *levels);

#endif
