/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * arm64.S - from reset to the unpacked loader: MMU and caches off, in flash or in RAM, at any EL.
 *
 * The loader is unpacked to BOARD_UNPACK and entered as if a stage before had put it there; start.S
 * takes it from there. x0 (the earlier stage's tree) is handed on. The stack is below BOARD_UNPACK.
 */
#include "board.h"

/* The stack: struct codes of unpack_deflate.c, and some. */
#define STACK_SIZE 0x4000
/* No cache line is shorter. */
#define LINE 16 /* bytes */

	.section .head.text, "ax", %progbits
	.global	_start
_start:
	msr	daifset, #15
	mov	x19, x0
	mrs	x1, mpidr_el1
	ubfx	x2, x1, #32, #8
	and	x1, x1, #0xffffff
	orr	x1, x1, x2
	cbnz	x1, park

	movz	x20, #(BOARD_UNPACK >> 16), lsl #16
	movk	x20, #(BOARD_UNPACK & 0xffff)
	mov	sp, x20
	adr	x21, packed
	ldr	w22, [x21]		/* bytes when unpacked */
	add	x23, x20, x22
	bl	clean_place
	add	x0, x21, #4
	mov	x1, x20
	mov	w2, w22
	bl	unpack
	mov	x0, x20
	mov	w1, w22
	bl	relative_branches
	bl	clean_place
	ic	iallu
	dsb	sy
	isb
	mov	x0, x19
	br	x20

/* Nothing of our place stays in a cache, whatever the stage before left there. Uses x0. */
clean_place:
	sub	x0, x20, #STACK_SIZE
1:	dc	civac, x0
	add	x0, x0, #LINE
	cmp	x0, x23
	b.lo	1b
	dsb	sy
	ret

park:
	wfe
	b	park
