/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * montgomery.S - Montgomery multiplication of whole RSA numbers, in general registers.
 *
 * void montgomery_multiply(limb *out, const limb *a, const limb *b, const limb *n, limb n0,
 *			    size_t limbs, limb *work);
 *
 * modexp_asm.h says what it does. A row for each limb of b: work += a * b[i] + n * m, with m such
 * that the lowest limb becomes 0; the next row starts one limb further up. Both products are done
 * in one pass over work, eight limbs at a time: 86 instructions for 16 products of 64 by 64 bits.
 * A sum of a limb, a product and a carry fits in two limbs, so each product has a carry of its own.
 * 11.9 thousand instructions for 2048 bits. Times depend on nothing but one comparison; all is
 * public.
 */
#include "asm.h"

/* x8-x15 work; x19-x26 a, then n; x27 b[i]; x28 m; x6, x7 their carries; x16 product; x17 count */

/* x8-x15 += x19-x26 * factor + carry; the new carry; x16, x19-x26 are lost. */
.macro multiply_add factor, carry
	mul	x16, x19, \factor
	adds	x8, x8, x16
	mul	x16, x20, \factor
	adcs	x9, x9, x16
	mul	x16, x21, \factor
	adcs	x10, x10, x16
	mul	x16, x22, \factor
	adcs	x11, x11, x16
	mul	x16, x23, \factor
	adcs	x12, x12, x16
	mul	x16, x24, \factor
	adcs	x13, x13, x16
	mul	x16, x25, \factor
	adcs	x14, x14, x16
	mul	x16, x26, \factor
	adcs	x15, x15, x16
	cset	x16, cs
	/* The upper halves, each one limb further up. */
	umulh	x19, x19, \factor
	adds	x8, x8, \carry
	umulh	x20, x20, \factor
	adcs	x9, x9, x19
	umulh	x21, x21, \factor
	adcs	x10, x10, x20
	umulh	x22, x22, \factor
	adcs	x11, x11, x21
	umulh	x23, x23, \factor
	adcs	x12, x12, x22
	umulh	x24, x24, \factor
	adcs	x13, x13, x23
	umulh	x25, x25, \factor
	adcs	x14, x14, x24
	umulh	x26, x26, \factor
	adcs	x15, x15, x25
	adc	\carry, x26, x16
.endm

.macro load_factors from
	ldp	x19, x20, [\from], #64
	ldp	x21, x22, [\from, #-48]
	ldp	x23, x24, [\from, #-32]
	ldp	x25, x26, [\from, #-16]
.endm

function montgomery_multiply
	stp	x19, x20, [sp, #-96]!
	stp	x21, x22, [sp, #16]
	stp	x23, x24, [sp, #32]
	stp	x25, x26, [sp, #48]
	stp	x27, x28, [sp, #64]
	stp	x4, x0, [sp, #80]

	/* The lower limbs + 1 of work; the others are written before they are read. */
	mov	x0, x6
	str	xzr, [x0, x5, lsl #3]
	mov	x17, x5
1:	stp	xzr, xzr, [x6], #64
	stp	xzr, xzr, [x6, #-48]
	stp	xzr, xzr, [x6, #-32]
	stp	xzr, xzr, [x6, #-16]
	sub	x17, x17, #8
	cbnz	x17, 1b
	mov	x4, x5

	/* m = (work[0] + a[0] * b[i]) * n0 */
2:	ldr	x27, [x2], #8
	ldr	x28, [sp, #80]
	ldr	x8, [x0]
	ldr	x19, [x1]
	madd	x8, x19, x27, x8
	mul	x28, x8, x28
	mov	x6, xzr
	mov	x7, xzr
	mov	x17, x5

3:	ldp	x8, x9, [x0]
	ldp	x10, x11, [x0, #16]
	ldp	x12, x13, [x0, #32]
	ldp	x14, x15, [x0, #48]
	load_factors x1
	multiply_add x27, x6
	load_factors x3
	multiply_add x28, x7
	stp	x8, x9, [x0], #64
	stp	x10, x11, [x0, #-48]
	stp	x12, x13, [x0, #-32]
	stp	x14, x15, [x0, #-16]
	sub	x17, x17, #8
	cbnz	x17, 3b

	/* Both carries and the bit that the row before left above its highest limb. */
	ldr	x16, [x0]
	cmp	x16, #1
	adcs	x6, x6, x7
	cset	x7, cs
	stp	x6, x7, [x0]
	sub	x0, x0, x5, lsl #3
	sub	x1, x1, x5, lsl #3
	sub	x3, x3, x5, lsl #3
	add	x0, x0, #8
	sub	x4, x4, #1
	cbnz	x4, 2b

	/*
	 * The upper half, and the bit x7 above it, is below a + n: out = that - n, if it is not
	 * negative.
	 */
	ldr	x2, [sp, #88]
	mov	x6, x2
	mov	x17, x5
	cmp	xzr, xzr
4:	ldp	x8, x9, [x0], #32
	ldp	x10, x11, [x0, #-16]
	ldp	x12, x13, [x3], #32
	ldp	x14, x15, [x3, #-16]
	sbcs	x8, x8, x12
	sbcs	x9, x9, x13
	sbcs	x10, x10, x14
	sbcs	x11, x11, x15
	stp	x8, x9, [x6], #32
	stp	x10, x11, [x6, #-16]
	sub	x17, x17, #4
	cbnz	x17, 4b
	sbcs	xzr, x7, xzr
	b.cs	6f

	sub	x0, x0, x5, lsl #3
5:	ldp	x8, x9, [x0], #32
	ldp	x10, x11, [x0, #-16]
	stp	x8, x9, [x2], #32
	stp	x10, x11, [x2, #-16]
	sub	x5, x5, #4
	cbnz	x5, 5b

6:	ldp	x21, x22, [sp, #16]
	ldp	x23, x24, [sp, #32]
	ldp	x25, x26, [sp, #48]
	ldp	x27, x28, [sp, #64]
	ldp	x19, x20, [sp], #96
	ret
end_function montgomery_multiply
