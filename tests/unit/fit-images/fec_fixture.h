/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fec_fixture.h - a small root with parity in memory, and damage to it.
 *
 * Include it once in a test program.
 */
#ifndef HOLDFAST_TESTS_FEC_FIXTURE_H
#define HOLDFAST_TESTS_FEC_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>
#include <cmocka.h>

#include "fec.h"
#include "fit_builder.h"
#include "fit_fixture.h"
#include "must.h"

#define BLOCK 512u
#define DATA_BLOCKS 600u
#define HASH_START (DATA_BLOCKS + 1u) /* behind a superblock */
#define LEVEL_1 38u
#define LEVEL_2 3u
#define LEVELS (LEVEL_1 + LEVEL_2 + 1u)
#define COVERED (DATA_BLOCKS + LEVELS)
#define PARITY (HASH_START + LEVELS)
#define ROOTS_MAX 24u
#define BLOCKS (PARITY + 3u * 4u * ROOTS_MAX)

static const uint8_t salt[4] = { 0xaa, 0xbb, 0xcc, 0xdd };
static uint8_t whole[BLOCKS * BLOCK], good[BLOCKS * BLOCK];
static uint8_t root_hash[32], repair[BLOCK] __attribute__((aligned(MEDIUM_ALIGN)));
static uint8_t got[BLOCK] __attribute__((aligned(MEDIUM_ALIGN)));
static struct memory_medium medium;
static struct verity_tree tree;
static struct verity_reader reader;

static inline void digest(const void *block, uint8_t *out)
{
	uint8_t salted[sizeof(salt) + BLOCK];

	memcpy(salted, salt, sizeof(salt));
	memcpy(salted + sizeof(salt), block, BLOCK);
	MUST(EVP_Digest(salted, sizeof(salted), out, NULL, EVP_sha256(), NULL) == 1);
}

static inline void make_level(unsigned from, unsigned count, unsigned to)
{
	for (unsigned i = 0; i < count; i++)
		digest(good + (size_t)(from + i) * BLOCK, good + (size_t)to * BLOCK + i * 32);
}

static inline void make_tree(void)
{
	uint64_t state = 1;

	memset(good, 0, sizeof(good));
	for (size_t i = 0; i < DATA_BLOCKS * BLOCK; i++) {
		if (i % 8 == 0)
			state = state * 6364136223846793005u + 1442695040888963407u;
		good[i] = (uint8_t)(state >> (i % 8 * 8));
	}
	make_level(0, DATA_BLOCKS, HASH_START + 1 + LEVEL_2);
	make_level(HASH_START + 1 + LEVEL_2, LEVEL_1, HASH_START + 1);
	make_level(HASH_START + 1, LEVEL_2, HASH_START);
	digest(good + (size_t)HASH_START * BLOCK, root_hash);
}

/* A covered block's place on the medium. */
static inline unsigned at(unsigned covered)
{
	return covered < DATA_BLOCKS ? covered : covered + 1;
}

/* Another way than the loader's: logarithms, and the remainder of a long division. */
static uint8_t logarithm[256], antilogarithm[510];

static inline uint8_t times(uint8_t a, uint8_t b)
{
	return a && b ? antilogarithm[logarithm[a] + logarithm[b]] : 0;
}

static inline void make_parity(unsigned roots, unsigned covered)
{
	unsigned symbols = 255 - roots, rounds = (covered + symbols - 1) / symbols, x = 1;
	uint8_t generator[ROOTS_MAX + 1] = { 1 }, word[255];

	for (unsigned i = 0; i < 255; i++, x = x << 1 ^ (x & 0x80 ? 0x11d : 0)) {
		antilogarithm[i] = antilogarithm[i + 255] = (uint8_t)x;
		logarithm[x] = (uint8_t)i;
	}
	for (unsigned i = 0; i < roots; i++)
		for (unsigned k = i + 1; k > 0; k--)
			generator[k] ^= times(generator[k - 1], antilogarithm[i]);
	memset(good + PARITY * BLOCK, 0, sizeof(good) - PARITY * BLOCK);
	for (unsigned n = 0; n < rounds * BLOCK; n++) {
		memset(word, 0, sizeof(word));
		for (unsigned i = 0; i < symbols; i++)
			if (n / BLOCK + i * rounds < covered)
				word[i] = good[at(n / BLOCK + i * rounds) * BLOCK + n % BLOCK];
		for (unsigned i = 0; i < symbols; i++)
			for (unsigned k = roots + 1; k-- > 0;)
				word[i + k] ^= times(word[i], generator[k]);
		memcpy(good + at(covered) * BLOCK + n * roots, word + symbols, roots);
	}
}

static inline void begin(unsigned roots, unsigned covered)
{
	make_tree();
	make_parity(roots, covered);
	memcpy(whole, good, sizeof(whole));
	memory_medium(&medium, whole, sizeof(whole), 512);
	tree = (struct verity_tree){ .algorithm = DIGEST_SHA256,
				     .data_block_size = BLOCK,
				     .hash_block_size = BLOCK,
				     .data_blocks = DATA_BLOCKS,
				     .hash_start_block = HASH_START,
				     .root_hash = { root_hash, 32 },
				     .salt = { salt, sizeof(salt) } };
	reader = (struct verity_reader){ .tree = &tree,
					 .data = memory_extent(&medium),
					 .hash = memory_extent(&medium),
					 .fec = { .roots = roots,
						  .start_block = at(covered),
						  .blocks = covered,
						  .device = memory_extent(&medium) },
					 .repair = repair };
	verity_tree_levels(&tree, &reader.levels);
	assert_int_equal(verity_fec_check(&reader), OK);
}

static inline enum status mend(unsigned covered)
{
	unsigned level = 0;

	if (covered >= DATA_BLOCKS)
		level = covered == DATA_BLOCKS ? 3 : covered <= DATA_BLOCKS + LEVEL_2 ? 2 : 1;
	memset(got, 0xee, sizeof(got));
	return verity_repair(&reader, level, at(covered), got);
}

static inline void assert_mended(unsigned covered)
{
	assert_int_equal(mend(covered), OK);
	assert_memory_equal(got, good + at(covered) * BLOCK, BLOCK);
}

static inline void damage(unsigned covered)
{
	uint8_t *block = whole + at(covered) * BLOCK;

	switch (rand() % 4) {
	case 0:
		memset(block, rand() % 2 ? 0xff : 0, BLOCK);
		break;
	case 1:
		for (unsigned i = 0; i < BLOCK; i++)
			block[i] = (uint8_t)rand();
		break;
	default:
		block[(unsigned)rand() % BLOCK] ^= (uint8_t)(1 + rand() % 255);
	}
}

static inline void restore(void)
{
	memcpy(whole, good, sizeof(whole));
}

#endif
