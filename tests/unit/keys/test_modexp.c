// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include <openssl/bn.h>

#include "modexp.h"
#include "soft_arena.h"

/* What the false engine does at its how-manieth operation. The first one is the self-test. */
enum trick { HONEST, FAIL, UNSUPPORTED, LIE, STALE, TOO_LARGE };

static struct {
	enum trick trick;
	unsigned at, calls;
} trick;

static bool yes(void)
{
	return true;
}

static bool no(void)
{
	return false;
}

static enum status false_modexp(const struct rsa_public *key, const uint8_t *in, uint8_t *out)
{
	enum trick now = ++trick.calls == trick.at ? trick.trick : HONEST;

	if (now == FAIL)
		return ERR_INTERNAL;
	if (now == UNSUPPORTED)
		return ERR_UNSUPPORTED;
	if (now == STALE)
		return OK;
	assert_status(modexp_engine_soft.modexp(key, in, out), OK);
	if (now == LIE)
		out[100] ^= 1;
	if (now == TOO_LARGE)
		memset(out, 0xff, key->size);
	return OK;
}

static const struct modexp_engine false_engine = { "false", yes, false_modexp };
static const struct modexp_engine absent_engine = { "absent", no, NULL };
static const struct modexp_engine *const engines[] = { &absent_engine, &false_engine, NULL };
static const struct modexp_engine *const none[] = { NULL };

static void start(enum trick what, unsigned at)
{
	trick.trick = what;
	trick.at = at;
	trick.calls = 0;
	assert_status(modexp_engines_start(engines), OK);
}

/* A modulus as large as it gets, so that no answer of an honest engine is a surprise. */
static uint8_t modulus[RSA_BYTES_MAX], in[RSA_BYTES_MAX], out[RSA_BYTES_MAX];

static void assert_right(const struct rsa_public *key)
{
	BN_CTX *context = BN_CTX_new();
	BIGNUM *n = BN_bin2bn(key->modulus, (int)key->size, NULL);
	BIGNUM *value = BN_bin2bn(in, (int)key->size, NULL);
	BIGNUM *e = BN_new();
	uint8_t want[RSA_BYTES_MAX];

	BN_set_word(e, key->exponent);
	assert_int_equal(BN_mod_exp(value, value, e, n, context), 1);
	assert_int_equal(BN_bn2binpad(value, want, (int)key->size), key->size);
	assert_memory_equal(out, want, key->size);
	assert_int_equal(soft_arena_in_use(), 0);
	BN_free(e);
	BN_free(value);
	BN_free(n);
	BN_CTX_free(context);
}

static void scramble(uint64_t *seed, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		modulus[i] = (uint8_t)random_next(seed);
		in[i] = (uint8_t)random_next(seed);
	}
	modulus[0] |= 0x80;
	modulus[size - 1] |= 1;
	in[0] &= 0x7f;
}

static void before_the_start(void **state)
{
	struct rsa_public key = { modulus, 256, 3, NULL };

	(void)state;
	assert_string_equal(modexp_engine_name(), "none");
	assert_status(modexp(&key, in, out), ERR_ENGINE_SELFTEST);
}

static void software_is_right(void **state)
{
	static const uint64_t exponents[] = { 3, 17, 65537, 0xffffffff, 0xffffffffffffffff };
	uint64_t seed = random_seed();

	(void)state;
	assert_status(modexp_engines_start(none), OK);
	assert_string_equal(modexp_engine_name(), "mbedtls");
	for (size_t size = 256; size <= 512; size += 128) {
		for (size_t i = 0; i < COUNT(exponents); i++) {
			struct rsa_public key = { modulus, size, exponents[i], NULL };

			scramble(&seed, size);
			assert_status(modexp(&key, in, out), OK);
			assert_right(&key);
		}
	}
	assert_true(soft_arena_high_water() > 0);
	assert_true(soft_arena_high_water() <= CONFIG_MBEDTLS_ARENA * 1024u);
}

static void tested_before_use(void **state)
{
	(void)state;
	start(HONEST, 0);
	assert_string_equal(modexp_engine_name(), "false");
	for (enum trick what = FAIL; what <= TOO_LARGE; what++) {
		start(what, 1);
		assert_string_equal(modexp_engine_name(), "mbedtls");
	}
}

static void failures_are_redone_in_software(void **state)
{
	static const enum trick tricks[] = { FAIL, STALE, TOO_LARGE };
	struct rsa_public key = { modulus, 256, 65537, NULL };
	uint64_t seed = random_seed();

	(void)state;
	for (size_t i = 0; i < COUNT(tricks); i++) {
		start(tricks[i], 3);
		scramble(&seed, 256);
		assert_status(modexp(&key, in, out), OK);
		assert_right(&key);
		assert_string_equal(modexp_engine_name(), "false");
		scramble(&seed, 256);
		assert_status(modexp(&key, in, out), OK);
		assert_right(&key);
		assert_string_equal(modexp_engine_name(), "mbedtls");
		/* Struck off: not asked again. */
		assert_status(modexp(&key, in, out), OK);
		assert_int_equal(trick.calls, 3);
	}
}

static void unsupported_keeps_its_place(void **state)
{
	struct rsa_public key = { modulus, 512, 65537, NULL };
	uint64_t seed = random_seed();

	(void)state;
	start(UNSUPPORTED, 2);
	scramble(&seed, 512);
	assert_status(modexp(&key, in, out), OK);
	assert_right(&key);
	assert_string_equal(modexp_engine_name(), "false");
}

static enum status wrong_modexp(const struct rsa_public *key, const uint8_t *number,
				uint8_t *result)
{
	TRY(modexp_engine_soft.modexp(key, number, result));
	result[1] ^= 1;
	return OK;
}

/* The second engine is asked when the first fails: it too must pass its test before it may. */
static void the_next_one_is_tested_too(void **state)
{
	static const struct modexp_engine wrong_engine = { "wrong", yes, wrong_modexp };
	static const struct modexp_engine *const both[] = { &false_engine, &wrong_engine, NULL };
	struct rsa_public key = { modulus, 256, 65537, NULL };
	uint64_t seed = random_seed();

	(void)state;
	start(FAIL, 2);
	trick.calls = 0;
	assert_status(modexp_engines_start(both), OK);
	scramble(&seed, 256);
	assert_status(modexp(&key, in, out), OK);
	assert_right(&key);
	assert_string_equal(modexp_engine_name(), "mbedtls");
}

/*
 * An engine inside the trusted base that lies: the answer is wrong, and so no signature will match.
 */
static void a_lie_is_only_an_answer(void **state)
{
	struct rsa_public key = { modulus, 256, 65537, NULL };
	uint64_t seed = random_seed();
	uint8_t right[256];

	(void)state;
	start(LIE, 3);
	scramble(&seed, 256);
	assert_status(modexp(&key, in, right), OK);
	assert_status(modexp(&key, in, out), OK);
	assert_memory_not_equal(out, right, 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(before_the_start), /* first */
		cmocka_unit_test(software_is_right),
		cmocka_unit_test(tested_before_use),
		cmocka_unit_test(failures_are_redone_in_software),
		cmocka_unit_test(unsupported_keeps_its_place),
		cmocka_unit_test(the_next_one_is_tested_too),
		cmocka_unit_test(a_lie_is_only_an_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
