// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include "rsa.h"
#include "signer.h"
#include "soft_arena.h"

static struct signer signers[3]; /* 2048, 3072, 4096 */
static uint8_t digest[DIGEST_SIZE_MAX];
static uint8_t want[RSA_BYTES_MAX], got[RSA_BYTES_MAX];

static int setup(void **state)
{
	(void)state;
	start_engines();
	for (size_t i = 0; i < COUNT(signers); i++)
		signer_rsa(&signers[i], 2048 + 1024 * (unsigned)i);
	for (size_t i = 0; i < sizeof(digest); i++)
		digest[i] = (uint8_t)(3 * i + 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(signers); i++)
		signer_free(&signers[i]);
	return 0;
}

static enum status recover(const struct signer *signer, enum rsa_padding padding,
			   enum digest_algorithm algorithm, const uint8_t *signature)
{
	enum status status = rsa_recover(&signer->key.rsa, padding, algorithm, digest,
					 (struct span){ signature, signer->key.rsa.size }, want,
					 got);

	assert_int_equal(soft_arena_in_use(), 0);
	return status;
}

/* Whether a signature would be taken: recovered, and both sides equal. */
static bool is_taken(const struct signer *signer, enum rsa_padding padding,
		     enum digest_algorithm algorithm, const uint8_t *signature)
{
	return recover(signer, padding, algorithm, signature) == OK &&
	       memcmp(want, got, signer->key.rsa.size) == 0;
}

static void right_signatures(void **state)
{
	uint8_t signature[RSA_BYTES_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT(signers); i++) {
		for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a++) {
			signer_sign(&signers[i], a, digest, -1, signature);
			assert_true(is_taken(&signers[i], RSA_PKCS1, a, signature));
			assert_false(is_taken(&signers[i], RSA_PSS, a, signature));
			signer_sign(&signers[i], a, digest, 32, signature);
			assert_true(is_taken(&signers[i], RSA_PSS, a, signature));
			assert_false(is_taken(&signers[i], RSA_PKCS1, a, signature));
		}
	}
}

static void other_digest_or_algorithm(void **state)
{
	uint8_t signature[RSA_BYTES_MAX];

	(void)state;
	for (int salt = -1; salt <= 32; salt += 33) {
		enum rsa_padding padding = salt < 0 ? RSA_PKCS1 : RSA_PSS;

		signer_sign(&signers[0], DIGEST_SHA256, digest, salt, signature);
		assert_false(is_taken(&signers[0], padding, DIGEST_SHA384, signature));
		assert_false(is_taken(&signers[0], padding, DIGEST_SHA512, signature));
		for (size_t bit = 0; bit < 256; bit += 5) {
			digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_false(is_taken(&signers[0], padding, DIGEST_SHA256, signature));
			digest[bit / 8] ^= (uint8_t)(1u << bit % 8);
		}
		assert_true(is_taken(&signers[0], padding, DIGEST_SHA256, signature));
	}
}

static void every_salt_length(void **state)
{
	uint8_t signature[RSA_BYTES_MAX];

	(void)state;
	for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a += 2) {
		int longest = 256 - (int)digest_size(a) - 2;

		for (int salt = 0; salt <= longest; salt++) {
			signer_sign(&signers[0], a, digest, salt, signature);
			assert_true(is_taken(&signers[0], RSA_PSS, a, signature));
		}
	}
	/* The longest for the largest key, as old mkimage makes them. */
	signer_sign(&signers[2], DIGEST_SHA256, digest, 478, signature);
	assert_true(is_taken(&signers[2], RSA_PSS, DIGEST_SHA256, signature));
}

/* Every byte of the right block altered, one by one, and signed with the private key. */
static void every_byte_of_the_block_counts(void **state)
{
	uint8_t signature[RSA_BYTES_MAX], block[RSA_BYTES_MAX];
	size_t size = 256;

	(void)state;
	for (int salt = -1; salt <= 32; salt += 33) {
		enum rsa_padding padding = salt < 0 ? RSA_PKCS1 : RSA_PSS;

		signer_sign(&signers[0], DIGEST_SHA256, digest, salt, signature);
		assert_true(is_taken(&signers[0], padding, DIGEST_SHA256, signature));
		memcpy(block, got, size);
		for (size_t i = 0; i < size; i++) {
			uint8_t flip = (uint8_t)(1u << (i == 0 ? 0 : i % 8));

			block[i] ^= flip;
			if (memcmp(block, signers[0].first, size) < 0) {
				signer_raw(&signers[0], block, signature);
				assert_false(
					is_taken(&signers[0], padding, DIGEST_SHA256, signature));
				assert_memory_equal(got, block, size);
			}
			block[i] ^= flip;
		}
		signer_raw(&signers[0], block, signature);
		assert_true(is_taken(&signers[0], padding, DIGEST_SHA256, signature));
	}
}

/* The top bit of a PSS block is not covered by the mask and must be 0. */
static void pss_top_bit(void **state)
{
	uint8_t signature[RSA_BYTES_MAX], block[RSA_BYTES_MAX];

	(void)state;
	for (unsigned tries = 0; tries < 1000; tries++) {
		digest[0]++;
		signer_sign(&signers[0], DIGEST_SHA256, digest, 32, signature);
		assert_true(is_taken(&signers[0], RSA_PSS, DIGEST_SHA256, signature));
		memcpy(block, got, 256);
		block[0] |= 0x80;
		if (memcmp(block, signers[0].first, 256) >= 0)
			continue;
		signer_raw(&signers[0], block, signature);
		assert_false(is_taken(&signers[0], RSA_PSS, DIGEST_SHA256, signature));
		return;
	}
	fail_msg("no block with its top bit set is below this modulus");
}

static const uint8_t info_sha256[] = { 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
				       0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20 };
static const uint8_t info_without_null[] = { 0x30, 0x2f, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48,
					     0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x04, 0x20 };

/* 00 01 FF * fill 00 info digest, then garbage up to the end. */
static void sign_block(size_t fill, const uint8_t *info, size_t info_size, uint8_t *signature)
{
	uint8_t block[256];
	size_t at = 2 + fill;

	memset(block, 0x77, sizeof(block));
	memset(block + 2, 0xff, fill);
	block[0] = 0;
	block[1] = 1;
	block[at++] = 0;
	memcpy(block + at, info, info_size);
	memcpy(block + at + info_size, digest, 32);
	signer_raw(&signers[0], block, signature);
}

static void forged_pkcs1_forms(void **state)
{
	uint8_t signature[256], block[256];

	(void)state;
	sign_block(256 - 3 - 19 - 32, info_sha256, 19, signature);
	assert_true(is_taken(&signers[0], RSA_PKCS1, DIGEST_SHA256, signature));
	/* Bleichenbacher 2006: short padding, garbage behind. */
	for (size_t fill = 0; fill < 256 - 3 - 19 - 32; fill += 9) {
		sign_block(fill, info_sha256, 19, signature);
		assert_false(is_taken(&signers[0], RSA_PKCS1, DIGEST_SHA256, signature));
	}
	sign_block(256 - 3 - 17 - 32, info_without_null, 17, signature);
	assert_false(is_taken(&signers[0], RSA_PKCS1, DIGEST_SHA256, signature));
	memset(block, 0, sizeof(block));
	memcpy(block + 224, digest, 32);
	signer_raw(&signers[0], block, signature);
	assert_false(is_taken(&signers[0], RSA_PKCS1, DIGEST_SHA256, signature));
	assert_false(is_taken(&signers[0], RSA_PSS, DIGEST_SHA256, signature));
}

static void wrong_lengths(void **state)
{
	static const size_t sizes[] = { 0, 1, 32, 128, 255, 257, 384, 512 };
	uint8_t signature[RSA_BYTES_MAX] = { 0 };

	(void)state;
	signer_sign(&signers[0], DIGEST_SHA256, digest, -1, signature);
	for (size_t i = 0; i < COUNT(sizes); i++)
		assert_status(rsa_recover(&signers[0].key.rsa, RSA_PKCS1, DIGEST_SHA256, digest,
					  (struct span){ signature, sizes[i] }, want, got),
			      ERR_BAD_SIGNATURE);
}

/* s + n recovers to the same block; there must be one way to write a signature. */
static void not_below_the_modulus(void **state)
{
	uint8_t signature[256];
	BIGNUM *sum = BN_new();
	unsigned tries = 0;

	(void)state;
	memcpy(signature, signers[0].first, 256);
	assert_status(recover(&signers[0], RSA_PKCS1, DIGEST_SHA256, signature), ERR_BAD_SIGNATURE);
	memset(signature, 0xff, 256);
	assert_status(recover(&signers[0], RSA_PSS, DIGEST_SHA256, signature), ERR_BAD_SIGNATURE);
	do {
		digest[1]++;
		if (digest[1] == 0)
			digest[2]++;
		signer_sign(&signers[0], DIGEST_SHA256, digest, -1, signature);
		BN_bin2bn(signature, 256, sum);
		BN_add(sum, sum, signers[0].n);
	} while (BN_num_bits(sum) > 2048 && ++tries < 5000);
	assert_int_equal(BN_num_bits(sum), 2048);
	assert_true(is_taken(&signers[0], RSA_PKCS1, DIGEST_SHA256, signature));
	assert_int_equal(BN_bn2binpad(sum, signature, 256), 256);
	assert_status(recover(&signers[0], RSA_PKCS1, DIGEST_SHA256, signature), ERR_BAD_SIGNATURE);
	BN_free(sum);
}

static void trivial_signatures(void **state)
{
	uint8_t signature[256] = { 0 };

	(void)state;
	for (enum rsa_padding p = RSA_PKCS1; p <= RSA_PSS; p++) {
		signature[255] = 0;
		assert_false(is_taken(&signers[0], p, DIGEST_SHA256, signature));
		signature[255] = 1;
		assert_false(is_taken(&signers[0], p, DIGEST_SHA256, signature));
		memcpy(signature, signers[0].first, 256);
		signature[255] -= 1; /* n - 1 recovers to n - 1 */
		assert_false(is_taken(&signers[0], p, DIGEST_SHA256, signature));
		memset(signature, 0, 256);
	}
}

static void refuse_key(const char *what, struct rsa_public key)
{
	static const uint8_t signature[1024];

	print_message("%s\n", what);
	assert_status(rsa_recover(&key, RSA_PKCS1, DIGEST_SHA256, digest,
				  (struct span){ signature, key.size }, want, got),
		      ERR_ALGO_DENIED);
}

static void bad_keys(void **state)
{
	uint8_t modulus[1024];
	struct rsa_public good = { modulus, 256, 65537, NULL };

	(void)state;
	memset(modulus, 0xff, sizeof(modulus));
	refuse_key("exponent 0", (struct rsa_public){ modulus, 256, 0, NULL });
	refuse_key("exponent 1", (struct rsa_public){ modulus, 256, 1, NULL });
	refuse_key("even exponent", (struct rsa_public){ modulus, 256, 65538, NULL });
	refuse_key("1024 bits", (struct rsa_public){ modulus, 128, 65537, NULL });
	refuse_key("2040 bits", (struct rsa_public){ modulus, 255, 65537, NULL });
	refuse_key("8192 bits", (struct rsa_public){ modulus, 1024, 65537, NULL });
	modulus[0] = 0x7f;
	refuse_key("2047 bits", good);
	modulus[0] = 0xff;
	modulus[255] = 0xfe;
	refuse_key("even modulus", good);
	assert_status(rsa_recover(&signers[0].key.rsa, (enum rsa_padding)0, DIGEST_SHA256, digest,
				  (struct span){ modulus, 256 }, want, got),
		      ERR_ALGO_DENIED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(right_signatures),
		cmocka_unit_test(other_digest_or_algorithm),
		cmocka_unit_test(every_salt_length),
		cmocka_unit_test(every_byte_of_the_block_counts),
		cmocka_unit_test(pss_top_bit),
		cmocka_unit_test(forged_pkcs1_forms),
		cmocka_unit_test(wrong_lengths),
		cmocka_unit_test(not_below_the_modulus),
		cmocka_unit_test(trivial_signatures),
		cmocka_unit_test(bad_keys),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
