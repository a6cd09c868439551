// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include "proof.h"
#include "signature.h"
#include "signer.h"

static struct signer rsa, other, ecdsa;
static uint8_t digest[DIGEST_SIZE_MAX] = { 7, 7, 7 };

static int setup(void **state)
{
	(void)state;
	start_engines();
	signer_rsa(&rsa, 2048);
	signer_rsa(&other, 2048);
	signer_ecdsa(&ecdsa, 384);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	signer_free(&rsa);
	signer_free(&other);
	signer_free(&ecdsa);
	return 0;
}

static void names(void **state)
{
	static const char *const digests[] = { "sha256", "sha384", "sha512" };
	static const char *const schemes[] = { "rsa2048", "rsa3072", "rsa4096", "ecdsa256",
					       "ecdsa384" };
	struct signature_algorithm algorithm;
	char name[32], back[32];

	(void)state;
	for (size_t d = 0; d < COUNT(digests); d++) {
		for (size_t s = 0; s < COUNT(schemes); s++) {
			(void)snprintf(name, sizeof(name), "%s,%s", digests[d], schemes[s]);
			assert_status(signature_by_name(name, strlen(name), &algorithm), OK);
			assert_int_equal(algorithm.digest, DIGEST_SHA256 + d);
			assert_int_equal(algorithm.type, s < 3 ? KEY_RSA : KEY_ECDSA);
			signature_name(&algorithm, back);
			assert_string_equal(name, back);
		}
	}
}

static void other_names_are_denied(void **state)
{
	static const char *const denied[] = {
		"",
		",",
		"sha256",
		"sha256,",
		",rsa2048",
		"rsa2048",
		"sha1,rsa2048",
		"md5,rsa2048",
		"sha256,rsa1024",
		"sha256,rsa8192",
		"sha256,rsa20488",
		"sha256,rsa2048,x",
		"sha256, rsa2048",
		"SHA256,RSA2048",
		"sha224,rsa2048",
		"crc32,rsa2048",
		"sha256,rsa",
		"sha256,ecdsa521",
		"sha256,ecdsa",
		"sha256,secp521r1",
		"sha256,dsa2048",
		"sha256;rsa2048",
	};
	struct signature_algorithm algorithm;

	(void)state;
	for (size_t i = 0; i < COUNT(denied); i++)
		assert_status(signature_by_name(denied[i], strlen(denied[i]), &algorithm),
			      ERR_ALGO_DENIED);
	/* A NUL inside the name does not end it. */
	assert_status(signature_by_name("sha256,rsa2048\0x", 16, &algorithm), ERR_ALGO_DENIED);
	assert_status(signature_by_name("sha256,rsa2048", 15, &algorithm), ERR_ALGO_DENIED);
}

static void right_key_wrong_key(void **state)
{
	uint8_t signature[RSA_BYTES_MAX];
	struct span whole = { signature, 256 };

	(void)state;
	signer_sign(&rsa, DIGEST_SHA256, digest, -1, signature);
	assert_status(signature_check(&rsa.key, digest, RSA_PKCS1, whole, NULL), OK);
	assert_status(signature_check(&other.key, digest, RSA_PKCS1, whole, NULL),
		      ERR_BAD_SIGNATURE);
	/* The last bit of the block is compared too. */
	digest[31] ^= 1;
	assert_status(signature_check(&rsa.key, digest, RSA_PKCS1, whole, NULL), ERR_BAD_SIGNATURE);
	digest[31] ^= 1;
	whole.size = 96;
	signer_sign_ecdsa(&ecdsa, DIGEST_SHA256, digest, signature);
	assert_status(signature_check(&ecdsa.key, digest, RSA_PKCS1, whole, NULL), OK);
	signature[95] ^= 1;
	assert_status(signature_check(&ecdsa.key, digest, RSA_PKCS1, whole, NULL),
		      ERR_BAD_SIGNATURE);
}

/* What the key pins holds even if the caller forgot to look. */
static void pinned(void **state)
{
	uint8_t signature[RSA_BYTES_MAX];
	struct span whole = { signature, 256 };
	struct key key = rsa.key;

	(void)state;
	signer_sign(&rsa, DIGEST_SHA256, digest, 32, signature);
	assert_status(signature_check(&key, digest, RSA_PSS, whole, NULL), OK);
	key.padding = RSA_PKCS1;
	assert_status(signature_check(&key, digest, RSA_PSS, whole, NULL), ERR_ALGO_DENIED);
	key.padding = RSA_PSS;
	assert_status(signature_check(&key, digest, RSA_PSS, whole, NULL), OK);
	key.algorithm.digest = DIGEST_SHA512;
	assert_status(signature_check(&key, digest, RSA_PSS, whole, NULL), ERR_BAD_SIGNATURE);
	key.algorithm.bits = 4096;
	assert_status(signature_check(&key, digest, RSA_PSS, whole, NULL), ERR_ALGO_DENIED);
	key.algorithm = (struct signature_algorithm){ DIGEST_SHA256, (enum key_type)0, 2048 };
	assert_status(signature_check(&key, digest, RSA_PSS, whole, NULL), ERR_ALGO_DENIED);
	key = ecdsa.key;
	key.algorithm.bits = 256;
	assert_status(signature_check(&key, digest, RSA_PSS, whole, NULL), ERR_ALGO_DENIED);
}

static void proof_takes_both_sides(void **state)
{
	uint8_t signature[RSA_BYTES_MAX];
	struct span whole = { signature, 256 };
	struct proof proof;
	uint64_t want, got;

	(void)state;
	signer_sign(&rsa, DIGEST_SHA256, digest, -1, signature);
	assert_status(proof_begin(&proof), OK);
	assert_status(signature_check(&rsa.key, digest, RSA_PKCS1, whole, &proof), OK);
	assert_int_equal(proof.added, 1);
	assert_status(proof_end(&proof, &want, &got), OK);
	assert_true(want == got);
}

/* If a fault takes the refusal for an OK, the masks still know better. */
static void a_refused_one_spoils_the_proof(void **state)
{
	uint8_t signature[RSA_BYTES_MAX];
	struct span whole = { signature, 256 };
	struct proof proof;
	uint64_t want, got;

	(void)state;
	signer_sign(&rsa, DIGEST_SHA256, digest, -1, signature);
	assert_status(proof_begin(&proof), OK);
	/* Another key's modulus may be below the signature, which then ends before the masks. */
	digest[0] ^= 1;
	assert_status(signature_check(&rsa.key, digest, RSA_PKCS1, whole, &proof),
		      ERR_BAD_SIGNATURE);
	digest[0] ^= 1;
	assert_int_equal(proof.added, 1);
	assert_status(proof_end(&proof, &want, &got), OK);
	assert_true(want != got);
	whole.size = 96;
	signer_sign_ecdsa(&ecdsa, DIGEST_SHA256, digest, signature);
	signature[95] ^= 1;
	assert_status(proof_begin(&proof), OK);
	assert_status(signature_check(&ecdsa.key, digest, RSA_PKCS1, whole, &proof),
		      ERR_BAD_SIGNATURE);
	assert_status(proof_end(&proof, &want, &got), OK);
	assert_true(want != got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(other_names_are_denied),
		cmocka_unit_test(right_key_wrong_key),
		cmocka_unit_test(pinned),
		cmocka_unit_test(proof_takes_both_sides),
		cmocka_unit_test(a_refused_one_spoils_the_proof),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
