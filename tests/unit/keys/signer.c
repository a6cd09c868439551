// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "signer.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "../unit.h"

/* Tests bring their own keyrings. */
const struct keyring keyring_table;

static const EVP_MD *evp_digest(enum digest_algorithm algorithm)
{
	return EVP_get_digestbyname(digest_name(algorithm));
}

static BIGNUM *number(const struct signer *signer, const char *name)
{
	BIGNUM *value = NULL;

	assert_int_equal(EVP_PKEY_get_bn_param(signer->pkey, name, &value), 1);
	return value;
}

void signer_rsa(struct signer *signer, unsigned bits)
{
	memset(signer, 0, sizeof(*signer));
	signer->pkey = EVP_RSA_gen(bits);
	assert_non_null(signer->pkey);
	signer->n = number(signer, OSSL_PKEY_PARAM_RSA_N);
	signer->d = number(signer, OSSL_PKEY_PARAM_RSA_D);
	assert_int_equal(BN_bn2binpad(signer->n, signer->first, (int)bits / 8), bits / 8);
	signer->key = (struct key){
		.name = "signer",
		.role = ROLE_DEV,
		.required = true,
		.algorithm = { DIGEST_SHA256, KEY_RSA, bits },
		.rsa = { .modulus = signer->first, .size = bits / 8, .exponent = 65537 },
	};
}

void signer_ecdsa(struct signer *signer, unsigned bits)
{
	BIGNUM *x, *y;

	memset(signer, 0, sizeof(*signer));
	signer->pkey = EVP_EC_gen(bits == 256 ? "P-256" : "P-384");
	assert_non_null(signer->pkey);
	x = number(signer, OSSL_PKEY_PARAM_EC_PUB_X);
	y = number(signer, OSSL_PKEY_PARAM_EC_PUB_Y);
	assert_int_equal(BN_bn2binpad(x, signer->first, (int)bits / 8), bits / 8);
	assert_int_equal(BN_bn2binpad(y, signer->second, (int)bits / 8), bits / 8);
	BN_free(x);
	BN_free(y);
	signer->key = (struct key){
		.name = "signer",
		.role = ROLE_DEV,
		.required = true,
		.algorithm = { DIGEST_SHA256, KEY_ECDSA, bits },
		.ecdsa = { bits == 256 ? ECDSA_P256 : ECDSA_P384, signer->first, signer->second,
			   bits / 8 },
	};
}

void signer_free(struct signer *signer)
{
	EVP_PKEY_free(signer->pkey);
	BN_free(signer->n);
	BN_clear_free(signer->d);
}

void signer_raw(const struct signer *signer, const uint8_t *block, uint8_t *signature)
{
	int size = (int)signer->key.rsa.size;
	BN_CTX *context = BN_CTX_new();
	BIGNUM *value = BN_bin2bn(block, size, NULL);

	assert_true(BN_cmp(value, signer->n) < 0);
	assert_int_equal(BN_mod_exp(value, value, signer->d, signer->n, context), 1);
	assert_int_equal(BN_bn2binpad(value, signature, size), size);
	BN_free(value);
	BN_CTX_free(context);
}

void signer_sign(const struct signer *signer, enum digest_algorithm algorithm,
		 const uint8_t *digest, int salt, uint8_t *signature)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(signer->pkey, NULL);
	size_t size = signer->key.rsa.size;

	assert_int_equal(EVP_PKEY_sign_init(context), 1);
	assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(context, salt < 0 ? RSA_PKCS1_PADDING
									: RSA_PKCS1_PSS_PADDING),
			 1);
	if (salt >= 0)
		assert_int_equal(EVP_PKEY_CTX_set_rsa_pss_saltlen(context, salt), 1);
	assert_int_equal(EVP_PKEY_CTX_set_signature_md(context, evp_digest(algorithm)), 1);
	assert_int_equal(EVP_PKEY_sign(context, signature, &size, digest, digest_size(algorithm)),
			 1);
	assert_int_equal(size, signer->key.rsa.size);
	EVP_PKEY_CTX_free(context);
}

void signer_sign_ecdsa(const struct signer *signer, enum digest_algorithm algorithm,
		       const uint8_t *digest, uint8_t *signature)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(signer->pkey, NULL);
	int size = (int)signer->key.ecdsa.size;
	uint8_t der[160];
	const uint8_t *at = der;
	size_t der_size = sizeof(der);
	ECDSA_SIG *parsed;

	assert_int_equal(EVP_PKEY_sign_init(context), 1);
	assert_int_equal(EVP_PKEY_sign(context, der, &der_size, digest, digest_size(algorithm)), 1);
	parsed = d2i_ECDSA_SIG(NULL, &at, (long)der_size);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_r(parsed), signature, size), size);
	assert_int_equal(BN_bn2binpad(ECDSA_SIG_get0_s(parsed), signature + size, size), size);
	ECDSA_SIG_free(parsed);
	EVP_PKEY_CTX_free(context);
}

void start_engines(void)
{
	static const struct digest_engine *const no_digest[] = { NULL };
	static const struct modexp_engine *const no_modexp[] = { NULL };

	assert_status(digest_engines_start(no_digest), OK);
	assert_status(modexp_engines_start(no_modexp), OK);
}
