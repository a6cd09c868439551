// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * digest_blocks.c - digests of many blocks.
 *
 * Items of several blocks are dealt to the processors (plat_share()). An engine that may not be
 * used by all of them, or that fails at any block, leaves it to the ordinary way, block by block.
 */
#include "digest_blocks.h"

#include <string.h>

#include "platform.h"

#define POISON 0x5a
/*
 * Large enough that to take an item costs nothing beside it, small enough that the last one is not
 * waited for.
 */
#define ITEM_BYTES 32768u

struct job {
	const struct digest_engine *engine;
	const uint8_t *blocks;
	size_t block_size;
	unsigned count;
	unsigned each; /* blocks in an item */
	uint8_t *digests;
	size_t size; /* of a digest */
	uint32_t failed;
	/* begun, with the salt in it */
	uint8_t salted[DIGEST_STATE_SIZE] __attribute__((aligned(16)));
};

static bool is_poison(const uint8_t *digest, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (digest[i] != POISON)
			return false;
	return true;
}

static enum status block(const struct job *job, unsigned i)
{
	uint8_t state[DIGEST_STATE_SIZE] __attribute__((aligned(16)));
	uint8_t *digest = job->digests + i * job->size;

	memcpy(state, job->salted, sizeof(state));
	TRY(job->engine->update(state, job->blocks + i * job->block_size, job->block_size));
	TRY(job->engine->finish(state, digest));
	return is_poison(digest, job->size) ? ERR_ENGINE_SELFTEST : OK;
}

/* For plat_share(), on any processor. */
static void item(void *context, unsigned number)
{
	struct job *job = context;
	unsigned end = (number + 1) * job->each;

	if (end > job->count)
		end = job->count;
	for (unsigned i = number * job->each; i < end; i++)
		if (block(job, i) != OK)
			__atomic_store_n(&job->failed, 1, __ATOMIC_RELAXED);
}

/* All blocks with the engine alone; whatever it says but OK, nothing of it counts. */
static enum status shared(struct job *job, enum digest_algorithm algorithm, struct span salt)
{
	job->engine = digest_engine_anywhere(algorithm);
	if (!job->engine)
		return ERR_UNSUPPORTED;
	TRY(job->engine->begin(job->salted, algorithm));
	if (salt.size != 0)
		TRY(job->engine->update(job->salted, salt.at, salt.size));
	plat_share(item, job, (job->count + job->each - 1) / job->each);
	return job->failed == 0 ? OK : ERR_ENGINE_SELFTEST;
}

static enum status one(enum digest_algorithm algorithm, struct span salt, struct span data,
		       uint8_t *out)
{
	uint8_t value[DIGEST_SIZE_MAX];
	struct digest digest;

	TRY(digest_begin_in_place(&digest, algorithm));
	TRY(digest_update(&digest, salt.at, salt.size));
	TRY(digest_update(&digest, data.at, data.size));
	TRY(digest_finish(&digest, value));
	memcpy(out, value, digest_size(algorithm));
	return OK;
}

enum status digest_blocks(enum digest_algorithm algorithm, struct span salt, const uint8_t *blocks,
			  size_t block_size, unsigned count, uint8_t *digests)
{
	struct job job = {
		.blocks = blocks,
		.block_size = block_size,
		.count = count,
		.each = block_size < ITEM_BYTES ? (unsigned)(ITEM_BYTES / block_size) : 1,
		.digests = digests,
		.size = digest_size(algorithm),
	};

	memset(digests, POISON, count * job.size);
	if (shared(&job, algorithm, salt) == OK)
		return OK;
	memset(digests, POISON, count * job.size);
	for (unsigned i = 0; i < count; i++)
		TRY(one(algorithm, salt, (struct span){ blocks + i * block_size, block_size },
			digests + i * job.size));
	return OK;
}
