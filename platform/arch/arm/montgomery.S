/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * montgomery.S - Montgomery multiplication of whole RSA numbers with UMAAL.
 *
 * void montgomery_multiply(limb *out, const limb *a, const limb *b, const limb *n, limb n0,
 *			    size_t limbs, limb *work);
 *
 * modexp_asm.h says what it does. A row for each limb of b: work += a * b[i] + n * m, with m such
 * that the lowest limb becomes 0; the next row starts one limb further up. UMAAL adds a limb and a
 * carry to a product of 32 by 32 bits, and the sum always fits in its two registers: four limbs of
 * both products are 14 instructions. 17.3 thousand instructions for 2048 bits. Times depend on
 * nothing but one comparison; all is public.
 */
#include "asm.h"

/* r0 work, r1 a, r2 count, r3 n, r4 b[i], r5 m; r6, r7 their carries; r8-r11 work's limbs */

/* The stack: what was pushed, then the arguments. */
#define OUT [sp]
#define B_NEXT [sp, #4]
#define B_END [sp, #8]
#define N0 [sp, #48]
#define LIMBS [sp, #52]
#define WORK [sp, #56]

/* r8-r11 += four limbs of a number * factor + carry; the new carry; r12, lr are lost. */
.macro	multiply_add from, factor, carry
	ldm	\from!, {r12, lr}
	umaal	r8, \carry, r12, \factor
	umaal	r9, \carry, lr, \factor
	ldm	\from!, {r12, lr}
	umaal	r10, \carry, r12, \factor
	umaal	r11, \carry, lr, \factor
.endm

function montgomery_multiply
	push	{r0, r2-r11, lr}
	ldr	r12, LIMBS
	add	r2, r2, r12, lsl #2
	str	r2, B_END

	/* The lower limbs + 1 of work; the others are written before they are read. */
	ldr	r0, WORK
	.irp	n, 8, 9, 10, 11
	mov	r\n, #0
	.endr
1:	stm	r0!, {r8-r11}
	subs	r12, r12, #4
	bne	1b
	str	r8, [r0]
	ldr	r0, WORK

	/* m = (work[0] + a[0] * b[i]) * n0 */
2:	ldr	r12, B_NEXT
	ldr	r4, [r12], #4
	str	r12, B_NEXT
	ldr	r8, [r0]
	ldr	r9, [r1]
	ldr	r5, N0
	ldr	r2, LIMBS
	mla	r8, r9, r4, r8
	mul	r5, r8, r5
	mov	r6, #0
	mov	r7, #0

3:	.rept	2
	ldm	r0, {r8-r11}
	multiply_add r1, r4, r6
	multiply_add r3, r5, r7
	stm	r0!, {r8-r11}
	.endr
	subs	r2, r2, #8
	bne	3b

	/* Both carries and the bit that the row before left above its highest limb. */
	ldr	r8, [r0]
	cmp	r8, #1
	adcs	r6, r6, r7
	mov	r7, #0
	adc	r7, r7, r7
	stm	r0, {r6, r7}
	ldr	r2, LIMBS
	sub	r0, r0, r2, lsl #2
	sub	r1, r1, r2, lsl #2
	sub	r3, r3, r2, lsl #2
	add	r0, r0, #4
	ldr	r12, B_NEXT
	ldr	lr, B_END
	cmp	r12, lr
	bne	2b

	/*
	 * The upper half, and the bit r7 above it, is below a + n: out = that - n, if it is not
	 * negative. TEQ keeps the borrow.
	 */
	ldr	r12, OUT
	cmp	r0, r0
4:	ldm	r0!, {r8-r11}
	ldm	r3!, {r4, r5, r6, lr}
	sbcs	r8, r8, r4
	sbcs	r9, r9, r5
	sbcs	r10, r10, r6
	sbcs	r11, r11, lr
	stm	r12!, {r8-r11}
	sub	r2, r2, #4
	teq	r2, #0
	bne	4b
	sbcs	r7, r7, #0
	bhs	6f

	ldr	r12, OUT
	ldr	r2, LIMBS
	sub	r0, r0, r2, lsl #2
5:	ldm	r0!, {r8-r11}
	stm	r12!, {r8-r11}
	subs	r2, r2, #4
	bne	5b

6:	pop	{r0, r2-r11, pc}
end_function montgomery_multiply
