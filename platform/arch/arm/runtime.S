/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * runtime.S - what compilers call by themselves (Run-time ABI for the Arm Architecture, IHI 0043).
 */
#include "asm.h"

/*
 * r0:r1 / r2:r3 = r0:r1, the rest in r2:r3. By bits, or by instruction if both fit one register. By
 * 0: stops.
 */
function __aeabi_uldivmod
	orr	r12, r1, r3
	cmp	r12, #0
	bne	1f
	cmp	r2, #0
	beq	9f
	udiv	r12, r0, r2
	mls	r2, r12, r2, r0
	mov	r0, r12
	bx	lr
1:	push	{r4-r7}
	mov	r4, #0
	mov	r5, #0			/* the quotient */
	clz	r6, r3
	cmp	r6, #32
	clzeq	r7, r2
	addeq	r6, r6, r7
	cmp	r6, #64
	beq	9f
	clz	r12, r1
	cmp	r12, #32
	clzeq	r7, r0
	addeq	r12, r12, r7
	subs	r6, r6, r12		/* places the divisor can go up */
	blo	4f
	rsb	r7, r6, #32
	sub	r12, r6, #32
	lsl	r3, r3, r6
	orr	r3, r3, r2, lsl r12
	orr	r3, r3, r2, lsr r7
	lsl	r2, r2, r6
2:	lsls	r4, r4, #1
	adc	r5, r5, r5
	subs	r7, r0, r2
	sbcs	r12, r1, r3
	blo	3f
	mov	r0, r7
	mov	r1, r12
	orr	r4, r4, #1
3:	lsrs	r3, r3, #1
	rrx	r2, r2
	subs	r6, r6, #1
	bhs	2b
4:	mov	r2, r0
	mov	r3, r1
	mov	r0, r4
	mov	r1, r5
	pop	{r4-r7}
	bx	lr
9:	udf	#0
end_function __aeabi_uldivmod

/* r0:r1 shifted by r2, 0 to 63. A register shift by 32 to 255 gives 0. */
function __aeabi_llsl
	sub	r3, r2, #32
	rsb	r12, r2, #32
	lsl	r1, r1, r2
	orr	r1, r1, r0, lsl r3
	orr	r1, r1, r0, lsr r12
	lsl	r0, r0, r2
	bx	lr
end_function __aeabi_llsl

function __aeabi_llsr
	sub	r3, r2, #32
	rsb	r12, r2, #32
	lsr	r0, r0, r2
	orr	r0, r0, r1, lsr r3
	orr	r0, r0, r1, lsl r12
	lsr	r1, r1, r2
	bx	lr
end_function __aeabi_llsr

function __aeabi_lasr
	subs	r3, r2, #32
	rsb	r12, r2, #32
	lsr	r0, r0, r2
	orrmi	r0, r0, r1, lsl r12
	orrpl	r0, r0, r1, asr r3
	asr	r1, r1, r2
	bx	lr
end_function __aeabi_lasr

/* clang's names for what common/string.c has. */
.macro	also name, others:vararg
	.section .text.\name, "ax", %progbits
	.irp	other, \others
	.global	\other
	.type	\other, %function
\other:
	.endr
.endm

	also	__aeabi_memcpy, __aeabi_memcpy, __aeabi_memcpy4, __aeabi_memcpy8
	b	memcpy
	also	__aeabi_memmove, __aeabi_memmove, __aeabi_memmove4, __aeabi_memmove8
	b	memmove
	also	__aeabi_memclr, __aeabi_memclr, __aeabi_memclr4, __aeabi_memclr8
	mov	r2, r1
	mov	r1, #0
	b	memset
	also	__aeabi_memset, __aeabi_memset, __aeabi_memset4, __aeabi_memset8
	eor	r1, r1, r2
	eor	r2, r1, r2
	eor	r1, r1, r2
	b	memset
