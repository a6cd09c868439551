/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * root_builder.h - dm-verity roots for tests, hashed with OpenSSL: nothing is shared with what is
 * tested. test_reader.c holds them against what veritysetup makes.
 */
#ifndef HOLDFAST_ROOT_BUILDER_H
#define HOLDFAST_ROOT_BUILDER_H

#include "fit_builder.h"
#include "reader.h"

struct root_shape {
	enum digest_algorithm algorithm;
	uint32_t data_block;
	uint32_t hash_block;
	uint32_t data_blocks;
	uint32_t salt; /* bytes */
	bool separate; /* the tree is on a device of its own */
	uint32_t
		/* hash blocks in front of the tree, behind the data if they share a device */
		before;
};

struct root {
	struct root_shape shape;
	struct verity_tree tree;
	uint8_t *data; /* what is read is compared with it; data_size bytes */
	size_t data_size;
	uint8_t *device[2]; /* data; tree (the same if they share a device) */
	size_t device_size[2];
	struct memory_medium medium[2];
	struct extent where[2];
	uint8_t root_hash[DIGEST_SIZE_MAX];
	uint8_t salt[VERITY_SALT_MAX];
	uint8_t *memory; /* of the reader; exactly as long as it asked for */
	struct verity_reader reader;
	struct proof proof;
};

/* Make a root and its media, with blocks of the device of 512 bytes. */
void root_make(struct root *root, const struct root_shape *shape);
void root_free(struct root *root);
/* verity_open() of it; a new proof each time. */
enum status root_open(struct root *root);
/* The first byte of a block of the device: level 0 the data, else with Linux' number. */
uint8_t *root_block(struct root *root, unsigned level, uint64_t number);
/* Read through the reader to exactly this many bytes, and compare; a refusal is passed on. */
enum status root_read(struct root *root, uint64_t offset, size_t size);
/* The same with the destination so many bytes from a multiple of MEDIUM_ALIGN. */
enum status root_read_at(struct root *root, uint64_t offset, size_t size, unsigned shift);
/* "level-0-data-block-7": what a refusal says. */
const char *root_place(const struct root *root, unsigned level, uint64_t number);
/* The level of a hash block by Linux' number, and how many there are over all levels. */
unsigned root_level(const struct root *root, uint64_t number);
uint64_t root_hash_blocks(const struct root *root);

/*
 * Look at each request that is made from now on, and at what has arrived, which may be changed.
 * False: the request fails.
 */
typedef bool root_request(const struct memory_medium *medium, uint64_t lba, uint32_t blocks,
			  uint8_t *arrived);
void root_watch(struct root *root, root_request *request);

#endif
