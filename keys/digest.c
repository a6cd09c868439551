// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * digest.c - which engine may compute digests, and what happens when one fails.
 *
 * An engine is used for an algorithm after it answered both known-answer tests of that algorithm in
 * this boot. One that fails, then or later, is struck off for every algorithm. An engine never
 * compares.
 */
#include "digest.h"

#include <string.h>

#include "config.h"
#include "hardened.h"

#define ENGINES_MAX 8
#define NO_ENGINE ENGINES_MAX
#define POISON 0x5a

/* The board's engines in its order, then software. */
static const struct digest_engine *engines[ENGINES_MAX];
static unsigned engine_count;
static uint32_t struck_off; /* bit i: engines[i] */
static const char *struck_off_name;
static unsigned chosen[DIGEST_ALGORITHMS + 1]; /* index in engines */

static const struct {
	const char *name;
	uint8_t size;
} facts[DIGEST_ALGORITHMS + 1] = {
	[DIGEST_SHA256] = { "sha256", 32 },
	[DIGEST_SHA384] = { "sha384", 48 },
	[DIGEST_SHA512] = { "sha512", 64 },
};

/*
 * The tests' message is byte i = 37 * i + 11 (mod 256). The long one is fed in pieces that end
 * inside, at and across blocks; the short one, whole and misaligned, needs a padding block of its
 * own.
 * Values: sha256sum and its relatives.
 */
#define LONG_TEST 259
#define SHORT_TEST 120

static const uint16_t pieces[] = { 1, 63, 130, 0, 64, 1 };

static const uint8_t known[DIGEST_ALGORITHMS + 1][2][DIGEST_SIZE_MAX] = {
	[DIGEST_SHA256] = {
		{
			0xf1, 0x13, 0x60, 0xe4, 0x32, 0xa8, 0x6d, 0x41, 0xfe, 0x04, 0xcb, 0x75,
			0x27, 0x9f, 0x9b, 0x76, 0x4e, 0xb5, 0xaf, 0x89, 0x62, 0x9c, 0xb7, 0x8b,
			0xbe, 0xf4, 0x52, 0xc9, 0x90, 0x55, 0xc7, 0x56,
		},
		{
			0x5d, 0xf2, 0x4d, 0xd8, 0x02, 0xac, 0x26, 0x13, 0x2c, 0xe6, 0x08, 0xdc,
			0xb5, 0xf0, 0x98, 0x41, 0xee, 0xf0, 0x39, 0xee, 0x0f, 0x15, 0x2a, 0xcf,
			0x98, 0xd2, 0x6d, 0x17, 0xfe, 0x4e, 0x88, 0xe6,
		},
	},
	[DIGEST_SHA384] = {
		{
			0x39, 0x10, 0xfa, 0x5a, 0x91, 0x80, 0x17, 0x64, 0xf6, 0xec, 0x3e, 0x20,
			0xd3, 0xf9, 0x1b, 0x1c, 0xcb, 0x6c, 0xcc, 0x01, 0xd8, 0x97, 0x56, 0x91,
			0xdd, 0xe1, 0xe2, 0x05, 0x16, 0xa6, 0xa0, 0xb9, 0x28, 0x69, 0xba, 0x50,
			0x41, 0x4c, 0x73, 0xe2, 0x6b, 0x7e, 0x9f, 0x10, 0x6a, 0x51, 0x9b, 0x8a,
		},
		{
			0xac, 0xe6, 0x8b, 0x1f, 0xf7, 0x6d, 0x8c, 0x8d, 0x0e, 0xfe, 0x04, 0xf4,
			0x61, 0x12, 0xea, 0x15, 0x75, 0x82, 0xc9, 0x37, 0x4c, 0x19, 0x47, 0xea,
			0x8b, 0xa4, 0x19, 0xf2, 0x41, 0xb5, 0xe5, 0x46, 0xce, 0x0d, 0xc2, 0xc5,
			0xa7, 0xca, 0x6b, 0xa9, 0xc2, 0x0a, 0x8a, 0xd0, 0xa7, 0xf7, 0x63, 0xd3,
		},
	},
	[DIGEST_SHA512] = {
		{
			0x55, 0x51, 0xa1, 0x54, 0x4b, 0x30, 0x29, 0x1a, 0x37, 0x89, 0x77, 0xe6,
			0xb9, 0x91, 0x3f, 0x07, 0x08, 0x0c, 0x15, 0x22, 0x6b, 0x61, 0x1a, 0x4c,
			0x22, 0x49, 0x23, 0x0b, 0x83, 0xcd, 0x8e, 0xfe, 0xee, 0xb9, 0x44, 0xc4,
			0x38, 0xb8, 0x62, 0x70, 0xdf, 0x1a, 0xe6, 0x9f, 0xf8, 0xb0, 0x19, 0xb1,
			0x5f, 0x6a, 0x4e, 0x60, 0x57, 0x7c, 0xe7, 0x56, 0xf7, 0x85, 0x74, 0x4a,
			0xab, 0x72, 0x9b, 0xb4,
		},
		{
			0xb4, 0xaf, 0x29, 0xca, 0x30, 0x13, 0x5b, 0xa8, 0xd0, 0x20, 0xf6, 0xca,
			0x57, 0x58, 0x11, 0x51, 0x8a, 0x1d, 0x60, 0x78, 0x25, 0x50, 0x6c, 0x3c,
			0xa6, 0x30, 0x22, 0xa1, 0xf7, 0x1a, 0x6a, 0x9f, 0x4e, 0xc0, 0xdd, 0x89,
			0x39, 0x8f, 0x1b, 0x38, 0xa4, 0x94, 0x5f, 0xfb, 0x1d, 0xe6, 0x1d, 0x2f,
			0x72, 0xe6, 0x66, 0xf9, 0x8d, 0x02, 0x28, 0x88, 0x31, 0x95, 0x86, 0xe3,
			0xda, 0x78, 0xf9, 0xa7,
		},
	},
};

static bool is_known(enum digest_algorithm algorithm)
{
	return algorithm == DIGEST_SHA256 ||
	       (IS_ENABLED(CONFIG_SHA512) &&
		(algorithm == DIGEST_SHA384 || algorithm == DIGEST_SHA512));
}

size_t digest_size(enum digest_algorithm algorithm)
{
	return facts[algorithm].size;
}

const char *digest_name(enum digest_algorithm algorithm)
{
	return facts[algorithm].name;
}

enum status digest_by_name(const char *name, size_t size, enum digest_algorithm *algorithm)
{
	for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a++) {
		if (!is_known(a) || strlen(facts[a].name) != size ||
		    memcmp(facts[a].name, name, size) != 0)
			continue;
		*algorithm = a;
		return OK;
	}
	return ERR_ALGO_DENIED;
}

/* finish into poison: an engine that wrote nothing has failed, whatever was there before. */
static enum status finish(const struct digest_engine *engine, void *state,
			  enum digest_algorithm algorithm, uint8_t *out)
{
	uint8_t touched = 0;

	memset(out, POISON, DIGEST_SIZE_MAX);
	TRY(engine->finish(state, out));
	for (size_t i = 0; i < digest_size(algorithm); i++)
		touched |= out[i] ^ POISON;
	return touched != 0 ? OK : ERR_ENGINE_SELFTEST;
}

static enum status test_long(const struct digest_engine *engine, enum digest_algorithm algorithm,
			     struct digest *digest, const uint8_t *message, uint8_t *out)
{
	TRY(engine->begin(digest->state, algorithm));
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); message += pieces[i], i++)
		TRY(engine->update(digest->state, message, pieces[i]));
	TRY(finish(engine, digest->state, algorithm, out));
	return bytes_equal(out, known[algorithm][0], digest_size(algorithm), ERR_ENGINE_SELFTEST);
}

static enum status test_short(const struct digest_engine *engine, enum digest_algorithm algorithm,
			      struct digest *digest, const uint8_t *message, uint8_t *out)
{
	TRY(engine->begin(digest->state, algorithm));
	TRY(engine->update(digest->state, message, SHORT_TEST));
	TRY(finish(engine, digest->state, algorithm, out));
	return bytes_equal(out, known[algorithm][1], digest_size(algorithm), ERR_ENGINE_SELFTEST);
}

static enum status self_test(const struct digest_engine *engine, enum digest_algorithm algorithm)
{
	struct digest digest;
	uint8_t message[1 + LONG_TEST];
	uint8_t out[DIGEST_SIZE_MAX];

	for (size_t i = 0; i < LONG_TEST; i++)
		message[1 + i] = (uint8_t)(37 * i + 11);
	TRY(test_long(engine, algorithm, &digest, message + 1, out));
	return test_short(engine, algorithm, &digest, message + 1, out);
}

static unsigned index_of(const struct digest_engine *engine)
{
	unsigned i = 0;

	while (i < engine_count && engines[i] != engine)
		i++;
	return i;
}

static bool is_usable(unsigned index)
{
	return index < engine_count && (struck_off & 1u << index) == 0;
}

static void strike_off(unsigned index)
{
	if (index >= engine_count)
		return;
	struck_off |= 1u << index;
	if (!struck_off_name)
		struck_off_name = engines[index]->name;
}

/*
 * The first engine from an index on that has this algorithm and answers its test; NO_ENGINE if
 * none.
 */
static unsigned find(enum digest_algorithm algorithm, unsigned from)
{
	for (unsigned i = from; i < engine_count; i++) {
		enum status tested;

		if (!is_usable(i) || !engines[i]->probe(algorithm))
			continue;
		tested = self_test(engines[i], algorithm);
		if (tested == OK)
			return i;
		if (tested != ERR_UNSUPPORTED)
			strike_off(i);
	}
	return NO_ENGINE;
}

/* Give every algorithm whose engine is gone another one. */
static enum status choose(void)
{
	for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a++) {
		if (!is_known(a) || is_usable(chosen[a]))
			continue;
		chosen[a] = find(a, 0);
		if (chosen[a] == NO_ENGINE)
			return ERR_ENGINE_SELFTEST;
		/* An engine struck off just now may have been chosen for an earlier one. */
		a = 0;
	}
	return OK;
}

enum status digest_engines_start(const struct digest_engine *const *board)
{
	engine_count = 0;
	struck_off = 0;
	struck_off_name = NULL;
	while (engine_count < ENGINES_MAX - 1 && board[engine_count]) {
		engines[engine_count] = board[engine_count];
		engine_count++;
	}
	engines[engine_count++] = &digest_engine_soft;
	for (unsigned a = 0; a <= DIGEST_ALGORITHMS; a++)
		chosen[a] = NO_ENGINE;
	if (choose() != OK)
		return refuse(ERR_ENGINE_SELFTEST, "digest",
			      "no engine answers its known-answer test");
	return OK;
}

const char *digest_engine_name(enum digest_algorithm algorithm)
{
	unsigned index = engine_count != 0 ? chosen[algorithm] : NO_ENGINE;

	return is_usable(index) ? engines[index]->name : "none";
}

const char *digest_struck_off(void)
{
	return struck_off_name;
}

/* The engine failed in the middle: it is done for, and so is the digest. */
static enum status failed(struct digest *digest)
{
	const char *name = digest->engine->name;

	strike_off(index_of(digest->engine));
	digest->engine = NULL;
	wipe(digest->state, sizeof(digest->state));
	/* Whether another engine is left shows at the next digest_begin(). */
	(void)choose();
	return refuse(ERR_ENGINE_SELFTEST, name,
		      "the engine failed and is not used again in this boot");
}

enum status digest_begin(struct digest *digest, enum digest_algorithm algorithm)
{
	unsigned index;

	digest->engine = NULL;
	if (engine_count == 0)
		return ERR_INTERNAL;
	if (!is_known(algorithm))
		return ERR_ALGO_DENIED;
	digest->algorithm = algorithm;
	/* Each turn leaves one engine behind. */
	for (index = chosen[algorithm]; is_usable(index); index = find(algorithm, index + 1)) {
		enum status begun = engines[index]->begin(digest->state, algorithm);

		digest->engine = engines[index];
		if (begun == OK)
			return OK;
		if (begun != ERR_UNSUPPORTED)
			(void)failed(digest);
	}
	digest->engine = NULL;
	return refuse(ERR_ENGINE_SELFTEST, digest_name(algorithm), "no engine is left");
}

enum status digest_update(struct digest *digest, const void *data, size_t size)
{
	if (!digest->engine)
		return ERR_INTERNAL;
	/* Struck off meanwhile, by another digest: this one is not believed either. */
	if (!is_usable(index_of(digest->engine)))
		return failed(digest);
	if (size != 0 && digest->engine->update(digest->state, data, size) != OK)
		return failed(digest);
	return OK;
}

enum status digest_finish(struct digest *digest, uint8_t out[DIGEST_SIZE_MAX])
{
	memset(out, POISON, DIGEST_SIZE_MAX);
	if (!digest->engine)
		return ERR_INTERNAL;
	if (!is_usable(index_of(digest->engine)) ||
	    finish(digest->engine, digest->state, digest->algorithm, out) != OK) {
		memset(out, POISON, DIGEST_SIZE_MAX);
		return failed(digest);
	}
	digest->engine = NULL;
	return OK;
}

static enum status digest_once(enum digest_algorithm algorithm, struct span data,
			       uint8_t out[DIGEST_SIZE_MAX])
{
	struct digest digest;

	TRY(digest_begin(&digest, algorithm));
	TRY(digest_update(&digest, data.at, data.size));
	return digest_finish(&digest, out);
}

enum status digest_of(enum digest_algorithm algorithm, struct span data,
		      uint8_t out[DIGEST_SIZE_MAX])
{
	enum status done = ERR_ENGINE_SELFTEST;

	/* The data is still there: another engine may do it. Each failure costs one engine. */
	for (unsigned i = 0; i < ENGINES_MAX && done == ERR_ENGINE_SELFTEST; i++)
		done = digest_once(algorithm, data, out);
	return done;
}
