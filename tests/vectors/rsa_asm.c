// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * rsa_asm.c - RSA in assembly against software and against arithmetic written for this test only.
 *
 * Numbers are made of limbs that are 0, 1, all ones, one bit, or random, in runs, so that carries
 * run over many limbs; moduli are just above half and just below all of 2^bits too.
 */
#include <stdio.h>
#include <string.h>

#include "modexp_asm.h"
#include "r_squared.h"
#include "runner.h"
#include "span.h"

#if UINTPTR_MAX == UINT64_MAX
typedef unsigned __int128 double_limb;
#else
typedef uint64_t double_limb;
#endif

#define LIMBS (RSA_BYTES_MAX / sizeof(limb))
#define TOP ((limb)1 << (LIMB_BITS - 1))

const struct modexp_engine *const runner_modexp_engines[] = { &modexp_engine_asm, NULL };

#define UNTOUCHED ((limb)0xa5a5a5a5a5a5a5a5)

static uint64_t random_state;

static uint64_t next(void)
{
	return runner_random(&random_state);
}

static limb draw_limb(uint64_t kind)
{
	switch (kind % 6) {
	case 0:
		return 0;
	case 1:
		return (limb)-1;
	case 2:
		return 1;
	case 3:
		return (limb)1 << next() % LIMB_BITS;
	case 4:
		return (limb)-2;
	default:
		return (limb)next();
	}
}

/* In one of three numbers all limbs are random, in the others they come in runs of one kind. */
static void draw(limb *number, size_t limbs)
{
	uint64_t in_runs = next() % 3;
	uint64_t kind = 5;
	size_t left = limbs;

	for (size_t i = 0; i < limbs; i++, left--) {
		if (in_runs != 0 && (i == 0 || left == 0)) {
			kind = next() >> 32;
			left = 1 + (size_t)(next() % (in_runs == 1 ? 4 : limbs));
		}
		number[i] = draw_limb(kind);
	}
}

static void draw_modulus(limb *n, size_t limbs)
{
	uint64_t kind = next() % 8;

	draw(n, limbs);
	if (kind < 2)
		memset(n + 1, kind == 0 ? 0x00 : 0xff, sizeof(limb) * (limbs - 1));
	n[limbs - 1] |= TOP;
	n[0] |= 1;
}

static int is_below(const limb *a, const limb *b, size_t limbs)
{
	while (limbs-- > 0)
		if (a[limbs] != b[limbs])
			return a[limbs] < b[limbs];
	return 0;
}

/* Below n: 0, 1, n - 1, n with one bit less, or another number. */
static void draw_below(limb *number, const limb *n, size_t limbs)
{
	uint64_t kind = next() % 8;
	size_t at = (size_t)(next() % limbs);

	draw(number, limbs);
	if (kind < 2)
		memset(number, 0, sizeof(limb) * limbs);
	else if (kind < 4 || !is_below(number, n, limbs))
		memcpy(number, n, sizeof(limb) * limbs);
	if (kind == 1)
		number[0] = 1;
	while (!is_below(number, n, limbs)) {
		number[at] &= number[at] - 1;
		at = kind == 2 ? 0 : (size_t)(next() % limbs);
	}
}

/* What modexp_asm.h promises, as in the textbook: the whole product, then limb by limb. */
static void reference(limb *out, const limb *a, const limb *b, const limb *n, limb n0, size_t limbs)
{
	limb sum[2 * LIMBS + 1] = { 0 };
	double_limb wide;

	for (size_t row = 0; row < 2 * limbs; row++) {
		size_t from = row % limbs;
		limb factor = row < limbs ? b[row] : sum[from] * n0;
		limb carry = 0;

		for (size_t i = 0; i < 2 * limbs + 1 - from; i++) {
			limb other = i >= limbs ? 0 : row < limbs ? a[i] : n[i];

			wide = (double_limb)other * factor + sum[from + i] + carry;
			sum[from + i] = (limb)wide;
			carry = (limb)(wide >> LIMB_BITS);
		}
	}
	if (sum[2 * limbs] != 0 || !is_below(sum + limbs, n, limbs)) {
		for (size_t i = 0, borrow = 0; i < limbs; i++) {
			wide = (double_limb)sum[limbs + i] - n[i] - borrow;
			sum[limbs + i] = (limb)wide;
			borrow = (wide >> LIMB_BITS) != 0;
		}
	}
	memcpy(out, sum + limbs, sizeof(limb) * limbs);
}

/* One multiplication, in place too, with nothing written beyond its end. */
static int multiplies(size_t limbs)
{
	limb a[LIMBS], b[LIMBS], n[LIMBS], want[LIMBS], out[LIMBS + 1];
	limb work[MONTGOMERY_WORK(LIMBS) + 1];
	limb n0;

	draw(a, limbs);
	draw_modulus(n, limbs);
	draw_below(b, n, limbs);
	n0 = n[0];
	for (int i = 0; i < 5; i++)
		n0 *= 2 - n[0] * n0;
	n0 = 0 - n0;
	reference(want, a, b, n, n0, limbs);
	memset(work, 0xa5, sizeof(work));
	memset(out, 0xa5, sizeof(out));
	montgomery_multiply(out, a, b, n, n0, limbs, work);
	if (memcmp(out, want, sizeof(limb) * limbs) != 0 || out[limbs] != UNTOUCHED ||
	    work[MONTGOMERY_WORK(limbs)] != UNTOUCHED)
		return 0;
	memcpy(out, b, sizeof(limb) * limbs);
	montgomery_multiply(out, a, out, n, n0, limbs, work);
	if (memcmp(out, want, sizeof(limb) * limbs) != 0)
		return 0;
	montgomery_multiply(a, a, b, n, n0, limbs, work);
	return memcmp(a, want, sizeof(limb) * limbs) == 0;
}

static void store(uint8_t *bytes, const limb *number, size_t limbs)
{
	for (size_t i = 0; i < limbs; i++)
		for (size_t j = 0; j < sizeof(limb); j++)
			bytes[sizeof(limb) * i + j] =
				(uint8_t)(number[limbs - 1 - i] >> (LIMB_BITS - 8 * (j + 1)));
}

static uint64_t draw_exponent(void)
{
	static const uint64_t exponents[] = { 3, 3, 5, 17, 65537, 65537, (UINT64_C(1) << 32) + 1 };
	uint64_t kind = next() % 8;

	return kind < 7 ? exponents[kind] : next() | 3;
}

/* One exponentiation, with R^2 given and without. */
static int raises(size_t limbs)
{
	limb number[LIMBS], n[LIMBS];
	uint8_t modulus[RSA_BYTES_MAX], in[RSA_BYTES_MAX], constant[RSA_BYTES_MAX];
	uint8_t want[RSA_BYTES_MAX], out[RSA_BYTES_MAX], again[RSA_BYTES_MAX];
	struct rsa_public key = { modulus, sizeof(limb) * limbs, draw_exponent(), NULL };

	draw_modulus(n, limbs);
	draw_below(number, n, limbs);
	store(modulus, n, limbs);
	store(in, number, limbs);
	if (modexp_engine_soft.modexp(&key, in, want) != OK ||
	    modexp_engine_asm.modexp(&key, in, out) != OK || r_squared(&key, constant) != OK)
		return 0;
	key.r_squared = constant;
	return modexp_engine_asm.modexp(&key, in, again) == OK &&
	       memcmp(out, want, key.size) == 0 && memcmp(again, want, key.size) == 0;
}

/* Whether the engine leaves this key or number to software; one is wrong at a time. */
static int leaves(uint8_t first, uint8_t last, size_t size, uint64_t exponent, uint8_t in_last)
{
	uint8_t modulus[2 * RSA_BYTES_MAX], in[2 * RSA_BYTES_MAX], out[2 * RSA_BYTES_MAX];
	struct rsa_public key = { modulus, size, exponent, NULL };

	memset(modulus, 0xff, sizeof(modulus));
	memset(in, 0xff, sizeof(in));
	modulus[0] = first;
	modulus[size - 1] = last;
	in[0] = first;
	in[size - 1] = in_last;
	return modexp_engine_asm.modexp(&key, in, out) == ERR_UNSUPPORTED;
}

static int leaves_what_it_must(void)
{
	static const size_t sizes[] = { 128, 255, 257, 264, 320, 448, 520, 1024 };

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (!leaves(0xff, 0xff, sizes[i], 3, 0xfd))
			return 0;
	return leaves(0x7f, 0xff, 256, 3, 0xfd) && leaves(0xff, 0xfe, 256, 3, 0xfd) &&
	       leaves(0xff, 0xff, 256, 0, 0xfd) && leaves(0xff, 0xff, 256, 1, 0xfd) &&
	       leaves(0xff, 0xff, 256, 65536, 0xfd) && leaves(0xff, 0xfd, 256, 3, 0xfd) &&
	       leaves(0xff, 0xfd, 256, 3, 0xfe) && !leaves(0xff, 0xff, 256, 3, 0xfe);
}

unsigned runner_modexp(uint64_t seed, unsigned long count)
{
	unsigned wrong = !leaves_what_it_must();

	random_state = seed | 1;
	for (unsigned long i = 0; i < count; i++) {
		size_t limbs = (32 + 16 * (i % 3)) * 64 / LIMB_BITS;
		int good = 1;

		for (int j = 0; j < 10; j++)
			good &= multiplies(limbs);
		good &= raises(limbs);
		if (!good)
			fprintf(stderr, "runner: modexp %lu is wrong\n", i);
		wrong += !good;
	}
	return wrong;
}
