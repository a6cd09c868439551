/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * A kernel for tests on ARMv7: the header of a zImage, and a program that says in which state it
 * was entered (Linux Documentation/arch/arm/booting.rst), then stops.
 */
	.syntax	unified
	.arm
	.section .head, "ax"
	.globl	_start
_start:
	.rept	8
	nop
	.endr
	b	entry
	.long	0x016f2818, 0, _image_size, 0x04030201

entry:
	mov	r4, r0
	mov	r5, r1
	mov	r6, r2
	mrs	r7, cpsr
	adr	sp, _start
	add	sp, sp, #0x10000
	sub	sp, sp, #16
	and	r1, r7, #31
	adr	r0, vectors
	cmp	r1, #0x1a
	bne	1f
	mcr	p15, 4, r0, c12, c0, 0	/* HVBAR */
	mrc	p15, 4, r8, c1, c0, 0	/* HSCTLR */
	mrrc	p15, 4, r9, r10, c14	/* CNTVOFF */
	b	2f
1:	mcr	p15, 0, r0, c12, c0, 0	/* VBAR */
	mov	r9, #0
	mov	r10, #0
2:	mrc	p15, 0, r0, c1, c0, 0	/* SCTLR: both must be off */
	orrne	r8, r0, r0
	orreq	r8, r8, r0
	isb
	mov	r11, #1			/* secure, unless the next instruction is undefined */
	mrc	p15, 0, r0, c1, c1, 0
probed:
	stm	sp, {r8, r9, r10, r11}
	mov	r0, r4
	mov	r1, r5
	mov	r2, r6
	mov	r3, r7
	bl	stub_main
3:	wfi
	b	3b

undefined:
	mov	r11, #0
	mrs	r0, cpsr
	and	r0, r0, #31
	cmp	r0, #0x1a
	beq	4f
	movs	pc, lr
4:	adr	r0, probed
	msr	elr_hyp, r0
	eret

	.balign	32
vectors:
	b	.
	b	undefined
	.rept	6
	b	.
	.endr
