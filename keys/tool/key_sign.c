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
#include "key_helper.h"
#include "key_token.h"
#include "patience.h"

/* As it came from what signed. */
struct signature_bytes {
	uint8_t bytes[SIGNATURE_SIZE_MAX];
	size_t size;
};

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
	if (EVP_PKEY_CTX_set_signature_md(context, md_of(digest)) != 1)
		return false;
	if (key->algorithm.type == KEY_ECDSA)
		return true;
	if (padding == RSA_PKCS1)
		return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1;
	return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
	       EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

/* What signs, told apart once: a key of ours, or the provider's. */
static bool sign_once(const struct key_file *file, enum digest_algorithm algorithm,
		      enum rsa_padding padding, const uint8_t *digest, struct signature_bytes *raw)
{
	OSSL_LIB_CTX *library = NULL;
	EVP_PKEY *pkey = file->token == NULL ? file->pkey : key_token_pkey(file->token, &library);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(library, pkey, NULL);
	bool good;

	ERR_clear_error();
	raw->size = sizeof(raw->bytes);
	good = context != NULL && EVP_PKEY_sign_init(context) == 1 &&
	       set_up(context, &file->key, algorithm, padding) &&
	       EVP_PKEY_sign(context, raw->bytes, &raw->size, digest, digest_size(algorithm)) == 1;
	EVP_PKEY_CTX_free(context);
	return good;
}

static enum exit_code sign_raw(const struct key_file *file, enum digest_algorithm algorithm,
			       enum rsa_padding padding, const uint8_t *digest,
			       struct signature_bytes *raw)
{
	uint64_t end = patience_end();
	unsigned pause = 50;
	bool good;

	if (file->helper != NULL)
		return key_helper_sign(file, algorithm, padding, digest, raw->bytes, &raw->size);
	do
		good = sign_once(file, algorithm, padding, digest, raw);
	while (!good && file->token != NULL && key_token_again(file->token, &pause, end));
	if (good)
		return EXIT_DONE;
	if (file->token != NULL)
		return key_token_failed(file->token);
	complain("key %s: did not sign: %s: check the key with holdfast-keys show", file->name,
		 ERR_reason_error_string(ERR_peek_last_error()));
	return EXIT_KEY;
}

static bool verify(const struct key_file *file, enum digest_algorithm algorithm,
		   enum rsa_padding padding, const uint8_t *digest, const uint8_t *signature,
		   size_t size)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_pkey(NULL, file->pkey, NULL);
	bool good = context != NULL && EVP_PKEY_verify_init(context) == 1 &&
		    set_up(context, &file->key, algorithm, padding) &&
		    EVP_PKEY_verify(context, signature, size, digest, digest_size(algorithm)) == 1;

	EVP_PKEY_CTX_free(context);
	ERR_clear_error();
	return good;
}

bool key_flatten(const struct ecdsa_public *key, const uint8_t *der, size_t size, uint8_t *out)
{
	const uint8_t *end = der;
	ECDSA_SIG *pair = d2i_ECDSA_SIG(NULL, &end, (long)size);
	int half = (int)key->size;
	bool good = pair != NULL && end == der + size &&
		    BN_bn2binpad(ECDSA_SIG_get0_r(pair), out, half) == half &&
		    BN_bn2binpad(ECDSA_SIG_get0_s(pair), out + half, half) == half;

	ECDSA_SIG_free(pair);
	ERR_clear_error();
	return good;
}

/* r || s to DER, which OPENSSL_free() frees; 0: no memory. */
static int build_der(const struct ecdsa_public *key, const uint8_t *flat, uint8_t **der)
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = BN_bin2bn(flat, (int)key->size, NULL);
	BIGNUM *s = BN_bin2bn(flat + key->size, (int)key->size, NULL);
	int size = 0;

	*der = NULL;
	if (pair != NULL && r != NULL && s != NULL && ECDSA_SIG_set0(pair, r, s) == 1) {
		size = i2d_ECDSA_SIG(pair, der);
	} else {
		BN_free(r);
		BN_free(s);
	}
	ECDSA_SIG_free(pair);
	return size < 0 ? 0 : size;
}

static bool verify_flat(const struct key_file *file, enum digest_algorithm algorithm,
			const uint8_t *digest, const uint8_t *flat)
{
	uint8_t *der;
	int size = build_der(&file->key.ecdsa, flat, &der);
	bool good = size != 0 && verify(file, algorithm, 0, digest, der, (size_t)size);

	OPENSSL_free(der);
	return good;
}

/* A helper may give either form, and few DER signatures are as long as r || s: try both. */
static bool accept_ecdsa(const struct key_file *file, enum digest_algorithm algorithm,
			 const uint8_t *digest, const struct signature_bytes *raw, uint8_t *out,
			 size_t *size)
{
	const struct ecdsa_public *key = &file->key.ecdsa;

	*size = 2 * key->size;
	if (raw->size == *size && verify_flat(file, algorithm, digest, raw->bytes)) {
		memcpy(out, raw->bytes, *size);
		return true;
	}
	return key_flatten(key, raw->bytes, raw->size, out) &&
	       verify_flat(file, algorithm, digest, out);
}

static bool accept_rsa(const struct key_file *file, enum digest_algorithm algorithm,
		       enum rsa_padding padding, const uint8_t *digest,
		       const struct signature_bytes *raw, uint8_t *out, size_t *size)
{
	if (raw->size != file->key.rsa.size ||
	    !verify(file, algorithm, padding, digest, raw->bytes, raw->size))
		return false;
	memcpy(out, raw->bytes, raw->size);
	*size = raw->size;
	return true;
}

enum exit_code key_sign(const struct key_file *file, enum digest_algorithm algorithm,
			enum rsa_padding padding, const uint8_t *digest,
			uint8_t out[SIGNATURE_SIZE_MAX], size_t *size)
{
	struct signature_bytes raw;
	bool good;

	STEP(sign_raw(file, algorithm, padding, digest, &raw));
	if (file->key.algorithm.type == KEY_ECDSA)
		good = accept_ecdsa(file, algorithm, digest, &raw, out, size);
	else
		good = accept_rsa(file, algorithm, padding, digest, &raw, out, size);
	if (good)
		return EXIT_DONE;
	complain("key %s: what signed it gave %zu bytes that are no signature by this key: check "
		 "that its private and public half belong together",
		 file->helper == NULL ? file->name : file->helper, raw.size);
	return EXIT_KEY;
}
