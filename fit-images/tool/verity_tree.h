/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * verity_tree.h - dm-verity hash trees as the kernel and veritysetup read them (hash type 1).
 *
 * Layout of a root image: data, zero padding to a hash block, one hash block with the superblock,
 * then the levels of the tree from the top down. The superblock tells people's tools where the tree
 * is; the loader takes every parameter from the signed FIT.
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

struct tree_parameters {
	enum digest_algorithm algorithm;
	/* bytes, powers of two, TREE_BLOCK_MIN to TREE_BLOCK_MAX */
	uint32_t data_block_size, hash_block_size;
	uint32_t data_blocks;
	/* first block of the tree, in hash blocks from the start of the image */
	uint32_t hash_start_block;
	uint8_t salt[TREE_SALT_MAX];
	size_t salt_size;
	uint8_t uuid[16]; /* in the superblock only */
};

/* A tree in memory. */
struct tree {
	struct tree_parameters parameters;
	uint8_t root_hash[DIGEST_SIZE_MAX];
	uint64_t offset; /* of bytes in the image */
	/* superblock's block (if there is room for one behind the data) and levels, allocated */
	uint8_t *bytes;
	size_t size;
	size_t lead; /* bytes of that block, 0 without a superblock */
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

/* Find the superblock of an image that already has its tree; false if there is none. */
bool tree_find(struct span image, struct tree_parameters *parameters);

/*
 * Compare a tree with what stands at its place in the image, but for the superblock. Ends with
 * refusal verity-root (want: computed,
 * got: in the file) or truncated. name is for the message.
 */
void tree_compare(const struct tree *tree, struct span image, const char *name);

/* The bytes of the image that are data. */
struct span tree_data(const struct tree_parameters *parameters, struct span image);

/* Bytes of a whole image: data, superblock and levels. */
uint64_t tree_image_size(const struct tree *tree);

#endif
