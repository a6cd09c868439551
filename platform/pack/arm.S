/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * arm.S - from reset to the unpacked loader: MMU and data cache off, in flash or in RAM, in SVC or
 * HYP.
 *
 * The loader is unpacked to BOARD_UNPACK and entered as if a stage before had put it there; start.S
 * takes it from there. r2 (the earlier stage's tree) is handed on. The stack is below BOARD_UNPACK.
 */
#include "board.h"
#include "sysreg.h"

	.syntax	unified
	.arm

/* The stack: struct codes of unpack_deflate.c, and some. */
#define STACK_SIZE 0x4000
/* No cache line is shorter. */
#define LINE 16 /* bytes */
#ifndef BOARD_BOOT_CPU
#define BOARD_BOOT_CPU 0
#endif

	.section .head.text, "ax", %progbits
	.global	_start
	.type	_start, %function
_start:
	cpsid	aif
	mov	r4, r2
	mrc	MPIDR(r0)
	ubfx	r0, r0, #0, #24
	ldr	r1, =BOARD_BOOT_CPU
	cmp	r0, r1
	bne	park

	ldr	r5, =BOARD_UNPACK
	mov	sp, r5
	movw	r6, #:lower16:(packed - (1f + 8))
	movt	r6, #:upper16:(packed - (1f + 8))
1:	add	r6, pc, r6
	ldr	r7, [r6]		/* bytes when unpacked */
	add	r8, r5, r7
	bl	clean_place
	add	r0, r6, #4
	mov	r1, r5
	mov	r2, r7
	bl	unpack
	mov	r0, r5
	mov	r1, r7
	bl	relative_branches
	bl	clean_place
	mov	r0, #0
	mcr	ICIALLU(r0)
	mcr	BPIALL(r0)
	dsb	sy
	isb
	mov	r2, r4
	bx	r5

/* Nothing of our place stays in a cache, whatever the stage before left there. Uses r0. */
clean_place:
	sub	r0, r5, #STACK_SIZE
1:	mcr	DCCIMVAC(r0)
	add	r0, r0, #LINE
	cmp	r0, r8
	blo	1b
	dsb	sy
	bx	lr

park:
	wfi
	b	park
