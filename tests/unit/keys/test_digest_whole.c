// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * Digests in place: engines that take the whole, which work, fail, cannot, lie, answer stale or
 * short; and streaming engines whose work can be redone because the data is still there.
 */
#include "../unit.h"

#include <openssl/evp.h>

#include "digest.h"
#include "quarantine.h"

enum trick {
	HONEST,
	FAIL,
	UNSUPPORTED,
	STALE,    /* says OK, writes nothing */
	FLIP,     /* one bit is wrong */
	FIRST,    /* reads all from where the first part is */
	FORGETFUL /* the last part is not read */
};

static struct {
	enum trick trick;
	unsigned at, calls, parts;
} trick;

static bool probe(enum digest_algorithm algorithm)
{
	(void)algorithm;
	return true;
}

static enum status soft(enum digest_algorithm algorithm, const struct span *parts, unsigned count,
			const uint8_t *at, uint8_t *digest)
{
	uint8_t state[DIGEST_STATE_SIZE] __attribute__((aligned(16)));

	TRY(digest_engine_soft.begin(state, algorithm));
	for (unsigned i = 0; i < count; i++) {
		TRY(digest_engine_soft.update(state, at ? at : parts[i].at, parts[i].size));
		if (at)
			at += parts[i].size;
	}
	return digest_engine_soft.finish(state, digest);
}

static enum status whole(enum digest_algorithm algorithm, const struct span *parts, unsigned count,
			 uint8_t *digest)
{
	enum trick now = ++trick.calls == trick.at ? trick.trick : HONEST;

	trick.parts = count;
	for (unsigned i = 0; i < count; i++)
		assert_true(parts[i].size != 0);
	if (now == FAIL)
		return ERR_MEDIA_IO;
	if (now == UNSUPPORTED)
		return ERR_UNSUPPORTED;
	if (now == STALE)
		return OK;
	TRY(soft(algorithm, parts, count - (now == FORGETFUL), now == FIRST ? parts[0].at : NULL,
		 digest));
	if (now == FLIP)
		digest[7] ^= 0x20;
	return OK;
}

static enum status failing_update(void *state, const uint8_t *data, size_t size)
{
	if (++trick.calls == trick.at)
		return ERR_MEDIA_IO;
	return digest_engine_soft.update(state, data, size);
}

static enum status begin(void *state, enum digest_algorithm algorithm)
{
	return digest_engine_soft.begin(state, algorithm);
}

static enum status finish(void *state, uint8_t *digest)
{
	return digest_engine_soft.finish(state, digest);
}

static const struct digest_engine whole_engine = { .name = "false",
						   .probe = probe,
						   .whole = whole };
static const struct digest_engine both_engine = { .name = "false",
						  .probe = probe,
						  .begin = begin,
						  .update = failing_update,
						  .finish = finish,
						  .whole = whole };
static const struct digest_engine stream_engine = {
	.name = "false", .probe = probe, .begin = begin, .update = failing_update, .finish = finish
};

static uint8_t message[4000];

static unsigned start(const struct digest_engine *engine, enum trick what, unsigned at)
{
	const struct digest_engine *const engines[] = { engine, NULL };

	trick.trick = what;
	trick.at = at;
	trick.calls = 0;
	assert_status(digest_engines_start(engines), OK);
	return trick.calls;
}

static void openssl(enum digest_algorithm algorithm, const struct span *parts, unsigned count,
		    uint8_t *out)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();

	EVP_DigestInit(context, EVP_get_digestbyname(digest_name(algorithm)));
	for (unsigned i = 0; i < count; i++)
		EVP_DigestUpdate(context, parts[i].at, parts[i].size);
	EVP_DigestFinal(context, out, NULL);
	EVP_MD_CTX_free(context);
}

static enum status in_place(enum digest_algorithm algorithm, const struct span *parts,
			    unsigned count, uint8_t *out)
{
	struct digest digest;

	TRY(digest_begin_in_place(&digest, algorithm));
	for (unsigned i = 0; i < count; i++)
		TRY(digest_update(&digest, parts[i].at, parts[i].size));
	return digest_finish(&digest, out);
}

/* count parts, none touching another. */
static void scatter(struct span *parts, unsigned count, uint64_t *seed)
{
	const uint8_t *at = message;

	for (unsigned i = 0; i < count; i++) {
		at += 1 + random_below(seed, 9);
		parts[i] = (struct span){ at, 1 + random_below(seed, 90) };
		at += parts[i].size;
	}
}

static void assert_right(enum digest_algorithm algorithm, const struct span *parts, unsigned count,
			 const uint8_t *got)
{
	uint8_t want[DIGEST_SIZE_MAX];

	openssl(algorithm, parts, count, want);
	assert_memory_equal(got, want, digest_size(algorithm));
}

static void every_number_of_parts(void **state)
{
	uint64_t seed = random_seed();
	struct span parts[2 * DIGEST_PARTS_MAX];
	uint8_t out[DIGEST_SIZE_MAX];

	(void)state;
	for (unsigned count = 0; count <= COUNT(parts); count++) {
		for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a++) {
			unsigned calls = start(&whole_engine, HONEST, 0);

			assert_string_equal(digest_engine_name(a), "false");
			scatter(parts, count, &seed);
			assert_status(in_place(a, parts, count, out), OK);
			assert_right(a, parts, count, out);
			/* More than are remembered: software, from what was. */
			assert_int_equal(trick.calls - calls, count <= DIGEST_PARTS_MAX ? 1 : 0);
			assert_null(quarantine(0));
		}
	}
}

static void pieces_that_touch_are_one(void **state)
{
	struct digest digest;
	uint8_t out[DIGEST_SIZE_MAX];
	const struct span all = { message, 1000 };

	(void)state;
	start(&whole_engine, HONEST, 0);
	assert_status(digest_begin_in_place(&digest, DIGEST_SHA256), OK);
	for (size_t i = 0; i < 1000; i += 10) {
		assert_status(digest_update(&digest, message + i, 10), OK);
		assert_status(digest_update(&digest, message, 0), OK);
	}
	assert_status(digest_finish(&digest, out), OK);
	assert_right(DIGEST_SHA256, &all, 1, out);
	assert_int_equal(trick.parts, 1);
}

/* Without the promise an engine for the whole is not asked. */
static void a_stream_is_not_whole(void **state)
{
	const struct span all = { message, 100 };
	struct digest digest;
	uint8_t out[DIGEST_SIZE_MAX], buffer[100];
	unsigned calls = start(&whole_engine, HONEST, 0);

	(void)state;
	assert_status(digest_begin(&digest, DIGEST_SHA256), OK);
	assert_string_equal(digest.engine->name, "mbedtls");
	memcpy(buffer, message, 100);
	assert_status(digest_update(&digest, buffer, 100), OK);
	memset(buffer, 0, 100);
	assert_status(digest_finish(&digest, out), OK);
	assert_right(DIGEST_SHA256, &all, 1, out);
	assert_int_equal(trick.calls, calls);
}

static void tested_before_use(void **state)
{
	static const struct digest_engine *const engines[] = { &whole_engine, &both_engine };
	uint64_t seed = random_seed();
	struct span parts[5];
	uint8_t out[DIGEST_SIZE_MAX];

	(void)state;
	for (unsigned engine = 0; engine < 2; engine++) {
		unsigned calls = start(engines[engine], HONEST, 0);

		assert_true(calls >= 6);
		for (enum trick what = FAIL; what <= FORGETFUL; what++) {
			for (unsigned at = 1; at <= calls; at++) {
				start(engines[engine], what, at);
				/* One part is all there is in every other test. */
				if (what == FIRST && !quarantine(0))
					continue;
				scatter(parts, 5, &seed);
				for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512;
				     a++) {
					assert_status(in_place(a, parts, 5, out), OK);
					assert_right(a, parts, 5, out);
				}
			}
		}
	}
}

/* After a good start: what fails, cannot or writes nothing is redone; a lie is only an answer. */
static void redone_in_use(void **state)
{
	uint64_t seed = random_seed();
	struct span parts[7];
	uint8_t out[DIGEST_SIZE_MAX];

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		enum digest_algorithm a =
			(enum digest_algorithm)(DIGEST_SHA256 + random_below(&seed, 3));
		unsigned count = 1 + (unsigned)random_below(&seed, 7);
		enum trick what = (enum trick)(FAIL + random_below(&seed, 4));
		unsigned calls = start(&whole_engine, HONEST, 0);

		trick.trick = what;
		trick.at = calls + 1;
		scatter(parts, count, &seed);
		assert_status(in_place(a, parts, count, out), OK);
		if (what == FLIP) {
			out[7] ^= 0x20;
			assert_null(quarantine(0));
		}
		assert_right(a, parts, count, out);
		if (what == UNSUPPORTED || what == FLIP) {
			assert_null(quarantine(0));
			assert_string_equal(digest_engine_name(a), "false");
		} else {
			assert_string_equal(quarantine(0)->name, "false");
			assert_status(quarantine(0)->why,
				      what == FAIL ? ERR_MEDIA_IO : ERR_ENGINE_SELFTEST);
			assert_null(quarantine(1));
			assert_string_equal(digest_engine_name(a), "mbedtls");
		}
	}
}

/* A streaming engine fails at its nth piece: with the data in place all of it is done again. */
static void a_stream_in_place_is_redone(void **state)
{
	uint64_t seed = random_seed();
	struct span parts[2 * DIGEST_PARTS_MAX];
	uint8_t out[DIGEST_SIZE_MAX];

	(void)state;
	scatter(parts, COUNT(parts), &seed);
	for (unsigned at = 1; at <= COUNT(parts); at++) {
		unsigned calls = start(&stream_engine, HONEST, 0);
		enum status status;

		trick.at = calls + at;
		status = in_place(DIGEST_SHA384, parts, COUNT(parts), out);
		assert_string_equal(quarantine(0)->name, "false");
		/* Beyond what is remembered it is lost, and nobody believes what is left. */
		assert_status(status, at <= DIGEST_PARTS_MAX ? OK : ERR_ENGINE_SELFTEST);
		if (status == OK)
			assert_right(DIGEST_SHA384, parts, COUNT(parts), out);
	}
}

/* One digest finds out that the engine is bad; another, begun before, is done by the next one. */
static void found_out_by_another(void **state)
{
	const struct span part = { message, 500 };
	struct digest one, other;
	uint8_t out[DIGEST_SIZE_MAX];
	unsigned calls = start(&whole_engine, HONEST, 0);

	(void)state;
	trick.trick = FAIL;
	trick.at = calls + 1;
	assert_status(digest_begin_in_place(&one, DIGEST_SHA256), OK);
	assert_status(digest_begin_in_place(&other, DIGEST_SHA512), OK);
	assert_status(digest_update(&one, message, 200), OK);
	assert_status(digest_update(&other, message, 500), OK);
	assert_status(digest_finish(&other, out), OK);
	assert_right(DIGEST_SHA512, &part, 1, out);
	assert_status(digest_update(&one, message + 200, 300), OK);
	assert_status(digest_finish(&one, out), OK);
	assert_right(DIGEST_SHA256, &part, 1, out);
	assert_int_equal(trick.calls, calls + 1);
	assert_status(digest_finish(&one, out), ERR_INTERNAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_number_of_parts),
		cmocka_unit_test(pieces_that_touch_are_one),
		cmocka_unit_test(a_stream_is_not_whole),
		cmocka_unit_test(tested_before_use),
		cmocka_unit_test(redone_in_use),
		cmocka_unit_test(a_stream_in_place_is_redone),
		cmocka_unit_test(found_out_by_another),
	};

	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * 13 + (i >> 8) * 7 + 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
