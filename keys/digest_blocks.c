// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* digest_blocks.c - digests of many blocks. */
#include "digest_blocks.h"

#include <string.h>

#define POISON 0x5a

static enum status one(enum digest_algorithm algorithm, struct span salt, struct span block,
		       uint8_t *out)
{
	uint8_t value[DIGEST_SIZE_MAX];
	struct digest digest;

	TRY(digest_begin_in_place(&digest, algorithm));
	TRY(digest_update(&digest, salt.at, salt.size));
	TRY(digest_update(&digest, block.at, block.size));
	TRY(digest_finish(&digest, value));
	memcpy(out, value, digest_size(algorithm));
	return OK;
}

enum status digest_blocks(enum digest_algorithm algorithm, struct span salt, const uint8_t *blocks,
			  size_t block_size, unsigned count, uint8_t *digests)
{
	size_t size = digest_size(algorithm);

	memset(digests, POISON, count * size);
	for (unsigned i = 0; i < count; i++)
		TRY(one(algorithm, salt, (struct span){ blocks + i * block_size, block_size },
			digests + i * size));
	return OK;
}
