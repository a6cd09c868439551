/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * keeps_arm.S - int call_keeps(void (*function)(void), const void *const arguments[7]): call it
 * with known values in the registers that belong to its caller, and see whether they are still
 * there. 1 if they are.
 */
	.syntax	unified
	.arm
	.arch	armv7-a
	.fpu	neon
	.text

	/* A value of its own for each: the register's number in the lowest bits. */
	.macro	known reg, number
	movw	\reg, #(0x5a30 + \number)
	movt	\reg, #(0xc369 - \number)
	.endm

	.macro	must_be reg, number
	known	r1, \number
	teq	\reg, r1
	movne	r0, #0
	.endm

	.global	call_keeps
	.type	call_keeps, %function
call_keeps:
	push	{r4-r11, lr}
	vpush	{d8-d15}
	sub	sp, sp, #12
	mov	r12, r0
	mov	lr, r1
	.irp	n, 4, 5, 6, 7, 8, 9, 10, 11
	known	r\n, \n
	.endr
	.irp	n, 8, 9, 10, 11, 12, 13, 14, 15
	known	r0, (2 * \n)
	known	r1, (2 * \n + 1)
	vmov	d\n, r0, r1
	.endr
	ldr	r0, [lr, #16]
	ldr	r1, [lr, #20]
	ldr	r2, [lr, #24]
	stm	sp, {r0-r2}
	ldm	lr, {r0-r3}
	blx	r12
	mov	r0, #1
	.irp	n, 4, 5, 6, 7, 8, 9, 10, 11
	must_be	r\n, \n
	.endr
	.irp	n, 8, 9, 10, 11, 12, 13, 14, 15
	vmov	r2, r3, d\n
	must_be	r2, (2 * \n)
	must_be	r3, (2 * \n + 1)
	.endr
	add	sp, sp, #12
	vpop	{d8-d15}
	pop	{r4-r11, pc}
	.size	call_keeps, . - call_keeps
