/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * vectors.S - every exception ends in exception_report(), which does not return.
 *
 * Exceptions have a stack of their own, so that an overflowed one can still be reported: its top is
 * in TPIDRURW, for HYP mode too, which has only one stack pointer. TPIDRURO is not 0 while
 * reporting: an exception in that gets one short line, and the next one silence.
 */
#include "asm.h"
#include "sysreg.h"

#define FRAME_SIZE 80 /* struct exception_frame and 4 bytes, the stack stays 8-aligned */
#define NESTED 0x100

.macro	vector number, save
	mcr	TPIDRPRW(r0)
	mrc	TPIDRURO(r0)
	cmp	r0, #0
	bne	exception_nested
	mov	r0, #\number
	b	\save
.endm

	.section .text.vectors, "ax", %progbits
	.balign	32
	.global	exception_vectors
	.type	exception_vectors, %object
exception_vectors:
	b	0f
	b	1f
	b	2f
	b	3f
	b	4f
	b	5f
	b	6f
	b	7f
	.balign	32
	.global	hyp_vectors
	.type	hyp_vectors, %object
hyp_vectors:
	b	10f
	b	11f
	b	12f
	b	13f
	b	14f
	b	15f
	b	16f
	b	17f

0:	vector	0, save
1:	mcr	TPIDRPRW(r0)
	adr	r0, probed
	cmp	r0, lr
	beq	not_secure
	mrc	TPIDRPRW(r0)
	vector	1, save
2:	vector	2, save
3:	vector	3, save
4:	vector	4, save
5:	vector	5, save
6:	vector	6, save
7:	vector	7, save
10:	vector	0, save_hyp
11:	vector	1, save_hyp
12:	vector	2, save_hyp
13:	vector	3, save_hyp
14:	vector	4, save_hyp
15:	vector	5, save_hyp
16:	vector	6, save_hyp
17:	vector	7, save_hyp

/* r0: number of the vector; TPIDRPRW: what was in r0. */
save:
	mrc	TPIDRURW(sp)
	sub	sp, sp, #FRAME_SIZE
	stm	sp, {r0-r12}
	mov	r3, lr
	mrs	r5, spsr
	mov	r2, #0			/* an svc instruction: it overwrote them */
	mov	r4, #0
	cmp	r0, #2
	beq	1f
	mrs	r1, cpsr
	cps	#MODE_SVC
	mov	r2, sp
	mov	r4, lr
	msr	cpsr_c, r1
1:
	mov	r6, #0
	mov	r7, #0
	cmp	r0, #3
	mrceq	IFSR(r6)
	mrceq	IFAR(r7)
	cmp	r0, #4
	mrceq	DFSR(r6)
	mrceq	DFAR(r7)
	b	report

save_hyp:
	mcr	HTPIDR(sp)
	mrc	TPIDRURW(sp)
	sub	sp, sp, #FRAME_SIZE
	stm	sp, {r0-r12}
	mrc	HTPIDR(r2)
	mrs	r3, elr_hyp
	mov	r4, lr
	mrs	r5, spsr
	mrc	HSR(r6)
	mrc	HDFAR(r7)
	cmp	r0, #3
	mrceq	HIFAR(r7)

/* r2 to r7: sp, pc, lr, psr, fault status and address, as struct exception_frame has them. */
report:
	mcr	TPIDRURO(sp)		/* not 0 */
	mrc	TPIDRPRW(r1)
	str	r1, [sp]
	add	r1, sp, #52
	stm	r1, {r2-r7}
	mov	r1, r0
	mov	r0, sp
	bl	exception_report

exception_nested:
	cmp	r0, #NESTED
	beq	exception_park
	mov	r0, #NESTED
	mcr	TPIDRURO(r0)
	mrc	TPIDRURW(sp)
	bl	exception_again

exception_park:
	wfi
	b	exception_park

/*
 * Only the secure world may read SCR. Elsewhere the read is undefined, and the handler above comes
 * back with 0. Processors without the Security Extensions are not asked.
 */
	.global	cpu_is_secure
	.type	cpu_is_secure, %function
cpu_is_secure:
	mrs	r0, cpsr
	and	r0, r0, #MODE_MASK
	cmp	r0, #MODE_HYP
	moveq	r0, #0
	bxeq	lr
	mrc	ID_PFR1(r0)
	ubfx	r0, r0, #PFR1_SECURITY, #4
	cmp	r0, #0
	bxeq	lr
	mov	r0, #1
	mrc	SCR(r1)
probed:
	bx	lr

not_secure:
	mov	r0, #0
	movs	pc, lr
