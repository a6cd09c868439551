/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * modexp_asm.h - the RSA public operation in assembly as a modexp engine: "arm64-asm" with limbs of
 * 64 bits, "arm-asm" with 32.
 *
 * For public numbers only: its time depends on them, and it wipes nothing.
 */
#ifndef HOLDFAST_MODEXP_ASM_H
#define HOLDFAST_MODEXP_ASM_H

#include <stddef.h>
#include <stdint.h>

#include "modexp.h"

/*
 * For plat_modexp_engines(); every AArch64 processor and every ARMv7-A processor has what
 * it needs. RSA-2048, 3072 and 4096
 * with any odd exponent above 1; ERR_UNSUPPORTED for other keys and for a number that is not below
 * the modulus. About 3 KiB of stack.
 */
extern const struct modexp_engine modexp_engine_asm;

/* The size of a register. */
typedef uintptr_t limb;

#define LIMB_BITS (8 * sizeof(limb))

/* montgomery.S: what montgomery_multiply() needs for its intermediate values, in limbs. */
#define MONTGOMERY_WORK(limbs) (2 * (limbs) + 1)

/*
 * out = a * b / 2^(LIMB_BITS * limbs) mod n. Numbers are of limbs limbs (a positive multiple of 8),
 * the lowest first. n is odd with its top bit set, n0 = -1 / n mod 2^LIMB_BITS, and b < n (a may be
 * any number): then out < n. out may be a or b; work (MONTGOMERY_WORK(limbs) limbs) overlaps
 * nothing.
 */
void montgomery_multiply(limb *out, const limb *a, const limb *b, const limb *n, limb n0,
			 size_t limbs, limb *work);

#endif
