/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * signer.h - private keys for the tests, by OpenSSL: right signatures, and blocks of the test's own
 * making.
 */
#ifndef HOLDFAST_TESTS_SIGNER_H
#define HOLDFAST_TESTS_SIGNER_H

#include <openssl/bn.h>
#include <openssl/evp.h>

#include "keyring.h"

struct signer {
	EVP_PKEY *pkey;
	BIGNUM *n, *d;                   /* RSA */
	uint8_t first[RSA_BYTES_MAX];    /* modulus or x */
	uint8_t second[ECDSA_BYTES_MAX]; /* y */
	struct key key;                  /* numbers point in here: the structure does not move */
};

/* A new RSA key with exponent 65537; the key says sha256 and is required. */
void signer_rsa(struct signer *signer, unsigned bits);

/* A new key on P-256 (256) or P-384 (384). */
void signer_ecdsa(struct signer *signer, unsigned bits);

void signer_free(struct signer *signer);

/* block^d mod n: a signature that recovers to block, which must be below n. */
void signer_raw(const struct signer *signer, const uint8_t *block, uint8_t *signature);

/* OpenSSL's own signature over a digest. salt: bytes, for PSS; < 0 for PKCS#1 v1.5. */
void signer_sign(const struct signer *signer, enum digest_algorithm algorithm,
		 const uint8_t *digest, int salt, uint8_t *signature);

/* r || s of OpenSSL's signature. */
void signer_sign_ecdsa(const struct signer *signer, enum digest_algorithm algorithm,
		       const uint8_t *digest, uint8_t *signature);

/* Start both kinds of engines with software alone. */
void start_engines(void);

#endif
