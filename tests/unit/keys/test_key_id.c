// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include <openssl/sha.h>
#include <openssl/x509.h>

#include "key_id.h"
#include "signer.h"

static void check(struct signer *signer)
{
	unsigned char *want = NULL;
	int size = i2d_PUBKEY(signer->pkey, &want);
	uint8_t der[KEY_DER_MAX], id[KEY_ID_SIZE], hash[SHA256_DIGEST_LENGTH];

	assert_true(size > 0);
	assert_int_equal(key_der(&signer->key, der), size);
	assert_memory_equal(der, want, (size_t)size);
	SHA256(want, (size_t)size, hash);
	assert_status(key_id(&signer->key, id), OK);
	assert_memory_equal(id, hash, KEY_ID_SIZE);
	OPENSSL_free(want);
	signer_free(signer);
}

/* Byte for byte what OpenSSL writes; engines need not be started. */
static void as_openssl_writes(void **state)
{
	struct signer signer;

	(void)state;
	for (unsigned bits = 2048; bits <= 3072; bits += 1024) {
		signer_rsa(&signer, bits);
		check(&signer);
	}
	for (unsigned bits = 256; bits <= 384; bits += 128) {
		signer_ecdsa(&signer, bits);
		check(&signer);
	}
}

/* Exponents of every length, with and without the top bit, in a known frame. */
static void exponents(void **state)
{
	static uint8_t modulus[512];
	struct key key = { .algorithm = { DIGEST_SHA256, KEY_RSA, 4096 },
			   .rsa = { .modulus = modulus, .size = 512 } };
	uint8_t der[KEY_DER_MAX];

	(void)state;
	memset(modulus, 0xc5, sizeof(modulus));
	for (unsigned bit = 1; bit < 64; bit++) {
		const unsigned char *at = der;
		unsigned char *again = NULL;
		EVP_PKEY *parsed;
		size_t size;

		key.rsa.exponent = 1ull << bit | 1;
		size = key_der(&key, der);
		parsed = d2i_PUBKEY(NULL, &at, (long)size);
		assert_non_null(parsed);
		assert_ptr_equal(at, der + size);
		assert_int_equal(i2d_PUBKEY(parsed, &again), size);
		assert_memory_equal(again, der, size);
		OPENSSL_free(again);
		EVP_PKEY_free(parsed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_openssl_writes),
		cmocka_unit_test(exponents),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
