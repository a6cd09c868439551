/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sha256_armv8.S - SHA-256 blocks with the SHA-256 instructions of Armv8 in AArch32.
 *
 * void sha256_armv8_blocks(uint32_t state[8], const uint8_t *data, size_t blocks);
 *
 * 105 instructions a block of 64 bytes: 2 loads, 4 byte swaps, 16 times (add constant, copy,
 * sha256h, sha256h2), 12 times (sha256su0, sha256su1), 5 loads of constants and 1 to begin with
 * them anew, 1 state copy, 2 additions, 2 for the loop. There are half as many registers as in
 * AArch64, so constants are loaded as they are needed, and become sums where they are.
 */
#include "asm.h"

	.arch	armv8-a
	.fpu	crypto-neon-fp-armv8

/* q0 a..d, q1 e..h; q2, q3 the same before the block; q4 a copy; q8-q11 message; the others sums */

/* Four rounds. The message words plus constants (wk) were added by the step before. */
.macro	rounds copy, wk
	vmov	\copy, q0
	sha256h.32 q0, q1, \wk
	sha256h2.32 q1, \copy, \wk
.endm

/* Four rounds, the words of four rounds sixteen later in place of m0, and the next step's sum. */
.macro	rounds_and_words copy, wk, wk_next, m0, m1, m2, m3
	vmov	\copy, q0
	sha256su0.32 \m0, \m1
	sha256h.32 q0, q1, \wk
	vadd.i32 \wk_next, \wk_next, \m1
	sha256h2.32 q1, \copy, \wk
	sha256su1.32 \m0, \m2, \m3
.endm

.macro	rounds_and_sum wk, wk_next, m1
	vadd.i32 \wk_next, \wk_next, \m1
	rounds	q4, \wk
.endm

function sha256_armv8_blocks
	cmp	r2, #0
	bxeq	lr
	vpush	{d8-d15}
	address	r3, sha256_constants
	vld1.32	{q0, q1}, [r0]

1:	vld1.8	{q8, q9}, [r1]!
	vld1.8	{q10, q11}, [r1]!
	vldm	r3!, {q12-q15}
	vrev32.8 q8, q8
	vrev32.8 q9, q9
	vrev32.8 q10, q10
	vrev32.8 q11, q11
	vldm	r3!, {q5-q7}
	vadd.i32 q12, q12, q8
	vmov	q3, q1

	rounds_and_words q2, q12, q13, q8, q9, q10, q11
	rounds_and_words q4, q13, q14, q9, q10, q11, q8
	rounds_and_words q4, q14, q15, q10, q11, q8, q9
	rounds_and_words q4, q15, q5, q11, q8, q9, q10
	vldm	r3!, {q12-q15}
	rounds_and_words q4, q5, q6, q8, q9, q10, q11
	rounds_and_words q4, q6, q7, q9, q10, q11, q8
	rounds_and_words q4, q7, q12, q10, q11, q8, q9
	vldm	r3!, {q5-q7}
	rounds_and_words q4, q12, q13, q11, q8, q9, q10
	rounds_and_words q4, q13, q14, q8, q9, q10, q11
	rounds_and_words q4, q14, q15, q9, q10, q11, q8
	rounds_and_words q4, q15, q5, q10, q11, q8, q9
	vldm	r3, {q12-q13}
	rounds_and_words q4, q5, q6, q11, q8, q9, q10

	sub	r3, r3, #224
	rounds_and_sum q6, q7, q9
	rounds_and_sum q7, q12, q10
	rounds_and_sum q12, q13, q11
	rounds	q4, q13

	subs	r2, r2, #1
	vadd.i32 q0, q0, q2
	vadd.i32 q1, q1, q3
	bne	1b

	vst1.32	{q0, q1}, [r0]
	vpop	{d8-d15}
	bx	lr
end_function sha256_armv8_blocks
