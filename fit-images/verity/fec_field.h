/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fec_field.h - the field of the parity's code: GF(256) modulo x^8 + x^4 + x^3 + x^2 + 1; for the
 * loader, which corrects, and for the tool that makes parity.
 */
#ifndef HOLDFAST_FEC_FIELD_H
#define HOLDFAST_FEC_FIELD_H

#include <stdint.h>

/* Symbols of a codeword; the last `roots` of them are parity. */
#define FEC_CODEWORD 255u

/* The product of two numbers of the field. */
static inline uint8_t fec_multiply(uint8_t a, uint8_t b)
{
	unsigned product = 0;

	for (unsigned bit = 0x80; bit != 0; bit >>= 1) {
		product = product << 1 ^ (product & 0x80 ? 0x11d : 0);
		if (b & bit)
			product ^= a;
	}
	return (uint8_t)product;
}

/* a to the n; a to the 254 is one by a. */
static inline uint8_t fec_power(uint8_t a, unsigned n)
{
	uint8_t product = 1;

	while (n-- != 0)
		product = fec_multiply(product, a);
	return product;
}

#endif
