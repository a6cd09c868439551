/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * verity_deep.c - a whole dm-verity tree, checked level by level.
 *
 * Hash format 1 (Linux Documentation/admin-guide/device-mapper/verity.rst): a digest is H(salt ||
 * block), digests are packed at powers of two, the levels lie behind each other with the top first.
 * Every block of a level is compared with its entry in the level above, the top with the root hash;
 * so each entry is proved by the block that holds it.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include <openssl/evp.h>

#include "verify.h"

#define LEVELS_MAX 64

struct tree {
	const struct verity *verity;
	struct span data;
	EVP_MD *md;
	EVP_MD_CTX *context;
	size_t digest;
	uint32_t entry; /* bytes of one digest's place: a power of two */
	uint32_t bits;  /* log2 of the entries in a block */
	unsigned levels;
	/* first block of each level, in hash blocks; level 0 is above the data */
	uint64_t start[LEVELS_MAX];
	uint64_t count[LEVELS_MAX];
};

static void lay_out(struct tree *tree)
{
	const struct verity *verity = tree->verity;
	uint64_t position = verity->tree.hash_start_block;
	uint64_t blocks = verity->tree.data_blocks;

	for (tree->entry = 1; tree->entry < tree->digest; tree->entry *= 2)
		;
	tree->bits = 0;
	while ((tree->entry << (tree->bits + 1)) <= verity->tree.hash_block_size)
		tree->bits++;
	for (tree->levels = 0; blocks > 1; tree->levels++) {
		blocks = (blocks + (1ull << tree->bits) - 1) >> tree->bits;
		tree->count[tree->levels] = blocks;
	}
	for (unsigned i = tree->levels; i > 0; i--) {
		tree->start[i - 1] = position;
		position += tree->count[i - 1];
	}
}

static enum status digest_block(const struct tree *tree, uint64_t offset, uint32_t size,
				uint8_t *out)
{
	struct span block;

	if (span_sub(tree->data, offset, size, &block) != OK)
		return refuse(ERR_VERITY_IO, "root",
			      "the root image is shorter than its tree says");
	if (EVP_DigestInit_ex2(tree->context, tree->md, NULL) != 1 ||
	    EVP_DigestUpdate(tree->context, tree->verity->tree.salt.at,
			     tree->verity->tree.salt.size) != 1 ||
	    EVP_DigestUpdate(tree->context, block.at, block.size) != 1 ||
	    EVP_DigestFinal_ex(tree->context, out, NULL) != 1)
		return refuse(ERR_INTERNAL, "root", "");
	return OK;
}

static enum status compare(const struct tree *tree, const char *what, uint64_t number,
			   const uint8_t *want, const uint8_t *got)
{
	char at[REFUSAL_TEXT_MAX];

	if (want == NULL)
		return refuse(ERR_INTERNAL, what, "");
	if (memcmp(want, got, tree->digest) == 0)
		return OK;
	(void)snprintf(at, sizeof(at), "%s-block-%llu", what, (unsigned long long)number);
	return refuse_different(ERR_VERITY_ROOT, at,
				"the root image was changed after its tree was made", want, got,
				tree->digest);
}

/* The digest that level (levels: the root hash) holds for block number of what is below. */
static enum status entry_of(const struct tree *tree, unsigned level, uint64_t number,
			    const uint8_t **want)
{
	struct span entry;
	uint64_t block = number >> tree->bits;
	uint64_t within = number & ((1ull << tree->bits) - 1);

	if (level == tree->levels) {
		*want = tree->verity->tree.root_hash.at;
		return OK;
	}
	if (span_sub(tree->data,
		     (tree->start[level] + block) * tree->verity->tree.hash_block_size +
			     within * tree->entry,
		     tree->digest, &entry) != OK)
		return refuse(ERR_VERITY_IO, "root",
			      "the root image is shorter than its tree says");
	*want = entry.at;
	return OK;
}

static enum status check_level(const struct tree *tree, unsigned level)
{
	uint32_t size = tree->verity->tree.hash_block_size;
	uint8_t got[DIGEST_SIZE_MAX];
	const uint8_t *want = NULL;

	for (uint64_t i = 0; i < tree->count[level]; i++) {
		TRY(digest_block(tree, (tree->start[level] + i) * size, size, got));
		TRY(entry_of(tree, level + 1, i, &want));
		TRY(compare(tree, "hash", tree->start[level] + i, want, got));
	}
	return OK;
}

static enum status check_levels(const struct tree *tree)
{
	uint32_t size = tree->verity->tree.data_block_size;
	uint8_t got[DIGEST_SIZE_MAX];
	const uint8_t *want = NULL;

	for (unsigned level = tree->levels; level > 0; level--)
		TRY(check_level(tree, level - 1));
	for (uint64_t i = 0; i < tree->verity->tree.data_blocks; i++) {
		TRY(digest_block(tree, i * size, size, got));
		TRY(entry_of(tree, 0, i, &want));
		TRY(compare(tree, "data", i, want, got));
	}
	return OK;
}

enum status verity_check_all(const struct verity *verity, struct span data)
{
	struct tree tree = { .verity = verity,
			     .data = data,
			     .digest = digest_size(verity->tree.algorithm) };
	enum status status = ERR_INTERNAL;

	tree.md = EVP_MD_fetch(NULL, digest_name(verity->tree.algorithm), NULL);
	tree.context = EVP_MD_CTX_new();
	lay_out(&tree);
	if (tree.md != NULL && tree.context != NULL)
		status = check_levels(&tree);
	EVP_MD_CTX_free(tree.context);
	EVP_MD_free(tree.md);
	return status;
}
