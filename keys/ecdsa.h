/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * ecdsa.h - ECDSA on P-256 and P-384 (FIPS 186-5, section 6.4.2), in software.
 */
#ifndef HOLDFAST_ECDSA_H
#define HOLDFAST_ECDSA_H

#include "digest.h"
#include "span.h"
#include "status.h"

#define ECDSA_BYTES_MAX 48

enum ecdsa_curve { ECDSA_P256 = 1, ECDSA_P384 = 2 };

struct ecdsa_public {
	enum ecdsa_curve curve;
	const uint8_t *x; /* big-endian, size bytes */
	const uint8_t *y;
	size_t size; /* 32 or 48 */
};

/*
 * Compute both sides: want = r, got = x(u1*G + u2*Q) mod n, each key->size bytes. signature is r ||
 * s, each left-padded to the key's size. Deciding is the caller's.
 * ERR_BAD_SIGNATURE: wrong length, r or s not in [1, n-1], or the sum is the point at infinity.
 * ERR_UNKNOWN_KEY: the point is not on the curve. ERR_ALGO_DENIED: not compiled in.
 */
enum status ecdsa_recover(const struct ecdsa_public *key, enum digest_algorithm algorithm,
			  const uint8_t *digest, struct span signature, uint8_t *want,
			  uint8_t *got) MUST_CHECK;

#endif
