/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * rsa.h - RSA signatures, PKCS#1 v1.5 and PSS (RFC 8017, sections 8.1 and 8.2).
 *
 * The block that a right signature must produce is built and compared as a whole; nothing is parsed
 * out of it, so there is nothing to get wrong in parsing. For PSS the salt is read from the block
 * and the whole block rebuilt from it and from our digest (any salt length).
 */
#ifndef HOLDFAST_RSA_H
#define HOLDFAST_RSA_H

#include "digest.h"
#include "modexp.h"
#include "span.h"
#include "status.h"

enum rsa_padding { RSA_PKCS1 = 1, RSA_PSS = 2 };

/*
 * Compute both sides: got = what the signature recovers to, want = what it must recover to, each
 * key->size bytes (RSA_BYTES_MAX of room). Deciding is the caller's (signature.c).
 * ERR_BAD_SIGNATURE: wrong length, value not below the modulus, or no PSS block can be rebuilt.
 * ERR_ALGO_DENIED: key size not 2048, 3072 or 4096 bits, even or small exponent.
 *   ERR_ENGINE_SELFTEST: no engine answered.
 */
enum status rsa_recover(const struct rsa_public *key, enum rsa_padding padding,
			enum digest_algorithm algorithm, const uint8_t *digest,
			struct span signature, uint8_t *want, uint8_t *got) MUST_CHECK;

#endif
