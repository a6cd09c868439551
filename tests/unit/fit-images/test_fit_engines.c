// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * Engines that pass their self-tests and then fail, cannot, leave the answer as it was, or flip a
 * bit of it, at each of their calls in turn: what becomes of good and of changed FITs. The class of
 * CVE-2025-49600 (what the engine said is not looked at, and a stale answer passes).
 */
#include "../unit.h"

#include <libfdt.h>

#include "fit_outcome.h"
#include "modexp.h"
#include "quarantine.h"
#include "verify_fixture.h"

enum trick { HONEST, FAIL, UNSUPPORTED, SILENT, FLIP, TRICKS };

static struct {
	enum trick trick;
	unsigned at, calls, bit;
} trick;

static enum status play(enum status honest, uint8_t *out, size_t size)
{
	enum trick now = ++trick.calls == trick.at ? trick.trick : HONEST;

	if (now == FAIL || now == UNSUPPORTED)
		memset(out, 0, size);
	if (now == FAIL)
		return ERR_MEDIA_IO;
	if (now == UNSUPPORTED)
		return ERR_UNSUPPORTED;
	if (now == FLIP)
		out[trick.bit / 8 % size] ^= (uint8_t)(1 << trick.bit % 8);
	return honest;
}

static bool is_silent(void)
{
	if (trick.trick != SILENT || trick.calls + 1 != trick.at)
		return false;
	trick.calls++;
	return true;
}

static bool probe(enum digest_algorithm algorithm)
{
	(void)algorithm;
	return true;
}

static enum status whole(enum digest_algorithm algorithm, const struct span *parts, unsigned count,
			 uint8_t *digest)
{
	uint8_t state[DIGEST_STATE_SIZE] __attribute__((aligned(16)));

	if (is_silent())
		return OK;
	TRY(digest_engine_soft.begin(state, algorithm));
	for (unsigned i = 0; i < count; i++)
		TRY(digest_engine_soft.update(state, parts[i].at, parts[i].size));
	return play(digest_engine_soft.finish(state, digest), digest, digest_size(algorithm));
}

static bool modexp_probe(void)
{
	return true;
}

static enum status raise(const struct rsa_public *key, const uint8_t *in, uint8_t *out)
{
	if (is_silent())
		return OK;
	return play(modexp_engine_soft.modexp(key, in, out), out, key->size);
}

static const struct digest_engine whole_engine = { .name = "whole",
						   .probe = probe,
						   .whole = whole };
static const struct modexp_engine raise_engine = { "raise", modexp_probe, raise };

static void start(bool digest, enum trick what, unsigned at)
{
	const struct digest_engine *const digests[] = { digest ? &whole_engine : NULL, NULL };
	const struct modexp_engine *const modexps[] = { digest ? NULL : &raise_engine, NULL };

	trick.trick = HONEST;
	assert_status(digest_engines_start(digests), OK);
	assert_status(modexp_engines_start(modexps), OK);
	trick.calls = 0;
	trick.trick = what;
	trick.at = at;
}

static unsigned calls_of(const struct build *build, bool digest)
{
	start(digest, HONEST, 0);
	assert_status(by_dev(build), OK);
	assert_null(quarantine(0));
	return trick.calls;
}

/* Redone, and said so; or, for a flipped bit, refused. */
static void a_good_one(const struct build *build, bool digest, uint64_t *seed)
{
	unsigned calls = calls_of(build, digest);

	assert_true(calls >= 1);
	for (unsigned at = 1; at <= calls; at++) {
		for (enum trick what = FAIL; what < TRICKS; what++) {
			enum status status;

			trick.bit = (unsigned)random_next(seed);
			start(digest, what, at);
			status = by_dev(build);
			if (what == FLIP)
				assert_true(status == ERR_BAD_SIGNATURE ||
					    status == ERR_HASH_MISMATCH ||
					    status == ERR_ENGINE_SELFTEST);
			else
				assert_status(status, OK);
			if (what == FAIL || what == SILENT)
				assert_string_equal(quarantine(0)->name,
						    digest ? "whole" : "raise");
		}
	}
}

/* Refused, whatever the engine does. */
static void a_bad_one(const struct build *build, bool digest, uint64_t *seed)
{
	for (enum trick what = HONEST; what < TRICKS; what++) {
		for (unsigned at = 1; at <= 8; at++) {
			trick.bit = (unsigned)random_next(seed);
			start(digest, what, at);
			assert_true(by_dev(build) != OK);
		}
	}
}

static void every_call_goes_wrong(void **state)
{
	uint64_t seed = random_seed();

	(void)state;
	for (int digest = 0; digest < 2; digest++) {
		struct build build;
		uint8_t *bytes;
		int size;

		signed_plain(&build);
		a_good_one(&build, digest != 0, &seed);
		bytes = (uint8_t *)(uintptr_t)fdt_getprop(
			build.blob, fdt_path_offset(build.blob, "/images/k"), "data", &size);
		bytes[size / 2] ^= 1;
		a_bad_one(&build, digest != 0, &seed);
		bytes[size / 2] ^= 1;
		a_good_one(&build, digest != 0, &seed);
		bytes = (uint8_t *)(uintptr_t)fdt_getprop(
			build.blob, fdt_path_offset(build.blob, "/configurations/c/signature"),
			"value", &size);
		bytes[size - 1] ^= 1;
		a_bad_one(&build, digest != 0, &seed);
		build_free(&build);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_call_goes_wrong),
	};

	return cmocka_run_group_tests(tests, keys_set_up, keys_tear_down);
}
