// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* root_builder.c - see root_builder.h. */
#include "root_builder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "must.h"

static const EVP_MD *md_of(enum digest_algorithm algorithm)
{
	return algorithm == DIGEST_SHA256   ? EVP_sha256()
	       : algorithm == DIGEST_SHA384 ? EVP_sha384()
					    : EVP_sha512();
}

static void *room(size_t size)
{
	void *at = aligned_alloc(MEDIUM_ALIGN, (size + 63) & ~(size_t)63);

	MUST(at != NULL);
	memset(at, 0, size);
	return at;
}

static void hash(const struct root *root, const uint8_t *block, size_t size, uint8_t *out)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	MUST(context && EVP_DigestInit_ex(context, md_of(root->shape.algorithm), NULL) == 1);
	MUST(EVP_DigestUpdate(context, root->salt, root->shape.salt) == 1);
	MUST(EVP_DigestUpdate(context, block, size) == 1);
	MUST(EVP_DigestFinal_ex(context, out, NULL) == 1);
	EVP_MD_CTX_free(context);
}

/* The hash blocks over count blocks of below; *blocks of them, on the heap. */
static uint8_t *level_over(const struct root *root, const uint8_t *below, size_t size, size_t count,
			   size_t *blocks)
{
	size_t entry = root->shape.algorithm == DIGEST_SHA256 ? 32 : 64;
	size_t in_block = root->shape.hash_block / entry;
	uint8_t *level;
	size_t i;

	*blocks = (count + in_block - 1) / in_block;
	level = room(*blocks * root->shape.hash_block);
	for (i = 0; i < count; i++)
		hash(root, below + i * size, size,
		     level + i / in_block * root->shape.hash_block + i % in_block * entry);
	return level;
}

/* All levels, the top first; the root hash. Returns them on the heap, *size bytes. */
static uint8_t *tree_of(struct root *root, size_t *size)
{
	size_t hash_block = root->shape.hash_block;
	size_t block = root->shape.data_block;
	size_t count = root->shape.data_blocks;
	const uint8_t *below = root->data;
	uint8_t *tree = NULL;

	*size = 0;
	do {
		size_t blocks;
		uint8_t *level = level_over(root, below, block, count, &blocks);
		uint8_t *longer = room(*size + blocks * hash_block);

		memcpy(longer, level, blocks * hash_block);
		if (tree)
			memcpy(longer + blocks * hash_block, tree, *size);
		free(tree);
		free(level);
		tree = longer;
		below = tree;
		block = hash_block;
		count = blocks;
		*size += blocks * hash_block;
	} while (count > 1);
	hash(root, tree, hash_block, root->root_hash);
	return tree;
}

static void place(struct root *root)
{
	const struct root_shape *shape = &root->shape;
	size_t data_end = (root->data_size + shape->hash_block - 1) / shape->hash_block;
	size_t size;
	uint8_t *tree = tree_of(root, &size);
	uint64_t start = shape->before + (shape->separate ? 0 : data_end);

	root->tree.hash_start_block = (uint32_t)start;
	root->device_size[1] = start * shape->hash_block + size;
	root->device[1] = room(root->device_size[1]);
	memset(root->device[1], 0x77, root->device_size[1]);
	memcpy(root->device[1] + start * shape->hash_block, tree, size);
	free(tree);
	root->device[0] = shape->separate ? room(root->data_size) : root->device[1];
	root->device_size[0] = shape->separate ? root->data_size : root->device_size[1];
	memcpy(root->device[0], root->data, root->data_size);
}

void root_make(struct root *root, const struct root_shape *shape)
{
	size_t i;

	memset(root, 0, sizeof(*root));
	root->shape = *shape;
	root->data_size = (size_t)shape->data_blocks * shape->data_block;
	root->data = room(root->data_size);
	/* No two blocks are the same. */
	for (i = 0; i < root->data_size; i++)
		root->data[i] = (uint8_t)(i * 7 + i / 251 + (i / shape->data_block) * 13);
	for (i = 0; i < root->data_size; i += shape->data_block)
		memcpy(root->data + i, &i, sizeof(i));
	for (i = 0; i < shape->salt; i++)
		root->salt[i] = (uint8_t)(i * 5 + 1);
	place(root);
	root->tree.algorithm = shape->algorithm;
	root->tree.data_block_size = shape->data_block;
	root->tree.hash_block_size = shape->hash_block;
	root->tree.data_blocks = shape->data_blocks;
	root->tree.root_hash = (struct span){ root->root_hash, digest_size(shape->algorithm) };
	root->tree.salt = (struct span){ shape->salt ? root->salt : NULL, shape->salt };
	for (i = 0; i < 2; i++) {
		memory_medium(&root->medium[i], root->device[i], root->device_size[i], 512);
		root->where[i] = memory_extent(&root->medium[shape->separate ? i : 0]);
	}
	root->memory = room(verity_memory(&root->tree, NULL));
	memset(root->memory, 0xa5, verity_memory(&root->tree, NULL));
}

void root_free(struct root *root)
{
	free(root->data);
	free(root->memory);
	free(root->device[0]);
	if (root->shape.separate)
		free(root->device[1]);
}

enum status root_open(struct root *root)
{
	refusal_clear();
	MUST(proof_begin(&root->proof) == OK);
	return verity_open(&root->reader, &root->tree, &root->where[0], &root->where[1], NULL,
			   &root->proof, root->memory, verity_memory(&root->tree, NULL));
}

uint8_t *root_block(struct root *root, unsigned level, uint64_t number)
{
	size_t block = level == 0 ? root->shape.data_block : root->shape.hash_block;

	return root->device[level == 0 ? 0 : 1] + number * block;
}

enum status root_read_at(struct root *root, uint64_t offset, size_t size, unsigned shift)
{
	uint8_t *room_for_it = aligned_alloc(MEDIUM_ALIGN, (shift + size + 64) & ~(size_t)63);
	uint8_t *at = room_for_it + shift;
	uint8_t guard = (uint8_t)(size * 3 + 1);
	enum status status;
	size_t i;

	MUST(room_for_it != NULL);
	memset(room_for_it, guard, shift + size + 1);
	refusal_clear();
	status = verity_read(&root->reader, offset, at, size);
	if (status == OK)
		MUST(size == 0 || memcmp(at, root->data + offset, size) == 0);
	/* Not a byte of it, and none beside it. */
	else
		for (i = 0; i < size; i++)
			MUST(at[i] == 0);
	MUST(at[size] == guard);
	for (i = 0; i < shift; i++)
		MUST(room_for_it[i] == guard);
	free(room_for_it);
	return status;
}

enum status root_read(struct root *root, uint64_t offset, size_t size)
{
	return root_read_at(root, offset, size, 0);
}

const char *root_place(const struct root *root, unsigned level, uint64_t number)
{
	static char text[64];

	(void)root;
	snprintf(text, sizeof(text), "level-%u-%s-block-%llu", level, level == 0 ? "data" : "hash",
		 (unsigned long long)number);
	return text;
}

/* Blocks of each level, counted from the data up. */
static unsigned count_levels(const struct root *root, uint64_t blocks[16])
{
	size_t in_block = root->shape.hash_block /
			  (root->shape.algorithm == DIGEST_SHA256 ? (size_t)32 : (size_t)64);
	uint64_t count = root->shape.data_blocks;
	unsigned levels = 0;

	do {
		count = (count + in_block - 1) / in_block;
		blocks[levels++] = count;
	} while (count > 1);
	return levels;
}

uint64_t root_hash_blocks(const struct root *root)
{
	uint64_t blocks[16], sum = 0;
	unsigned levels = count_levels(root, blocks);

	while (levels-- > 0)
		sum += blocks[levels];
	return sum;
}

unsigned root_level(const struct root *root, uint64_t number)
{
	uint64_t blocks[16];
	unsigned levels = count_levels(root, blocks);

	number -= root->tree.hash_start_block;
	while (number >= blocks[levels - 1])
		number -= blocks[--levels];
	return levels;
}

static root_request *watcher;
static bool failing;
static struct medium honest;

static enum status watched_start(const struct medium *medium, uint64_t lba, uint32_t blocks,
				 void *destination)
{
	enum status status = honest.start(medium, lba, blocks, destination);

	failing = !watcher(medium->driver, lba, blocks, destination);
	return status;
}

static enum status watched_wait(const struct medium *medium, uint32_t timeout_ms)
{
	enum status status = honest.wait(medium, timeout_ms);

	return failing ? ERR_MEDIA_IO : status;
}

void root_watch(struct root *root, root_request *request)
{
	watcher = request;
	for (unsigned i = 0; i < 2; i++) {
		struct medium *medium = &root->medium[i].medium;

		if (medium->start == watched_start)
			continue;
		honest = *medium;
		medium->start = watched_start;
		medium->wait = watched_wait;
	}
}
