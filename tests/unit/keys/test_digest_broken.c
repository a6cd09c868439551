// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * A software engine that is wrong too (replaced at link time): nothing answers, nothing is
 * computed.
 */
#include "../unit.h"

#include "digest.h"
#include "modexp.h"
#include "quarantine.h"

static bool yes(enum digest_algorithm algorithm)
{
	(void)algorithm;
	return true;
}

static enum status begin(void *state, enum digest_algorithm algorithm)
{
	(void)state;
	(void)algorithm;
	return OK;
}

static enum status update(void *state, const uint8_t *data, size_t size)
{
	(void)state;
	(void)data;
	(void)size;
	return OK;
}

static enum status finish(void *state, uint8_t *digest)
{
	(void)state;
	memset(digest, 0x11, 32);
	return OK;
}

const struct digest_engine digest_engine_soft = {
	.name = "mbedtls",
	.probe = yes,
	.begin = begin,
	.update = update,
	.finish = finish,
};

static bool modexp_probe(void)
{
	return true;
}

static enum status modexp_zero(const struct rsa_public *key, const uint8_t *in, uint8_t *out)
{
	(void)in;
	memset(out, 0, key->size);
	return OK;
}

const struct modexp_engine modexp_engine_soft = {
	.name = "mbedtls",
	.probe = modexp_probe,
	.modexp = modexp_zero,
};

static void no_digest(void **state)
{
	static const struct digest_engine *const none[] = { NULL };
	struct digest digest;
	uint8_t out[DIGEST_SIZE_MAX];

	(void)state;
	assert_status(digest_engines_start(none), ERR_ENGINE_SELFTEST);
	assert_string_equal(quarantine(0)->name, "mbedtls");
	assert_string_equal(digest_engine_name(DIGEST_SHA256), "none");
	assert_status(digest_begin(&digest, DIGEST_SHA256), ERR_ENGINE_SELFTEST);
	assert_status(digest_update(&digest, out, 1), ERR_INTERNAL);
	assert_status(digest_of(DIGEST_SHA256, (struct span){ out, 1 }, out), ERR_ENGINE_SELFTEST);
}

static void no_modexp(void **state)
{
	static const struct modexp_engine *const none[] = { NULL };
	uint8_t modulus[RSA_BYTES_MIN], in[RSA_BYTES_MIN] = { 0 }, out[RSA_BYTES_MIN] = { 0 };
	struct rsa_public key = { modulus, sizeof(modulus), 65537, NULL };

	(void)state;
	memset(modulus, 0xff, sizeof(modulus));
	assert_status(modexp_engines_start(none), ERR_ENGINE_SELFTEST);
	assert_string_equal(modexp_engine_name(), "none");
	assert_status(modexp(&key, in, out), ERR_ENGINE_SELFTEST);
	assert_int_not_equal(out[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_digest),
		cmocka_unit_test(no_modexp),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
