// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Engines that work, fail, lie, answer stale, or cannot: what becomes of them and of the digest. */
#include "../unit.h"

#include <openssl/evp.h>

#include "digest.h"
#include "quarantine.h"

/* What a false engine does at its how-manieth call (begin, update, finish alike). */
enum trick {
	HONEST,
	FAIL,        /* says it failed */
	UNSUPPORTED, /* says it cannot */
	LIE,         /* says OK; a wrong digest in the end */
	STALE,       /* says OK; finish writes nothing */
};

static struct {
	enum trick trick;
	unsigned at, calls;
	bool is_lying;
} trick;

static enum status play(enum status honest)
{
	bool is_now = ++trick.calls == trick.at;

	if (is_now && trick.trick == FAIL)
		return ERR_MEDIA_IO;
	if (is_now && trick.trick == UNSUPPORTED)
		return ERR_UNSUPPORTED;
	if (is_now && trick.trick == LIE)
		trick.is_lying = true;
	return honest;
}

static bool false_probe(enum digest_algorithm algorithm)
{
	(void)algorithm;
	return true;
}

static enum status false_begin(void *state, enum digest_algorithm algorithm)
{
	trick.is_lying = false;
	return play(digest_engine_soft.begin(state, algorithm));
}

static enum status false_update(void *state, const uint8_t *data, size_t size)
{
	return play(digest_engine_soft.update(state, data, size));
}

static enum status false_finish(void *state, uint8_t *digest)
{
	enum status status;

	if (trick.calls + 1 == trick.at && trick.trick == STALE)
		return play(OK);
	TRY(digest_engine_soft.finish(state, digest));
	status = play(OK);
	if (trick.is_lying)
		digest[5] ^= 0x10;
	return status;
}

static const struct digest_engine false_engine = {
	.name = "false",
	.probe = false_probe,
	.begin = false_begin,
	.update = false_update,
	.finish = false_finish,
};

static bool never(enum digest_algorithm algorithm)
{
	(void)algorithm;
	return false;
}

static bool only_sha256(enum digest_algorithm algorithm)
{
	return algorithm == DIGEST_SHA256;
}

static const struct digest_engine absent_engine = {
	.name = "absent",
	.probe = never,
	.begin = NULL,
	.update = NULL,
	.finish = NULL,
};
static const struct digest_engine short_engine = {
	.name = "short",
	.probe = only_sha256,
	.begin = false_begin,
	.update = false_update,
	.finish = false_finish,
};

static const struct digest_engine *const only_false[] = { &false_engine, NULL };
static const struct digest_engine *const none[] = { NULL };

static void start(const struct digest_engine *const *engines, enum trick what, unsigned at)
{
	trick.trick = what;
	trick.at = at;
	trick.calls = 0;
	assert_status(digest_engines_start(engines), OK);
}

static void openssl_digest(enum digest_algorithm algorithm, struct span data, uint8_t *out)
{
	unsigned size;

	assert_int_equal(EVP_Digest(data.at, data.size, out, &size,
				    EVP_get_digestbyname(digest_name(algorithm)), NULL),
			 1);
	assert_int_equal(size, digest_size(algorithm));
}

static uint8_t message[3000];

static int fill_message(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(message); i++)
		message[i] = (uint8_t)(i * i + 1);
	return 0;
}

static void assert_right(enum digest_algorithm algorithm, const uint8_t *got, size_t size)
{
	uint8_t want[DIGEST_SIZE_MAX];

	openssl_digest(algorithm, (struct span){ message, size }, want);
	assert_memory_equal(got, want, digest_size(algorithm));
}

static void names(void **state)
{
	static const char *const denied[] = { "sha1",   "md5", "crc32",   "sha224", "sha256 ",
					      "SHA256", "sha", "sha2566", "",       "sha512/256" };
	enum digest_algorithm algorithm;

	(void)state;
	for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a++) {
		assert_status(digest_by_name(digest_name(a), 6, &algorithm), OK);
		assert_int_equal(algorithm, a);
		/* Not NUL-terminated: the length says where it ends. */
		assert_status(digest_by_name("sha256sha384", 6, &algorithm), OK);
	}
	for (size_t i = 0; i < COUNT(denied); i++)
		assert_status(digest_by_name(denied[i], strlen(denied[i]), &algorithm),
			      ERR_ALGO_DENIED);
	assert_status(digest_by_name("sha256", 7, &algorithm), ERR_ALGO_DENIED);
}

static void before_the_start(void **state)
{
	struct digest digest;
	uint8_t out[DIGEST_SIZE_MAX];

	(void)state;
	assert_status(digest_begin(&digest, DIGEST_SHA256), ERR_INTERNAL);
	assert_status(digest_update(&digest, message, 1), ERR_INTERNAL);
	assert_status(digest_finish(&digest, out), ERR_INTERNAL);
	assert_status(digest_of(DIGEST_SHA256, (struct span){ message, 1 }, out), ERR_INTERNAL);
	assert_string_equal(digest_engine_name(DIGEST_SHA256), "none");
}

static void every_length_in_pieces(void **state)
{
	uint64_t seed = random_seed();
	uint8_t out[DIGEST_SIZE_MAX];

	(void)state;
	start(none, HONEST, 0);
	for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a++) {
		for (size_t size = 0; size < 300; size++) {
			struct digest digest;

			assert_status(digest_of(a, (struct span){ message, size }, out), OK);
			assert_right(a, out, size);
			assert_status(digest_begin(&digest, a), OK);
			for (size_t done = 0, step; done < size; done += step) {
				step = 1 + random_below(&seed, size - done);
				assert_status(digest_update(&digest, message + done, step), OK);
			}
			assert_status(digest_finish(&digest, out), OK);
			assert_right(a, out, size);
			/* Ended is ended. */
			assert_status(digest_finish(&digest, out), ERR_INTERNAL);
			assert_status(digest_update(&digest, message, 1), ERR_INTERNAL);
		}
	}
}

static void unknown_algorithms(void **state)
{
	struct digest digest;

	(void)state;
	start(none, HONEST, 0);
	assert_status(digest_begin(&digest, (enum digest_algorithm)0), ERR_ALGO_DENIED);
	assert_status(digest_begin(&digest, (enum digest_algorithm)4), ERR_ALGO_DENIED);
}

static void honest_engine_is_used(void **state)
{
	static const struct digest_engine *const several[] = { &absent_engine, &short_engine,
							       NULL };

	(void)state;
	start(only_false, HONEST, 0);
	assert_string_equal(digest_engine_name(DIGEST_SHA256), "false");
	assert_string_equal(digest_engine_name(DIGEST_SHA512), "false");
	assert_null(quarantine(0));
	/* Absent is not a failure; what one cannot do another does. */
	start(several, HONEST, 0);
	assert_string_equal(digest_engine_name(DIGEST_SHA256), "short");
	assert_string_equal(digest_engine_name(DIGEST_SHA384), "mbedtls");
	assert_null(quarantine(0));
}

/* Calls that the self-tests of all three algorithms make. */
static unsigned calls_at_start(void)
{
	start(only_false, HONEST, 0);
	return trick.calls;
}

/* Each call of the self-tests goes wrong in turn: the engine is not used, for any algorithm. */
static void tested_before_use(void **state)
{
	unsigned calls = calls_at_start();

	(void)state;
	assert_true(calls > 20);
	for (enum trick what = FAIL; what <= STALE; what++) {
		for (unsigned at = 1; at <= calls; at++) {
			uint8_t out[DIGEST_SIZE_MAX];

			start(only_false, what, at);
			/* STALE means something in finish only: elsewhere all calls were made. */
			if (what == STALE && trick.calls == calls)
				continue;
			for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a++) {
				if (what != UNSUPPORTED)
					assert_string_equal(digest_engine_name(a), "mbedtls");
				assert_status(digest_of(a, (struct span){ message, 777 }, out), OK);
				assert_right(a, out, 777);
			}
			if (what == UNSUPPORTED)
				assert_null(quarantine(0));
			else
				assert_string_equal(quarantine(0)->name, "false");
		}
	}
}

/*
 * After a good start each call of a digest goes wrong: another engine redoes it, or the stream is
 * lost.
 */
static void struck_off_in_use(void **state)
{
	unsigned calls = calls_at_start();

	(void)state;
	for (unsigned at = 1; at <= 3; at++) {
		uint8_t out[DIGEST_SIZE_MAX];
		struct digest digest;
		enum status status;

		start(only_false, FAIL, calls + at);
		assert_status(digest_of(DIGEST_SHA384, (struct span){ message, 999 }, out), OK);
		assert_right(DIGEST_SHA384, out, 999);
		assert_string_equal(quarantine(0)->name, "false");
		assert_string_equal(digest_engine_name(DIGEST_SHA256), "mbedtls");

		start(only_false, FAIL, calls + at);
		status = digest_begin(&digest, DIGEST_SHA256);
		/* Nothing lost yet: begin goes on with the next engine. */
		assert_status(status, OK);
		status = digest_update(&digest, message, 100);
		if (status == OK)
			status = digest_finish(&digest, out);
		assert_status(status, at == 1 ? OK : ERR_ENGINE_SELFTEST);
		assert_string_equal(digest_engine_name(DIGEST_SHA256), "mbedtls");
		if (at == 1)
			continue;
		assert_string_equal(refusal_last()->at, "false");
		assert_status(digest_update(&digest, message, 1), ERR_INTERNAL);
		assert_status(digest_finish(&digest, out), ERR_INTERNAL);
		assert_status(digest_begin(&digest, DIGEST_SHA256), OK);
		assert_status(digest_finish(&digest, out), OK);
		assert_right(DIGEST_SHA256, out, 0);
	}
}

static void stale_in_use(void **state)
{
	unsigned calls = calls_at_start();
	uint8_t out[DIGEST_SIZE_MAX];

	(void)state;
	start(only_false, STALE, calls + 6);
	assert_status(digest_of(DIGEST_SHA256, (struct span){ message, 100 }, out), OK);
	assert_right(DIGEST_SHA256, out, 100);
	assert_null(quarantine(0));
	/* The second finish writes nothing; the first digest must not be taken for the second. */
	assert_status(digest_of(DIGEST_SHA256, (struct span){ message, 200 }, out), OK);
	assert_right(DIGEST_SHA256, out, 200);
	assert_string_equal(quarantine(0)->name, "false");
}

/* Two run side by side; one shows that the engine is bad; the other is not believed either. */
static void both_are_lost(void **state)
{
	unsigned calls = calls_at_start();
	struct digest one, other;
	uint8_t out[DIGEST_SIZE_MAX];

	(void)state;
	start(only_false, FAIL, calls + 4);
	assert_status(digest_begin(&one, DIGEST_SHA256), OK);
	assert_status(digest_begin(&other, DIGEST_SHA256), OK);
	assert_status(digest_update(&one, message, 64), OK);
	assert_status(digest_update(&other, message, 64), ERR_ENGINE_SELFTEST);
	assert_status(digest_finish(&one, out), ERR_ENGINE_SELFTEST);
	for (size_t i = 1; i < 32; i++)
		assert_int_equal(out[i], out[0]);
	/* The same when it would go on instead of ending. */
	start(only_false, FAIL, calls + 4);
	assert_status(digest_begin(&one, DIGEST_SHA256), OK);
	assert_status(digest_begin(&other, DIGEST_SHA256), OK);
	assert_status(digest_update(&one, message, 64), OK);
	assert_status(digest_update(&other, message, 64), ERR_ENGINE_SELFTEST);
	assert_status(digest_update(&one, message, 64), ERR_ENGINE_SELFTEST);
	assert_int_equal(trick.calls, calls + 4);
}

static void unsupported_in_use(void **state)
{
	unsigned calls = calls_at_start();
	struct digest digest;
	uint8_t out[DIGEST_SIZE_MAX];

	(void)state;
	start(only_false, UNSUPPORTED, calls + 1);
	assert_status(digest_begin(&digest, DIGEST_SHA256), OK);
	assert_string_equal(digest.engine->name, "mbedtls");
	assert_null(quarantine(0));
	assert_status(digest_update(&digest, message, 10), OK);
	assert_status(digest_finish(&digest, out), OK);
	assert_right(DIGEST_SHA256, out, 10);
}

static void side_by_side(void **state)
{
	struct digest one, other;
	uint8_t first[DIGEST_SIZE_MAX], second[DIGEST_SIZE_MAX];

	(void)state;
	start(none, HONEST, 0);
	assert_status(digest_begin(&one, DIGEST_SHA256), OK);
	assert_status(digest_begin(&other, DIGEST_SHA512), OK);
	for (size_t i = 0; i < 1000; i += 10) {
		assert_status(digest_update(&one, message + i, 10), OK);
		assert_status(digest_update(&other, message + i, 10), OK);
	}
	assert_status(digest_finish(&one, first), OK);
	assert_status(digest_finish(&other, second), OK);
	assert_right(DIGEST_SHA256, first, 1000);
	assert_right(DIGEST_SHA512, second, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_the_start), /* first */
		cmocka_unit_test(names),
		cmocka_unit_test(every_length_in_pieces),
		cmocka_unit_test(unknown_algorithms),
		cmocka_unit_test(honest_engine_is_used),
		cmocka_unit_test(tested_before_use),
		cmocka_unit_test(struck_off_in_use),
		cmocka_unit_test(stale_in_use),
		cmocka_unit_test(both_are_lost),
		cmocka_unit_test(unsupported_in_use),
		cmocka_unit_test(side_by_side),
	};

	return cmocka_run_group_tests(tests, fill_message, NULL);
}
