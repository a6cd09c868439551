// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include "ecdsa.h"
#include "signer.h"
#include "soft_arena.h"

static struct signer signers[2]; /* P-256, P-384 */
static uint8_t digest[DIGEST_SIZE_MAX];
static uint8_t want[ECDSA_BYTES_MAX], got[ECDSA_BYTES_MAX];

/* Orders of the curves. */
static const char *const orders[2] = {
	"FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551",
	"FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
	"C7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973",
};

static int setup(void **state)
{
	(void)state;
	start_engines();
	signer_ecdsa(&signers[0], 256);
	signer_ecdsa(&signers[1], 384);
	for (size_t i = 0; i < sizeof(digest); i++)
		digest[i] = (uint8_t)(5 * i + 3);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	signer_free(&signers[0]);
	signer_free(&signers[1]);
	return 0;
}

static enum status recover(const struct signer *signer, enum digest_algorithm algorithm,
			   const uint8_t *signature)
{
	enum status status = ecdsa_recover(&signer->key.ecdsa, algorithm, digest,
					   (struct span){ signature, 2 * signer->key.ecdsa.size },
					   want, got);

	assert_int_equal(soft_arena_in_use(), 0);
	return status;
}

static bool is_taken(const struct signer *signer, enum digest_algorithm algorithm,
		     const uint8_t *signature)
{
	return recover(signer, algorithm, signature) == OK &&
	       memcmp(want, got, signer->key.ecdsa.size) == 0;
}

/* The index-th number (r, s) of a signature becomes value + add. */
static void put_number(uint8_t *signature, size_t size, unsigned index, const char *value, int add)
{
	BIGNUM *number = NULL;

	BN_hex2bn(&number, value);
	if (add < 0)
		BN_sub_word(number, (BN_ULONG)-add);
	else
		BN_add_word(number, (BN_ULONG)add);
	assert_int_equal(BN_bn2binpad(number, signature + index * size, (int)size), size);
	BN_free(number);
}

static void right_signatures(void **state)
{
	uint8_t signature[2 * ECDSA_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(signers); i++) {
		for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a++) {
			signer_sign_ecdsa(&signers[i], a, digest, signature);
			assert_true(is_taken(&signers[i], a, signature));
			digest[7] ^= 1;
			assert_false(is_taken(&signers[i], a, signature));
			digest[7] ^= 1;
		}
	}
}

/* Only as many leading bits of the digest count as the order has. */
static void digest_is_cut_to_the_order(void **state)
{
	uint8_t signature[2 * ECDSA_BYTES_MAX];

	(void)state;
	signer_sign_ecdsa(&signers[0], DIGEST_SHA512, digest, signature);
	digest[32] ^= 0x80;
	assert_true(is_taken(&signers[0], DIGEST_SHA512, signature));
	digest[32] ^= 0x80;
	digest[31] ^= 1;
	assert_false(is_taken(&signers[0], DIGEST_SHA512, signature));
	digest[31] ^= 1;
}

static void every_bit_counts(void **state)
{
	uint8_t signature[2 * ECDSA_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(signers); i++) {
		size_t bits = 16 * signers[i].key.ecdsa.size;

		signer_sign_ecdsa(&signers[i], DIGEST_SHA256, digest, signature);
		for (size_t bit = 0; bit < bits; bit += 11) {
			signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_false(is_taken(&signers[i], DIGEST_SHA256, signature));
			signature[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		assert_true(is_taken(&signers[i], DIGEST_SHA256, signature));
	}
}

static void numbers_out_of_range(void **state)
{
	uint8_t good[2 * ECDSA_BYTES_MAX], signature[2 * ECDSA_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(signers); i++) {
		size_t size = signers[i].key.ecdsa.size;

		signer_sign_ecdsa(&signers[i], DIGEST_SHA256, digest, good);
		for (unsigned number = 0; number < 2; number++) {
			memcpy(signature, good, sizeof(good));
			memset(signature + number * size, 0, size);
			assert_status(recover(&signers[i], DIGEST_SHA256, signature),
				      ERR_BAD_SIGNATURE);
			memset(signature + number * size, 0xff, size);
			assert_status(recover(&signers[i], DIGEST_SHA256, signature),
				      ERR_BAD_SIGNATURE);
			put_number(signature, size, number, orders[i], 0);
			assert_status(recover(&signers[i], DIGEST_SHA256, signature),
				      ERR_BAD_SIGNATURE);
			put_number(signature, size, number, orders[i], 1);
			assert_status(recover(&signers[i], DIGEST_SHA256, signature),
				      ERR_BAD_SIGNATURE);
			/* The largest that is in range is just wrong. */
			put_number(signature, size, number, orders[i], -1);
			assert_false(is_taken(&signers[i], DIGEST_SHA256, signature));
		}
		memset(signature, 0, sizeof(signature));
		assert_status(recover(&signers[i], DIGEST_SHA256, signature), ERR_BAD_SIGNATURE);
		/* e = 0 with r = s = 0: the empty signature that once passed */
		memset(digest, 0, 32);
		assert_status(recover(&signers[i], DIGEST_SHA256, signature), ERR_BAD_SIGNATURE);
		signer_sign_ecdsa(&signers[i], DIGEST_SHA256, digest, signature);
		assert_true(is_taken(&signers[i], DIGEST_SHA256, signature));
		digest[0] = 9;
	}
}

static void wrong_lengths(void **state)
{
	static const size_t sizes[] = { 0, 1, 32, 63, 65, 71, 72, 96 };
	uint8_t signature[2 * ECDSA_BYTES_MAX] = { 0 };

	(void)state;
	signer_sign_ecdsa(&signers[0], DIGEST_SHA256, digest, signature);
	for (size_t i = 0; i < COUNT(sizes); i++)
		assert_status(ecdsa_recover(&signers[0].key.ecdsa, DIGEST_SHA256, digest,
					    (struct span){ signature, sizes[i] }, want, got),
			      ERR_BAD_SIGNATURE);
}

static void points_off_the_curve(void **state)
{
	uint8_t signature[2 * ECDSA_BYTES_MAX], zeros[ECDSA_BYTES_MAX] = { 0 },
						ones[ECDSA_BYTES_MAX];

	(void)state;
	memset(ones, 0xff, sizeof(ones));
	for (size_t i = 0; i < COUNT(signers); i++) {
		struct ecdsa_public key = signers[i].key.ecdsa;
		struct span whole = { signature, 2 * key.size };
		uint8_t x[ECDSA_BYTES_MAX];

		signer_sign_ecdsa(&signers[i], DIGEST_SHA256, digest, signature);
		memcpy(x, key.x, key.size);
		key.x = x;
		x[key.size - 1] ^= 1;
		assert_status(ecdsa_recover(&key, DIGEST_SHA256, digest, whole, want, got),
			      ERR_UNKNOWN_KEY);
		key.x = key.y = zeros;
		assert_status(ecdsa_recover(&key, DIGEST_SHA256, digest, whole, want, got),
			      ERR_UNKNOWN_KEY);
		key.x = ones; /* above the field's prime */
		assert_status(ecdsa_recover(&key, DIGEST_SHA256, digest, whole, want, got),
			      ERR_UNKNOWN_KEY);
		assert_int_equal(soft_arena_in_use(), 0);
	}
}

static void unknown_curves(void **state)
{
	uint8_t signature[2 * ECDSA_BYTES_MAX] = { 0 };
	struct ecdsa_public key = signers[0].key.ecdsa;

	(void)state;
	key.curve = (enum ecdsa_curve)3;
	assert_status(ecdsa_recover(&key, DIGEST_SHA256, digest, (struct span){ signature, 64 },
				    want, got),
		      ERR_ALGO_DENIED);
	key.curve = ECDSA_P384;
	assert_status(ecdsa_recover(&key, DIGEST_SHA256, digest, (struct span){ signature, 64 },
				    want, got),
		      ERR_ALGO_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_signatures), cmocka_unit_test(digest_is_cut_to_the_order),
		cmocka_unit_test(every_bit_counts), cmocka_unit_test(numbers_out_of_range),
		cmocka_unit_test(wrong_lengths),    cmocka_unit_test(points_off_the_curve),
		cmocka_unit_test(unknown_curves),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
