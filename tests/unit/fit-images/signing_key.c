// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* signing_key.c - key pairs and signatures by OpenSSL; see fit_builder.h. */
#include "fit_builder.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <string.h>

#include "must.h"

static void take_number(EVP_PKEY *pair, const char *name, uint8_t *out, size_t size)
{
	BIGNUM *number = NULL;

	MUST(EVP_PKEY_get_bn_param(pair, name, &number) == 1);
	MUST(BN_bn2binpad(number, out, (int)size) == (int)size);
	BN_free(number);
}

void test_key_make(struct test_key *key, const char *name, const char *kind, const char *digest)
{
	char algorithm[32];
	struct key *k = &key->key;
	size_t bytes;

	memset(key, 0, sizeof(*key));
	snprintf(algorithm, sizeof(algorithm), "%s,%s", digest, kind);
	MUST(signature_by_name(algorithm, strlen(algorithm), &k->algorithm) == OK);
	k->name = name;
	k->role = ROLE_DEV;
	k->required = true;
	bytes = k->algorithm.bits / 8;
	if (k->algorithm.type == KEY_RSA) {
		key->pair = EVP_RSA_gen(k->algorithm.bits);
		MUST(key->pair);
		take_number(key->pair, OSSL_PKEY_PARAM_RSA_N, key->numbers[0], bytes);
		k->rsa = (struct rsa_public){ key->numbers[0], bytes, 65537, NULL };
		return;
	}
	key->pair = EVP_EC_gen(bytes == 32 ? "P-256" : "P-384");
	MUST(key->pair);
	take_number(key->pair, OSSL_PKEY_PARAM_EC_PUB_X, key->numbers[0], bytes);
	take_number(key->pair, OSSL_PKEY_PARAM_EC_PUB_Y, key->numbers[1], bytes);
	k->ecdsa = (struct ecdsa_public){ bytes == 32 ? ECDSA_P256 : ECDSA_P384, key->numbers[0],
					  key->numbers[1], bytes };
}

void test_key_free(struct test_key *key)
{
	EVP_PKEY_free(key->pair);
	key->pair = NULL;
}

/* DER to r || s. */
static size_t raw_ecdsa(const uint8_t *der, size_t size, size_t bytes, uint8_t *out)
{
	ECDSA_SIG *parsed = d2i_ECDSA_SIG(NULL, &der, (long)size);

	MUST(parsed);
	MUST(BN_bn2binpad(ECDSA_SIG_get0_r(parsed), out, (int)bytes) > 0);
	MUST(BN_bn2binpad(ECDSA_SIG_get0_s(parsed), out + bytes, (int)bytes) > 0);
	ECDSA_SIG_free(parsed);
	return 2 * bytes;
}

size_t test_key_sign(const struct test_key *key, const void *bytes, size_t size, uint8_t *out)
{
	const struct signature_algorithm *algorithm = &key->key.algorithm;
	const EVP_MD *md = EVP_get_digestbyname(digest_name(algorithm->digest));
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	EVP_PKEY_CTX *options = NULL;
	uint8_t raw[600];
	size_t length = sizeof(raw);

	MUST(context && EVP_DigestSignInit(context, &options, md, NULL, key->pair) == 1);
	if (key->padding && strcmp(key->padding, "pss") == 0) {
		MUST(EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1);
		MUST(EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1);
	}
	MUST(EVP_DigestSign(context, raw, &length, bytes, size) == 1);
	EVP_MD_CTX_free(context);
	if (algorithm->type == KEY_ECDSA)
		return raw_ecdsa(raw, length, algorithm->bits / 8, out);
	memcpy(out, raw, length);
	return length;
}
