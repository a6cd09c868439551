// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * sha2.c - SHA-2 framing (FIPS 180-4, sections 5 and 6) around the blocks done in assembly.
 *
 * Whole blocks go from the caller's buffer to the CPU directly; only what does not fill a block is
 * copied.
 */
#include "sha2.h"

#include <string.h>

#define BLOCK_MAX 128

struct sha2 {
	union {
		uint32_t words[8];
		uint64_t longs[8];
	} state;
	uint8_t partial[BLOCK_MAX];
	uint64_t total;  /* bytes so far */
	uint32_t filled; /* bytes in partial */
	uint32_t block;  /* 64 or 128 */
	enum digest_algorithm algorithm;
	sha2_blocks *do_blocks;
};

_Static_assert(sizeof(struct sha2) <= DIGEST_STATE_SIZE, "DIGEST_STATE_SIZE is too small");

/*
 * Fractional parts of the square roots of the first primes (SHA-256, SHA-512) and of those after
 * them (SHA-384).
 */
static const uint32_t initial_256[8] = {
	0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
	0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
};
static const uint64_t initial_384[8] = {
	0xcbbb9d5dc1059ed8, 0x629a292a367cd507, 0x9159015a3070dd17, 0x152fecd8f70e5939,
	0x67332667ffc00b31, 0x8eb44a8768581511, 0xdb0c2e0d64f98fa7, 0x47b5481dbefa4fa4,
};
static const uint64_t initial_512[8] = {
	0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
	0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
};

enum status sha2_begin(void *state, enum digest_algorithm algorithm, sha2_blocks *do_blocks)
{
	struct sha2 *sha2 = state;

	sha2->total = 0;
	sha2->filled = 0;
	sha2->algorithm = algorithm;
	sha2->do_blocks = do_blocks;
	sha2->block = algorithm == DIGEST_SHA256 ? 64 : 128;
	if (algorithm == DIGEST_SHA256)
		memcpy(sha2->state.words, initial_256, sizeof(initial_256));
	else if (algorithm == DIGEST_SHA384)
		memcpy(sha2->state.longs, initial_384, sizeof(initial_384));
	else
		memcpy(sha2->state.longs, initial_512, sizeof(initial_512));
	return OK;
}

static void blocks(struct sha2 *sha2, const uint8_t *data, size_t count)
{
	sha2->do_blocks(sha2->algorithm, &sha2->state, data, count);
}

/* Copy what fits into the partial block; digest it when it is full. Returns the bytes taken. */
static size_t fill(struct sha2 *sha2, const uint8_t *data, size_t size)
{
	size_t room = sha2->block - sha2->filled;

	if (size > room)
		size = room;
	memcpy(sha2->partial + sha2->filled, data, size);
	sha2->filled += (uint32_t)size;
	if (sha2->filled == sha2->block) {
		blocks(sha2, sha2->partial, 1);
		sha2->filled = 0;
	}
	return size;
}

enum status sha2_update(void *state, const uint8_t *data, size_t size)
{
	struct sha2 *sha2 = state;
	size_t whole;

	sha2->total += size;
	if (sha2->filled != 0) {
		size_t taken = fill(sha2, data, size);

		data += taken;
		size -= taken;
	}
	/* Something left means that partial is empty. Block sizes are powers of two. */
	whole = size & ~(size_t)(sha2->block - 1);
	blocks(sha2, data, whole / sha2->block);
	if (size > whole)
		(void)fill(sha2, data + whole, size - whole);
	return OK;
}

/* A one, zeros, and the length in bits at the end of the last block (64 or 128 bits wide). */
static void pad(struct sha2 *sha2)
{
	uint32_t length_at = sha2->block - sha2->block / 8;

	sha2->partial[sha2->filled++] = 0x80;
	memset(sha2->partial + sha2->filled, 0, sha2->block - sha2->filled);
	if (sha2->filled > length_at) {
		blocks(sha2, sha2->partial, 1);
		memset(sha2->partial, 0, sha2->block);
	}
	if (sha2->block == BLOCK_MAX)
		store_be64(sha2->partial + sha2->block - 16, sha2->total >> 61);
	store_be64(sha2->partial + sha2->block - 8, sha2->total << 3);
	blocks(sha2, sha2->partial, 1);
}

enum status sha2_finish(void *state, uint8_t *digest)
{
	struct sha2 *sha2 = state;
	size_t size = digest_size(sha2->algorithm);

	pad(sha2);
	if (sha2->algorithm == DIGEST_SHA256)
		for (size_t i = 0; i < size / 4; i++)
			store_be32(digest + 4 * i, sha2->state.words[i]);
	else
		for (size_t i = 0; i < size / 8; i++)
			store_be64(digest + 8 * i, sha2->state.longs[i]);
	return OK;
}
