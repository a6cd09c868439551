// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* ecdsa.c - the form of an ECDSA signature; the arithmetic is in ecdsa_soft.c. */
#include "ecdsa.h"

#include <string.h>

#include "ecdsa_soft.h"

static size_t curve_size(enum ecdsa_curve curve)
{
	switch (curve) {
	case ECDSA_P256:
		return 32;
	case ECDSA_P384:
		return 48;
	}
	return 0;
}

enum status ecdsa_recover(const struct ecdsa_public *key, enum digest_algorithm algorithm,
			  const uint8_t *digest, struct span signature, uint8_t *want, uint8_t *got)
{
	size_t size = curve_size(key->curve);
	size_t length = digest_size(algorithm);

	if (size == 0 || key->size != size)
		return ERR_ALGO_DENIED;
	if (signature.size != 2 * size)
		return ERR_BAD_SIGNATURE;
	/* The leftmost bits of the digest, as many as the order has: whole bytes on both curves. */
	if (length > size)
		length = size;
	memcpy(want, signature.at, size);
	return ecdsa_soft_recover(key, (struct span){ digest, length }, signature.at,
				  signature.at + size, got);
}
