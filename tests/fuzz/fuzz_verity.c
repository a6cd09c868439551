// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fuzz_verity.c - the verity reader with real digests: numbers of a tree that nobody would sign,
 * and media that are damaged or lie.
 *
 * libFuzzer. Input: struct request, then bytes of the medium. Without HOSTILE a tree is made over
 * them, then the medium is damaged: what is read in spite of it has to be what the tree is of.
 */
#include <stdlib.h>
#include <string.h>

#include "keyring.h"
#include "platform.h"
#include "reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MEDIUM_MAX (1u << 16)
#define READ_MAX (1u << 15)
#define READS 4

enum choice {
	HOSTILE = 1,    /* all numbers as they are in the request */
	ROOT_RIGHT = 2, /* the root hash is that of the top block, wherever that is */
	FEC = 4,
	LIES = 8, /* every other read brings the damage, the rest does not */
};

struct request {
	uint8_t choice, algorithm, data_block, hash_block;
	uint32_t data_blocks, hash_start, data_offset, medium_size;
	uint32_t fec_start, fec_blocks;
	uint8_t fec_roots, salt;
	uint16_t damages;
	struct {
		uint32_t offset, size, damage;
	} reads[READS];
};

const struct keyring keyring_table = { NULL, 0, REQUIRED_ALL, 0 };

static uint8_t good[MEDIUM_MAX], bad[MEDIUM_MAX];
static _Alignas(MEDIUM_ALIGN) uint8_t destination[READ_MAX + MEDIUM_ALIGN];
static const uint8_t salt[VERITY_SALT_MAX] = "salt";
static uint8_t root_hash[DIGEST_SIZE_MAX];
static struct request request;
static unsigned reads;

static enum status start(const struct medium *medium, uint64_t lba, uint32_t blocks, void *to)
{
	const uint8_t *from = request.choice & LIES && reads++ % 2 ? good : bad;

	if (blocks == 0 || blocks > medium->max_blocks || lba > medium->blocks ||
	    blocks > medium->blocks - lba || (uintptr_t)to % MEDIUM_ALIGN != 0)
		abort();
	memcpy(to, from + lba * medium->block_size, (size_t)blocks * medium->block_size);
	return OK;
}

static enum status wait(const struct medium *medium, uint32_t timeout_ms)
{
	(void)medium;
	(void)timeout_ms;
	return OK;
}

static void stop(const struct medium *medium)
{
	(void)medium;
}

static void digest_block(const struct verity_tree *tree, const uint8_t *block, size_t size,
			 uint8_t *to)
{
	struct digest digest;

	if (digest_begin(&digest, tree->algorithm) != OK ||
	    digest_update(&digest, tree->salt.at, tree->salt.size) != OK ||
	    digest_update(&digest, block, size) != OK || digest_finish(&digest, to) != OK)
		abort();
}

/* The digest of the top block, if it is there. */
static void right_root(const struct verity_tree *tree)
{
	struct verity_levels levels;
	uint64_t at;

	verity_tree_levels(tree, &levels);
	at = levels.start[levels.count - 1] * tree->hash_block_size;
	if (range_inside(MEDIUM_MAX, at, tree->hash_block_size))
		digest_block(tree, good + at, tree->hash_block_size, root_hash);
}

/* All levels, from the data at the start of good. Whether they fit. */
static bool make_tree(const struct verity_tree *tree)
{
	struct verity_levels levels;
	const uint8_t *below = good;
	uint64_t count = tree->data_blocks;
	uint32_t block = tree->data_block_size;

	verity_tree_levels(tree, &levels);
	if (levels.start[0] + levels.blocks[0] > MEDIUM_MAX / tree->hash_block_size)
		return false;
	for (unsigned i = 0; i < levels.count; i++) {
		uint8_t *level = good + levels.start[i] * tree->hash_block_size;

		memset(level, 0, (size_t)levels.blocks[i] * tree->hash_block_size);
		for (uint64_t j = 0; j < count; j++) {
			uint8_t value[DIGEST_SIZE_MAX];

			digest_block(tree, below + j * block, block, value);
			memcpy(level + (j >> levels.entry_bits) * tree->hash_block_size +
				       (j & ((1u << levels.entry_bits) - 1)) * levels.entry,
			       value, digest_size(tree->algorithm));
		}
		below = level;
		count = levels.blocks[i];
		block = tree->hash_block_size;
	}
	right_root(tree);
	return true;
}

static struct verity_tree choose(void)
{
	static const enum digest_algorithm algorithms[] = { DIGEST_SHA256, DIGEST_SHA512,
							    DIGEST_SHA384, DIGEST_SHA256 };
	struct verity_tree tree = {
		.algorithm = algorithms[request.algorithm & 3],
		.data_block_size = 512u << (request.data_block & 3),
		.hash_block_size = 512u << (request.hash_block & 3),
		.data_blocks = 2 + request.data_blocks % 20,
		.salt = { salt, request.salt },
	};

	tree.root_hash = (struct span){ root_hash, digest_size(tree.algorithm) };
	tree.hash_start_block = (tree.data_blocks * tree.data_block_size + tree.hash_block_size -
				 1) / tree.hash_block_size +
				request.hash_start % 4;
	if (request.choice & HOSTILE) {
		tree.data_block_size = 1u << (request.data_block & 31);
		tree.hash_block_size = 1u << (request.hash_block & 31);
		tree.data_blocks = request.data_blocks;
		tree.hash_start_block = request.hash_start;
		tree.salt.size = request.salt + (request.algorithm & 4);
	}
	return tree;
}

/* Whatever is read without an error is what the tree was made of. */
static void read_some(struct verity_reader *reader)
{
	for (unsigned i = 0; i < READS; i++) {
		uint64_t offset = request.reads[i].offset % (4 * MEDIUM_MAX);
		size_t size = request.reads[i].size % READ_MAX;
		uint8_t *to = destination + (request.reads[i].size >> 24) % MEDIUM_ALIGN;
		enum status status;

		memset(destination, 0xa5, sizeof(destination));
		status = verity_read(reader, offset, to, size);
		if (status == OK && !range_inside(verity_size(reader), offset, size))
			abort();
		if (status == OK && !(request.choice & HOSTILE) &&
		    memcmp(to, good + offset, size) != 0)
			abort();
		if (to[size] != 0xa5 || (to > destination && to[-1] != 0xa5))
			abort();
	}
}

static void damage(void)
{
	memcpy(bad, good, MEDIUM_MAX);
	for (unsigned i = 0; i < request.damages % (READS + 1u); i++)
		bad[request.reads[i].damage % MEDIUM_MAX] ^=
			(uint8_t)(1 + (request.reads[i].damage >> 24) % 255);
}

static void open_and_read(const struct verity_tree *tree, const struct extent *whole)
{
	static struct verity_reader reader;
	struct verity_fec fec = { request.fec_roots, request.fec_start, request.fec_blocks,
				  *whole };
	const struct verity_fec *with = request.choice & FEC ? &fec : NULL;
	struct extent data = *whole;
	size_t size = verity_memory(tree, with);
	void *memory;

	/* Bounded, as reader.h promises; exactly so large that a step outside is found. */
	if (size > 2u << 20 || posix_memalign(&memory, MEDIUM_ALIGN, size) != 0)
		abort();
	if (request.choice & HOSTILE && request.data_offset < whole->size) {
		data.offset += request.data_offset;
		data.size -= request.data_offset;
	}
	if (verity_open(&reader, tree, &data, whole, with, NULL, memory, size) == OK)
		read_some(&reader);
	free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static bool started;
	struct medium medium = {
		.name = "fuzz", .block_size = 512, .start = start, .wait = wait, .stop = stop
	};
	struct verity_tree tree;
	struct extent whole;

	if (size < sizeof(request))
		return 0;
	if (!started && digest_engines_start(plat_digest_engines()) != OK)
		abort();
	started = true;
	memcpy(&request, data, sizeof(request));
	size -= sizeof(request);
	memset(good, 0, MEDIUM_MAX);
	memcpy(good, data + sizeof(request), size < MEDIUM_MAX ? size : MEDIUM_MAX);
	reads = 0;
	medium.blocks = MEDIUM_MAX / 512;
	if (request.choice & HOSTILE)
		medium.blocks = 1 + request.medium_size % medium.blocks;
	medium.max_blocks = 64;
	tree = choose();
	if (verity_tree_check(&tree) != OK)
		return 0;
	if (request.choice & HOSTILE && request.choice & ROOT_RIGHT)
		right_root(&tree);
	else if (!(request.choice & HOSTILE) && !make_tree(&tree))
		return 0;
	damage();
	whole = extent_whole(&medium);
	open_and_read(&tree, &whole);
	return 0;
}
