/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * signature.h - signature algorithms by their FIT name, and checking one signature with one key.
 *
 * FIT names: "HASH,CRYPTO", HASH in sha256 sha384 sha512, CRYPTO in rsa2048 rsa3072
 * rsa4096 ecdsa256 ecdsa384; for RSA a padding, "pkcs-1.5" (default) or "pss".
 * Sources: U-Boot doc/usage/fit/signature.rst.
 */
#ifndef HOLDFAST_SIGNATURE_H
#define HOLDFAST_SIGNATURE_H

#include "digest.h"
#include "ecdsa.h"
#include "rsa.h"
#include "span.h"
#include "status.h"

#define SIGNATURE_SIZE_MAX RSA_BYTES_MAX

enum key_type { KEY_RSA = 1, KEY_ECDSA = 2 };

struct signature_algorithm {
	enum digest_algorithm digest;
	enum key_type type;
	unsigned bits; /* 2048, 3072, 4096; 256, 384 */
};

/*
 * The algorithm with the FIT name in the size bytes at name (without NUL). ERR_ALGO_DENIED:
 * unknown, weak (sha1, md5, rsa1024, ...), or not compiled in.
 */
enum status signature_by_name(const char *name, size_t size,
			      struct signature_algorithm *algorithm) MUST_CHECK;

/* The FIT name, e.g. "sha256,rsa2048", into out (32 bytes of room), NUL-terminated. */
void signature_name(const struct signature_algorithm *algorithm, char out[32]);

struct key;   /* keyring.h */
struct proof; /* proof.h */

/*
 * Check one signature over a digest with one key. The key says algorithm and padding; the caller
 * has already matched them with what the image claims. Both sides of the comparison are added to
 * proof before they are compared (may be NULL on the host): a proof that saw ERR_BAD_SIGNATURE has
 * masks that differ for good. Give a copy where another key may still be tried, and keep it only
 * on OK. ERR_BAD_SIGNATURE if the key did not make it; the errors of rsa_recover() and
 * ecdsa_recover().
 */
enum status signature_check(const struct key *key, const uint8_t *digest, enum rsa_padding padding,
			    struct span signature, struct proof *proof) MUST_CHECK;

#endif
