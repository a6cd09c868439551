// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * modexp_asm.c - the RSA public operation by Montgomery multiplications in assembly.
 *
 * R is 2^bits; the Montgomery form of x is x * R mod n. A product of two such forms is one again;
 * a product with a plain number is plain, which the last step for an odd exponent makes use of.
 */
#include "modexp_asm.h"

#include <string.h>

#include "span.h"

#define LIMBS_MAX (RSA_BYTES_MAX / sizeof(limb))

struct numbers {
	size_t limbs;
	limb n0; /* -1 / modulus mod 2^LIMB_BITS */
	limb modulus[LIMBS_MAX];
	limb plain[LIMBS_MAX]; /* the base */
	limb base[LIMBS_MAX];  /* its Montgomery form; R^2 before that */
	limb power[LIMBS_MAX];
	limb work[MONTGOMERY_WORK(LIMBS_MAX)];
};

static limb load_limb(const uint8_t *bytes)
{
	return sizeof(limb) == 8 ? (limb)load_be64(bytes) : (limb)load_be32(bytes);
}

static void store_limb(uint8_t *bytes, limb value)
{
	if (sizeof(limb) == 8)
		store_be64(bytes, value);
	else
		store_be32(bytes, (uint32_t)value);
}

static void load(limb *number, const uint8_t *bytes, size_t limbs)
{
	for (size_t i = 0; i < limbs; i++)
		number[i] = load_limb(bytes + sizeof(limb) * (limbs - 1 - i));
}

static void store(uint8_t *bytes, const limb *number, size_t limbs)
{
	for (size_t i = 0; i < limbs; i++)
		store_limb(bytes + sizeof(limb) * (limbs - 1 - i), number[i]);
}

static void multiply(struct numbers *n, limb *out, const limb *a, const limb *b)
{
	montgomery_multiply(out, a, b, n->modulus, n->n0, n->limbs, n->work);
}

/*
 * An odd number is its own inverse mod 8; each of Newton's steps doubles the number of right bits.
 */
static limb negated_inverse(limb odd)
{
	limb inverse = odd;

	for (int i = 0; i < 5; i++)
		inverse *= 2 - odd * inverse;
	return 0 - inverse;
}

/* out = a - b mod R; returns 1 if b is larger. out may be a or b. */
static limb subtract(limb *out, const limb *a, const limb *b, size_t limbs)
{
	limb borrow = 0;

	for (size_t i = 0; i < limbs; i++) {
		limb with_borrow = a[i] - borrow;
		limb difference = with_borrow - b[i];

		borrow = (a[i] < borrow) | (with_borrow < b[i]);
		out[i] = difference;
	}
	return borrow;
}

/* number = 2 * number mod modulus, for a number below the modulus. */
static void twice(struct numbers *n, limb *number)
{
	limb carry = 0;

	for (size_t i = 0; i < n->limbs; i++) {
		limb top = number[i] >> (LIMB_BITS - 1);

		number[i] = number[i] << 1 | carry;
		carry = top;
	}
	if (subtract(n->work, number, n->modulus, n->limbs) <= carry)
		memcpy(number, n->work, sizeof(limb) * n->limbs);
}

/*
 * R^2 mod modulus. R mod modulus is R - modulus, as the top bit is set. Twice that is the
 * Montgomery form of 2; a squaring doubles the 2's power, and the form of 2^bits is what is wanted.
 * bits is 2^11 or 2^12, or 3 * 2^10: from 2^3 then.
 */
static void compute_r_squared(struct numbers *n, limb *out)
{
	size_t bits = LIMB_BITS * n->limbs;
	size_t power = (bits & (bits - 1)) == 0 ? 1 : 3;

	memset(out, 0, sizeof(limb) * n->limbs);
	(void)subtract(out, out, n->modulus, n->limbs);
	for (size_t i = 0; i < power; i++)
		twice(n, out);
	for (; power < bits; power *= 2)
		multiply(n, out, out, out);
}

/* Left to right; the exponent is odd and not 1, so the last step is always there. */
static void raise(struct numbers *n, uint64_t exponent)
{
	uint64_t bit = UINT64_C(1) << (63 - __builtin_clzll(exponent));

	memcpy(n->power, n->base, sizeof(limb) * n->limbs);
	while ((bit >>= 1) != 0) {
		multiply(n, n->power, n->power, n->power);
		if ((exponent & bit) != 0)
			multiply(n, n->power, n->power, bit == 1 ? n->plain : n->base);
	}
}

static bool is_supported(const struct rsa_public *key, const uint8_t *in)
{
	if (key->size != 256 && key->size != 384 && key->size != 512)
		return false;
	if ((key->modulus[0] & 0x80) == 0 || (key->modulus[key->size - 1] & 1) == 0)
		return false;
	return key->exponent > 1 && (key->exponent & 1) != 0 &&
	       memcmp(in, key->modulus, key->size) < 0;
}

static enum status asm_modexp(const struct rsa_public *key, const uint8_t *in, uint8_t *out)
{
	struct numbers n;

	if (!is_supported(key, in))
		return ERR_UNSUPPORTED;
	n.limbs = key->size / sizeof(limb);
	load(n.modulus, key->modulus, n.limbs);
	load(n.plain, in, n.limbs);
	n.n0 = negated_inverse(n.modulus[0]);
	if (key->r_squared)
		load(n.base, key->r_squared, n.limbs);
	else
		compute_r_squared(&n, n.base);
	multiply(&n, n.base, n.base, n.plain);
	raise(&n, key->exponent);
	store(out, n.power, n.limbs);
	return OK;
}

static bool asm_probe(void)
{
	return true;
}

const struct modexp_engine modexp_engine_asm = {
	.name = sizeof(limb) == 8 ? "arm64-asm" : "arm-asm",
	.probe = asm_probe,
	.modexp = asm_modexp,
};
