// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include <openssl/bn.h>

#include "r_squared.h"
#include "soft_arena.h"

/* Random moduli, and the largest and the smallest ones. */
static void as_openssl_computes_it(void **state)
{
	uint8_t modulus[RSA_BYTES_MAX], want[RSA_BYTES_MAX], got[RSA_BYTES_MAX];
	uint64_t seed = random_seed();

	(void)state;
	for (unsigned i = 0; i < 60; i++) {
		struct rsa_public key = { modulus, 256 + 128 * (i % 3), 3, NULL };
		BN_CTX *context = BN_CTX_new();
		BIGNUM *value = BN_new();
		BIGNUM *n;

		memset(modulus, i < 3 ? 0xff : 0, sizeof(modulus));
		for (size_t at = 0; i >= 6 && at < key.size; at++)
			modulus[at] = (uint8_t)random_next(&seed);
		modulus[0] |= 0x80;
		modulus[key.size - 1] |= 1;
		n = BN_bin2bn(modulus, (int)key.size, NULL);
		assert_int_equal(BN_set_bit(value, 16 * (int)key.size), 1);
		assert_int_equal(BN_mod(value, value, n, context), 1);
		assert_int_equal(BN_bn2binpad(value, want, (int)key.size), key.size);
		assert_status(r_squared(&key, got), OK);
		assert_memory_equal(got, want, key.size);
		assert_int_equal(soft_arena_in_use(), 0);
		BN_free(value);
		BN_free(n);
		BN_CTX_free(context);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_openssl_computes_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
