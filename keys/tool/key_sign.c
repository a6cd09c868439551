/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * key_sign.c - a signature over a digest, encoded as a FIT carries it.
 */
#define _GNU_SOURCE
#include <string.h>

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "key_file.h"

static const EVP_MD *md_of(enum digest_algorithm algorithm)
{
	switch (algorithm) {
	case DIGEST_SHA256:
		return EVP_sha256();
	case DIGEST_SHA384:
		return EVP_sha384();
	default:
		return EVP_sha512();
	}
}

/* The salt of PSS is as long as the digest: what U-Boot writes since 2025.01. */
static bool set_up(EVP_PKEY_CTX *context, const struct key *key, enum digest_algorithm digest,
		   enum rsa_padding padding)
{
	if (EVP_PKEY_sign_init(context) != 1)
		return false;
	if (EVP_PKEY_CTX_set_signature_md(context, md_of(digest)) != 1)
		return false;
	if (key->algorithm.type == KEY_ECDSA)
		return true;
	if (padding == RSA_PKCS1)
		return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
	return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

/* DER to r || s, each of the key's size. */
static bool flatten(const struct ecdsa_public *key, const uint8_t *der, size_t size, uint8_t *out)
{
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &der, (long)size);
	int half = (int)key->size;
	bool good = pair != NULL && BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, half) == half &&
		    BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + half, half) == half;

	ECDSA_SIG_free(pair);
	return good;
}

enum exit_code key_sign(const struct key_file *file, enum digest_algorithm algorithm,
			enum rsa_padding padding, const uint8_t *digest,
			uint8_t out[SIGNATURE_SIZE_MAX], size_t *size)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, file->pkey, NULL);
	uint8_t raw[SIGNATURE_SIZE_MAX];
	size_t raw_size = sizeof(raw);
	bool good = context != NULL && set_up(context, &file->key, algorithm, padding) &&
		    EVP_PKEY_sign(context, raw, &raw_size, digest, digest_size(algorithm)) == 1;

	EVP_PKEY_CTX_free(context);
	if (good && file->key.algorithm.type == KEY_ECDSA) {
		*size = 2 * file->key.ecdsa.size;
		good = flatten(&file->key.ecdsa, raw, raw_size, out);
	} else if (good) {
		*size = raw_size;
		memcpy(out, raw, raw_size);
	}
	if (good)
		return EXIT_DONE;
	complain("key %s: did not sign: %s", file->name,
		 ERR_reason_error_string(ERR_peek_last_error()));
	return EXIT_KEY;
}
