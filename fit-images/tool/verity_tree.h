/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * verity_tree.h - dm-verity hash trees as the kernel and veritysetup read them (hash type 1).
 *
 * Layout of a root image: data, zero padding to a hash block, one hash block with the superblock,
 * then the levels of the tree from the top down, then parity if there is any. The superblock tells
 * people's tools where the tree is; the loader takes every parameter from the signed FIT.
 */
#ifndef HOLDFAST_IMAGE_VERITY_TREE_H
#define HOLDFAST_IMAGE_VERITY_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "digest.h"
#include "tool.h"

#define TREE_SALT_MAX 256
#define TREE_BLOCK_MIN 512
#define TREE_BLOCK_MAX 65536
#define TREE_SUPERBLOCK_SIZE 512

struct tree_parameters {
	enum digest_algorithm algorithm;
	/* bytes, powers of two, TREE_BLOCK_MIN to TREE_BLOCK_MAX */
	uint32_t data_block_size, hash_block_size;
	uint32_t data_blocks;
	/* first block of the tree, in hash blocks from the start of the image */
	uint32_t hash_start_block;
	uint8_t salt[TREE_SALT_MAX];
	size_t salt_size;
	uint8_t uuid[16];   /* in the superblock only */
	uint32_t fec_roots; /* parity bytes of a codeword; 0: no parity, else 2 to 24 */
};

/* A tree in memory. */
struct tree {
	struct tree_parameters parameters;
	uint8_t root_hash[DIGEST_SIZE_MAX];
	uint64_t offset; /* of bytes in the image */
	/*
	 * superblock's block (if there is room for one behind the data), levels and parity,
	 * allocated
	 */
	uint8_t *bytes;
	size_t size;
	size_t lead;   /* bytes of the superblock's block, 0 without one */
	size_t parity; /* bytes of parity, at the end */
};

/*
 * What --salt and --uuid may leave open: parameters->salt (if salt_size is 0) and uuid (if all
 * zero) are derived from the data's digest, so that the same data always gives the same image;
 * data_blocks and hash_start_block follow from its size. Ends with refusal verity-params if the
 * data is empty, one block only, or too large.
 */
void tree_complete(struct tree_parameters *parameters, struct span data);

/* The UUID that tree_complete() gives the same data. */
void tree_derive_uuid(struct tree_parameters *parameters, struct span data);

/*
 * Build the tree of data; parameters as tree_complete() leaves them, or as signed (hash_start_block
 * may then leave no room for a superblock). Data that is short of data_blocks counts as zero. Ends
 * with refusal verity-params if the tree would lie in the data.
 */
void tree_build(const struct tree_parameters *parameters, struct span data, struct tree *tree);

/*
 * Append parity of data and tree (parity.h) to a tree that has none. Ends with refusal
 * verity-params if their blocks are of two sizes.
 */
void tree_add_parity(struct tree *tree, struct span data, unsigned roots);

/* How many bytes that would append. */
uint64_t tree_parity_size(const struct tree *tree, unsigned roots);

/* Hash blocks of all levels. */
uint64_t tree_blocks(const struct tree_parameters *parameters);

/*
 * What the TREE_SUPERBLOCK_SIZE bytes at a superblock's place say; false if they are none, or one
 * that makes no sense. hash_start_block is not in it.
 */
bool tree_superblock(const uint8_t *at, struct tree_parameters *parameters);

/* Find the superblock of an image that already has its tree; false if there is none. */
bool tree_find(struct span image, struct tree_parameters *parameters);

/*
 * Compare tree and parity with what stands at their place in the image, but for the superblock.
 * Ends with refusal verity-root (want: computed,
 * got: in the file) or truncated. name is for the message.
 */
void tree_compare(const struct tree *tree, struct span image, const char *name);

/* The bytes of the image that are data. */
struct span tree_data(const struct tree_parameters *parameters, struct span image);

/* Bytes of a whole image: data, superblock, levels and parity. */
uint64_t tree_image_size(const struct tree *tree);

#endif
