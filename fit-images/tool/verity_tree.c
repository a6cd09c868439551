/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "verity_tree.h"

#include <string.h>

#include "parity.h"

/* The superblock (cryptsetup's on-disk format, little-endian). */
#define SUPER_SIZE TREE_SUPERBLOCK_SIZE
#define SUPER_VERSION 8
#define SUPER_HASH_TYPE 12
#define SUPER_UUID 16
#define SUPER_ALGORITHM 32
#define SUPER_DATA_BLOCK_SIZE 64
#define SUPER_HASH_BLOCK_SIZE 68
#define SUPER_DATA_BLOCKS 72
#define SUPER_SALT_SIZE 80
#define SUPER_SALT 88
static const uint8_t super_magic[8] = "verity\0";

#define LEVELS_MAX 32

static void store_le32(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
	at[2] = (uint8_t)(value >> 16);
	at[3] = (uint8_t)(value >> 24);
}

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

static void must(enum status status)
{
	if (status != OK)
		fail(EXIT_INTERNAL, "digest failed");
}

/* Digests lie in the tree at the next power of two. */
static size_t slot_size(enum digest_algorithm algorithm)
{
	return digest_size(algorithm) <= 32 ? 32 : 64;
}

static bool block_size_good(uint32_t size)
{
	return size >= TREE_BLOCK_MIN && size <= TREE_BLOCK_MAX && (size & (size - 1)) == 0;
}

static bool all_zero(const uint8_t *bytes, size_t size)
{
	while (size && !*bytes)
		bytes++, size--;
	return !size;
}

/* Something that belongs to this data alone, and is always the same for it. */
static void derive(const char *what, struct span data, uint8_t out[DIGEST_SIZE_MAX])
{
	uint8_t seed[DIGEST_SIZE_MAX];
	struct digest digest;

	must(digest_of(DIGEST_SHA256, data, seed));
	must(digest_begin(&digest, DIGEST_SHA256));
	must(digest_update(&digest, what, strlen(what)));
	must(digest_update(&digest, seed, 32));
	must(digest_finish(&digest, out));
}

void tree_derive_uuid(struct tree_parameters *parameters, struct span data)
{
	uint8_t derived[DIGEST_SIZE_MAX];

	derive("uuid", data, derived);
	memcpy(parameters->uuid, derived, 16);
	/* version 8: vendor */
	parameters->uuid[6] = (uint8_t)((parameters->uuid[6] & 0x0f) | 0x80);
	parameters->uuid[8] = (uint8_t)((parameters->uuid[8] & 0x3f) | 0x80);
}

void tree_complete(struct tree_parameters *parameters, struct span data)
{
	uint8_t derived[DIGEST_SIZE_MAX];
	uint64_t blocks =
		round_up(data.size, parameters->data_block_size) / parameters->data_block_size;
	uint64_t offset =
		round_up(blocks * parameters->data_block_size, parameters->hash_block_size);

	if (blocks < 2)
		fail_refused_at(ERR_VERITY_PARAMS, "size", "a root needs at least two data blocks");
	if (blocks > INT32_MAX)
		fail_refused_at(ERR_VERITY_PARAMS, "size",
				"too many data blocks; use a larger --data-block-size");
	parameters->data_blocks = (uint32_t)blocks;
	parameters->hash_start_block = (uint32_t)(offset / parameters->hash_block_size + 1);
	if (!parameters->salt_size) {
		derive("salt", data, derived);
		memcpy(parameters->salt, derived, 32);
		parameters->salt_size = 32;
	}
	if (all_zero(parameters->uuid, sizeof parameters->uuid))
		tree_derive_uuid(parameters, data);
}

static void superblock(const struct tree_parameters *parameters, uint8_t *at)
{
	memcpy(at, super_magic, sizeof super_magic);
	store_le32(at + SUPER_VERSION, 1);
	store_le32(at + SUPER_HASH_TYPE, 1);
	memcpy(at + SUPER_UUID, parameters->uuid, 16);
	memcpy(at + SUPER_ALGORITHM, digest_name(parameters->algorithm),
	       strlen(digest_name(parameters->algorithm)));
	store_le32(at + SUPER_DATA_BLOCK_SIZE, parameters->data_block_size);
	store_le32(at + SUPER_HASH_BLOCK_SIZE, parameters->hash_block_size);
	store_le32(at + SUPER_DATA_BLOCKS, parameters->data_blocks);
	at[SUPER_SALT_SIZE] = (uint8_t)parameters->salt_size;
	at[SUPER_SALT_SIZE + 1] = (uint8_t)(parameters->salt_size >> 8);
	memcpy(at + SUPER_SALT, parameters->salt, parameters->salt_size);
}

/* H(salt || block); what of the block lies beyond `from` is zero. */
static void hash_block(const struct tree_parameters *parameters, struct span from, uint64_t offset,
		       uint32_t size, uint8_t out[DIGEST_SIZE_MAX])
{
	static const uint8_t zero[TREE_BLOCK_MAX];
	uint64_t there = offset >= from.size ? 0 : from.size - offset;
	struct digest digest;

	if (there > size)
		there = size;
	must(digest_begin(&digest, parameters->algorithm));
	must(digest_update(&digest, parameters->salt, parameters->salt_size));
	if (there)
		must(digest_update(&digest, from.at + offset, (size_t)there));
	if (there < size)
		must(digest_update(&digest, zero, (size_t)(size - there)));
	must(digest_finish(&digest, out));
}

/* The digests of count blocks of `from`, packed into a level. */
static void hash_level(const struct tree_parameters *parameters, struct span from,
		       uint32_t block_size, uint64_t count, uint8_t *level)
{
	size_t slot = slot_size(parameters->algorithm);
	uint64_t per_block = parameters->hash_block_size / slot, i;
	uint8_t digest[DIGEST_SIZE_MAX];

	for (i = 0; i < count; i++) {
		uint8_t *at =
			level + i / per_block * parameters->hash_block_size + i % per_block * slot;

		hash_block(parameters, from, i * block_size, block_size, digest);
		memcpy(at, digest, digest_size(parameters->algorithm));
	}
}

/* How many hash blocks each level has, leaves first; returns the number of levels. */
static unsigned level_sizes(const struct tree_parameters *parameters, uint64_t sizes[LEVELS_MAX],
			    uint64_t *total)
{
	uint64_t per_block = parameters->hash_block_size / slot_size(parameters->algorithm);
	uint64_t blocks = parameters->data_blocks;
	unsigned levels = 0;

	*total = 0;
	do {
		blocks = round_up(blocks, per_block) / per_block;
		sizes[levels++] = blocks;
		*total += blocks;
	} while (blocks > 1);
	return levels;
}

uint64_t tree_blocks(const struct tree_parameters *parameters)
{
	uint64_t sizes[LEVELS_MAX], total;

	(void)level_sizes(parameters, sizes, &total);
	return total;
}

/*
 * Where the tree's bytes begin: one block before the levels if the data leaves room for a
 * superblock there.
 */
static void tree_place(const struct tree_parameters *parameters, struct tree *tree)
{
	uint32_t block = parameters->hash_block_size;
	uint64_t levels = (uint64_t)parameters->hash_start_block * block;
	uint64_t data = (uint64_t)parameters->data_blocks * parameters->data_block_size;

	if (levels < data)
		fail_refused_at(ERR_VERITY_PARAMS, "hash-start-block",
				"the tree would lie in the data");
	tree->lead = levels >= round_up(data, block) + block ? block : 0;
	tree->offset = levels - tree->lead;
}

void tree_build(const struct tree_parameters *parameters, struct span data, struct tree *tree)
{
	uint32_t block = parameters->hash_block_size;
	uint64_t sizes[LEVELS_MAX], total, count = parameters->data_blocks;
	unsigned levels = level_sizes(parameters, sizes, &total), level;
	uint32_t source_size = parameters->data_block_size;
	struct span source = data;
	uint8_t *at;

	tree->parameters = *parameters;
	tree_place(parameters, tree);
	tree->size = (size_t)(total * block) + tree->lead;
	tree->parity = 0;
	tree->bytes = allocate(tree->size);
	if (tree->lead)
		superblock(parameters, tree->bytes);
	/* The leaves are last on the medium, the top block first. */
	at = tree->bytes + tree->size;
	for (level = 0; level < levels; level++) {
		at -= sizes[level] * block;
		hash_level(parameters, source, source_size, count, at);
		source = (struct span){ at, (size_t)(sizes[level] * block) };
		source_size = block;
		count = sizes[level];
	}
	hash_block(parameters, source, 0, block, tree->root_hash);
	if (parameters->fec_roots)
		tree_add_parity(tree, data, parameters->fec_roots);
}

static struct parity_source parity_source(const struct tree *tree, struct span data)
{
	return (struct parity_source){
		.data = data,
		.levels = { tree->bytes + tree->lead, tree->size - tree->lead - tree->parity },
		.data_blocks = tree->parameters.data_blocks,
		.block_size = tree->parameters.hash_block_size,
	};
}

uint64_t tree_parity_size(const struct tree *tree, unsigned roots)
{
	struct parity_source source = parity_source(tree, (struct span){ NULL, 0 });

	return parity_size(&source, roots);
}

void tree_add_parity(struct tree *tree, struct span data, unsigned roots)
{
	struct parity_source source = parity_source(tree, data);
	uint8_t *bytes;

	if (tree->parameters.data_block_size != source.block_size)
		fail_refused_at(ERR_VERITY_PARAMS, "hash-block-size",
				"error correction wants data and hash blocks of one size");
	tree->parity = parity_size(&source, roots);
	bytes = allocate(tree->size + tree->parity);
	memcpy(bytes, tree->bytes, tree->size);
	parity_make(&source, roots, bytes + tree->size);
	tree->bytes = bytes;
	tree->size += tree->parity;
	tree->parameters.fec_roots = roots;
}

bool tree_superblock(const uint8_t *at, struct tree_parameters *parameters)
{
	char name[33] = "";

	memset(parameters, 0, sizeof *parameters);
	if (memcmp(at, super_magic, sizeof super_magic) || load_le32(at + SUPER_VERSION) != 1 ||
	    load_le32(at + SUPER_HASH_TYPE) != 1)
		return false;
	memcpy(name, at + SUPER_ALGORITHM, 32);
	if (digest_by_name(name, strlen(name), &parameters->algorithm) != OK)
		return false;
	parameters->data_block_size = load_le32(at + SUPER_DATA_BLOCK_SIZE);
	parameters->hash_block_size = load_le32(at + SUPER_HASH_BLOCK_SIZE);
	if (load_le64(at + SUPER_DATA_BLOCKS) < 2 || load_le64(at + SUPER_DATA_BLOCKS) > INT32_MAX)
		return false;
	parameters->data_blocks = (uint32_t)load_le64(at + SUPER_DATA_BLOCKS);
	parameters->salt_size = (size_t)at[SUPER_SALT_SIZE] | (size_t)at[SUPER_SALT_SIZE + 1] << 8;
	if (parameters->salt_size > TREE_SALT_MAX)
		return false;
	memcpy(parameters->salt, at + SUPER_SALT, parameters->salt_size);
	memcpy(parameters->uuid, at + SUPER_UUID, 16);
	return block_size_good(parameters->data_block_size) &&
	       block_size_good(parameters->hash_block_size);
}

bool tree_find(struct span image, struct tree_parameters *parameters)
{
	uint64_t offset;

	/* Only a superblock that stands exactly behind the data it speaks of is ours. */
	for (offset = 0; offset + SUPER_SIZE <= image.size; offset += SUPER_SIZE) {
		uint64_t data;

		if (image.at[offset] != 'v' || !tree_superblock(image.at + offset, parameters))
			continue;
		data = (uint64_t)parameters->data_blocks * parameters->data_block_size;
		if (round_up(data, parameters->hash_block_size) != offset)
			continue;
		parameters->hash_start_block = (uint32_t)(offset / parameters->hash_block_size + 1);
		return true;
	}
	return false;
}

struct span tree_data(const struct tree_parameters *parameters, struct span image)
{
	uint64_t size = (uint64_t)parameters->data_blocks * parameters->data_block_size;

	return (struct span){ image.at, size < image.size ? (size_t)size : image.size };
}

void tree_compare(const struct tree *tree, struct span image, const char *name)
{
	uint32_t block = tree->parameters.hash_block_size;
	const uint8_t *there;
	size_t i;

	if (!range_inside(image.size, tree->offset, tree->size))
		fail_refused_at(
			ERR_TRUNCATED, name,
			"the hash tree is cut off; make it again with holdfast-image verity");
	there = image.at + tree->offset;
	for (i = tree->lead; i < tree->size; i += block)
		if (memcmp(tree->bytes + i, there + i, block))
			fail_refused(
				refuse_different(ERR_VERITY_ROOT, name,
						 "data and hash tree disagree; make the tree again",
						 tree->bytes + i, there + i, block));
}

uint64_t tree_image_size(const struct tree *tree)
{
	return tree->offset + tree->size;
}
