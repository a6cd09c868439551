/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sha256_arm_blocks.S - SHA-256 blocks in general registers, for every ARMv7-A.
 *
 * void sha256_arm_blocks(uint32_t state[8], const uint8_t *data, size_t blocks);
 *
 * 18 instructions a round, 3 more for each of the first 16 words of the message, 14 for each later
 * one: 1.9 thousand a block, 29.8 a byte. What a compiler cannot be talked into: all eight
 * variables stay in registers, rotations are part of the instruction that uses them, and half of
 * each majority is taken from the round before: Maj(a, b, c) is ((a ^ b) & (b ^ c)) ^ b, and b ^ c
 * was a ^ b there.
 */
#include "asm.h"

/*
 * r0 constants, r1 data, r2 scratch, lr word; r3 and r12 take turns: b ^ c and scratch, then a ^ b
 */

#define STATE [sp, #64]
#define BLOCKS [sp, #68]
#define CONSTANTS_END [sp, #72]
#define FRAME 80

/* Sixteen words of the message are at sp. */
.macro	first_word i, scratch
	ldr	lr, [r1], #4
	rev	lr, lr
	str	lr, [sp, #4 * \i]
.endm

/* In place of the word sixteen before: the sum of that, two mixed words and one more. */
.macro	later_word i, scratch
	ldr	r2, [sp, #4 * ((\i + 1) % 16)]
	ldr	lr, [sp, #4 * \i]
	ror	\scratch, r2, #7
	eor	\scratch, \scratch, r2, ror #18
	eor	\scratch, \scratch, r2, lsr #3
	ldr	r2, [sp, #4 * ((\i + 14) % 16)]
	add	lr, lr, \scratch
	ror	\scratch, r2, #17
	eor	\scratch, \scratch, r2, ror #19
	eor	\scratch, \scratch, r2, lsr #10
	ldr	r2, [sp, #4 * ((\i + 9) % 16)]
	add	lr, lr, \scratch
	add	lr, lr, r2
	str	lr, [sp, #4 * \i]
.endm

.macro	round a, b, c, d, e, f, g, h, before, now
	ldr	r2, [r0], #4
	add	\h, \h, lr
	eor	\now, \f, \g
	add	\h, \h, r2
	and	\now, \now, \e
	eor	r2, \e, \e, ror #5
	eor	\now, \now, \g
	eor	r2, r2, \e, ror #19
	add	\h, \h, \now
	add	\h, \h, r2, ror #6
	add	\d, \d, \h
	eor	r2, \a, \a, ror #11
	eor	\now, \a, \b
	eor	r2, r2, \a, ror #20
	and	\before, \before, \now
	add	\h, \h, r2, ror #2
	eor	\before, \before, \b
	add	\h, \h, \before
.endm

.macro	eight_rounds word, i
	\word	(\i + 0), r3
	round	r4, r5, r6, r7, r8, r9, r10, r11, r12, r3
	\word	(\i + 1), r12
	round	r11, r4, r5, r6, r7, r8, r9, r10, r3, r12
	\word	(\i + 2), r3
	round	r10, r11, r4, r5, r6, r7, r8, r9, r12, r3
	\word	(\i + 3), r12
	round	r9, r10, r11, r4, r5, r6, r7, r8, r3, r12
	\word	(\i + 4), r3
	round	r8, r9, r10, r11, r4, r5, r6, r7, r12, r3
	\word	(\i + 5), r12
	round	r7, r8, r9, r10, r11, r4, r5, r6, r3, r12
	\word	(\i + 6), r3
	round	r6, r7, r8, r9, r10, r11, r4, r5, r12, r3
	\word	(\i + 7), r12
	round	r5, r6, r7, r8, r9, r10, r11, r4, r3, r12
.endm

function sha256_arm_blocks
	cmp	r2, #0
	bxeq	lr
	push	{r4-r11, lr}
	sub	sp, sp, #FRAME
	str	r0, STATE
	str	r2, BLOCKS
	ldm	r0, {r4-r11}
	address	r0, sha256_constants
	add	r2, r0, #256
	str	r2, CONSTANTS_END

1:	eor	r12, r5, r6
	eight_rounds first_word, 0
	eight_rounds first_word, 8
2:	eight_rounds later_word, 0
	eight_rounds later_word, 8
	ldr	r2, CONSTANTS_END
	teq	r0, r2
	bne	2b

	sub	r0, r0, #256
	ldr	lr, STATE
	.irp	n, 4, 5, 6, 7, 8, 9, 10, 11
	ldr	r2, [lr, #4 * (\n - 4)]
	add	r\n, r\n, r2
	.endr
	stm	lr, {r4-r11}
	ldr	r2, BLOCKS
	subs	r2, r2, #1
	str	r2, BLOCKS
	bne	1b

	add	sp, sp, #FRAME
	pop	{r4-r11, pc}
end_function sha256_arm_blocks
