// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * verity_tree.c - the numbers of a hash tree: whether they are sane, and where they put its levels.
 */
#include "verity_tree.h"

static enum status bad(const char *at, const char *hint)
{
	return refuse(ERR_VERITY_PARAMS, at, hint);
}

static enum status check_block(uint32_t size, const char *name)
{
	if (size < VERITY_BLOCK_MIN || size > VERITY_BLOCK_MAX || (size & (size - 1)) != 0)
		return bad(name, "a block size is a power of two from 512 to 65536");
	return OK;
}

enum status verity_tree_check(const struct verity_tree *tree)
{
	if (tree->root_hash.size != digest_size(tree->algorithm))
		return bad("digest", "the root hash has the wrong length");
	if (tree->salt.size > VERITY_SALT_MAX)
		return bad("salt", "a salt has at most 256 bytes");
	TRY(check_block(tree->data_block_size, "data-block-size"));
	TRY(check_block(tree->hash_block_size, "hash-block-size"));
	/* One block has no tree, so there would be no top block to check. */
	if (tree->data_blocks < 2)
		return bad("num-data-blocks", "a root has at least two blocks");
	return OK;
}

void verity_tree_levels(const struct verity_tree *tree, struct verity_levels *levels)
{
	uint64_t blocks = tree->data_blocks;
	uint64_t start = tree->hash_start_block;

	*levels = (struct verity_levels){ .entry = 1 };
	while (levels->entry < digest_size(tree->algorithm))
		levels->entry *= 2;
	while ((levels->entry << (levels->entry_bits + 1)) <= tree->hash_block_size)
		levels->entry_bits++;
	while (blocks > 1 && levels->count < VERITY_LEVELS_MAX) {
		blocks = ((blocks - 1) >> levels->entry_bits) + 1;
		levels->blocks[levels->count++] = blocks;
	}
	for (unsigned i = levels->count; i > 0; i--) {
		levels->start[i - 1] = start;
		start += levels->blocks[i - 1];
	}
}
