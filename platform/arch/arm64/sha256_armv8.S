/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sha256_armv8.S - SHA-256 blocks with the Armv8 SHA-256 instructions (FEAT_SHA256).
 *
 * void sha256_armv8_blocks(uint32_t state[8], const uint8_t *data, size_t blocks);
 *
 * 98 instructions a block of 64 bytes: 1 load, 4 byte swaps, 16 times (add constant, copy, sha256h,
 * sha256h2), 12 times (sha256su0, sha256su1), 1 state copy, 2 additions, 2 for the loop. All
 * constants stay in registers. The state copy is one, not two: the copy that the first four rounds
 * make of a..d anyway is kept until the end.
 */
#include "asm.h"

	.arch armv8-a+crypto

/* v0 a..d, v1 e..h; v2, v3 the same before the block; v4-v7 message; v16-v31 constants */
#define COPY v8
#define COPY_Q q8

/*
 * Four rounds. The message words plus constants (wk) were added by the step before, which leaves
 * the two instructions that depend on them apart.
 */
.macro rounds copy, copyq, wk
	mov	\copy\().16b, v0.16b
	sha256h	q0, q1, \wk\().4s
	sha256h2 q1, \copyq, \wk\().4s
.endm

/* Four rounds, the words of four rounds sixteen later in place of m0, and the next step's sum. */
.macro rounds_and_words copy, copyq, wk, wk_next, m0, m1, m2, m3, k_next
	mov	\copy\().16b, v0.16b
	sha256su0 \m0\().4s, \m1\().4s
	sha256h	q0, q1, \wk\().4s
	add	\wk_next\().4s, \m1\().4s, \k_next\().4s
	sha256h2 q1, \copyq, \wk\().4s
	sha256su1 \m0\().4s, \m2\().4s, \m3\().4s
.endm

.macro rounds_and_sum wk, wk_next, m1, k_next
	add	\wk_next\().4s, \m1\().4s, \k_next\().4s
	rounds	COPY, COPY_Q, \wk
.endm

function sha256_armv8_blocks
	cbz	x2, 2f
	/* The low halves of v8-v10 belong to the caller. */
	stp	d8, d9, [sp, #-32]!
	str	d10, [sp, #16]
	address x3, constants
	ld1	{v16.4s-v19.4s}, [x3], #64
	ld1	{v20.4s-v23.4s}, [x3], #64
	ld1	{v24.4s-v27.4s}, [x3], #64
	ld1	{v28.4s-v31.4s}, [x3]
	ld1	{v0.4s, v1.4s}, [x0]

1:	ld1	{v4.16b-v7.16b}, [x1], #64
	sub	x2, x2, #1
	rev32	v4.16b, v4.16b
	rev32	v5.16b, v5.16b
	rev32	v6.16b, v6.16b
	rev32	v7.16b, v7.16b
	add	v9.4s, v4.4s, v16.4s
	mov	v3.16b, v1.16b

	rounds_and_words v2, q2, v9, v10, v4, v5, v6, v7, v17
	rounds_and_words COPY, COPY_Q, v10, v9, v5, v6, v7, v4, v18
	rounds_and_words COPY, COPY_Q, v9, v10, v6, v7, v4, v5, v19
	rounds_and_words COPY, COPY_Q, v10, v9, v7, v4, v5, v6, v20
	rounds_and_words COPY, COPY_Q, v9, v10, v4, v5, v6, v7, v21
	rounds_and_words COPY, COPY_Q, v10, v9, v5, v6, v7, v4, v22
	rounds_and_words COPY, COPY_Q, v9, v10, v6, v7, v4, v5, v23
	rounds_and_words COPY, COPY_Q, v10, v9, v7, v4, v5, v6, v24
	rounds_and_words COPY, COPY_Q, v9, v10, v4, v5, v6, v7, v25
	rounds_and_words COPY, COPY_Q, v10, v9, v5, v6, v7, v4, v26
	rounds_and_words COPY, COPY_Q, v9, v10, v6, v7, v4, v5, v27
	rounds_and_words COPY, COPY_Q, v10, v9, v7, v4, v5, v6, v28

	rounds_and_sum v9, v10, v5, v29
	rounds_and_sum v10, v9, v6, v30
	rounds_and_sum v9, v10, v7, v31
	rounds	COPY, COPY_Q, v10

	add	v0.4s, v0.4s, v2.4s
	add	v1.4s, v1.4s, v3.4s
	cbnz	x2, 1b

	st1	{v0.4s, v1.4s}, [x0]
	ldr	d10, [sp, #16]
	ldp	d8, d9, [sp], #32
2:	ret
end_function sha256_armv8_blocks

	.section .rodata.sha256_armv8, "a"
	.balign	64
/* Fractional parts of the cube roots of the first 64 primes (FIPS 180-4, 4.2.2). */
constants:
	.word	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5
	.word	0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5
	.word	0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3
	.word	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174
	.word	0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc
	.word	0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da
	.word	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7
	.word	0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967
	.word	0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13
	.word	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85
	.word	0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3
	.word	0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070
	.word	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5
	.word	0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3
	.word	0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208
	.word	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2
