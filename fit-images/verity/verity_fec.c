// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* verity_fec.c - whether the numbers of error correction make sense; Linux checks the same. */
#include "reader.h"

static enum status bad(const char *at, const char *hint)
{
	return refuse(ERR_VERITY_PARAMS, at, hint);
}

enum status verity_fec_numbers(const struct verity_tree *tree, const struct verity_fec *fec)
{
	struct verity_levels levels;

	if (fec->roots < 2 || fec->roots > 24)
		return bad("holdfast,fec-roots", "a codeword has 2 to 24 parity bytes");
	if (tree->data_block_size != tree->hash_block_size)
		return bad("hash-block-size", "error correction wants blocks of one size");
	verity_tree_levels(tree, &levels);
	if (fec->blocks <
	    tree->data_blocks + levels.start[0] + levels.blocks[0] - tree->hash_start_block)
		return bad("holdfast,fec-blocks", "it covers all of the data and the tree");
	return OK;
}
