/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * ecdsa_soft.h - the arithmetic under ecdsa.c, by mbedTLS.
 */
#ifndef HOLDFAST_ECDSA_SOFT_H
#define HOLDFAST_ECDSA_SOFT_H

#include "ecdsa.h"

/*
 * x(u1*G + u2*Q) mod n to x, key->size bytes big-endian, where u1 = hash/s and u2 = r/s; r and s
 * are key->size bytes each. hash is the digest cut to the order's length. ERR_BAD_SIGNATURE: r or s
 * not in [1, n-1], or the sum is the point at infinity. ERR_UNKNOWN_KEY: Q is not on the curve.
 * ERR_ENGINE_SELFTEST: mbedTLS failed (out of memory).
 */
enum status ecdsa_soft_recover(const struct ecdsa_public *key, struct span hash, const uint8_t *r,
			       const uint8_t *s, uint8_t *x) MUST_CHECK;

#endif
