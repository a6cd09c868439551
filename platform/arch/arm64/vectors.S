/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * vectors.S - every exception, ours or not, ends in exception_report(), which does not return.
 *
 * The loader runs on SP_EL0; SP_ELx belongs to this file, so that an overflowed stack can still be
 * reported. An exception on SP_ELx is one inside the report: it gets one short line, and the next
 * one silence.
 */
#include "asm.h"

#define FRAME_SIZE 288 /* struct exception_frame */

.macro	vector number
	.balign	128
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp]
	mov	x1, #\number
	b	exception_save
.endm

.macro	vector_again
	.balign	128
	address	x0, __exception_stack_top
	mov	sp, x0
	mrs	x1, tpidrro_el0
	cbnz	x1, exception_park
	mov	x1, #1
	msr	tpidrro_el0, x1
	b	exception_again
.endm

	.section .text.vectors, "ax", %progbits
	.global	exception_vectors
	.balign	2048
exception_vectors:
	vector	0	/* our own, on SP_EL0 */
	vector	1
	vector	2
	vector	3
	vector_again	/* while reporting */
	vector_again
	vector_again
	vector_again
	vector	8	/* from a lower level: there is nobody */
	vector	9
	vector	10
	vector	11
	vector	12
	vector	13
	vector	14
	vector	15

exception_save:
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	mrs	x2, sp_el0
	stp	x30, x2, [sp, #240]
	if_el2	x3, 1f
	mrs	x2, elr_el1
	mrs	x3, spsr_el1
	mrs	x4, esr_el1
	mrs	x5, far_el1
	b	2f
1:	mrs	x2, elr_el2
	mrs	x3, spsr_el2
	mrs	x4, esr_el2
	mrs	x5, far_el2
2:	stp	x2, x3, [sp, #256]
	stp	x4, x5, [sp, #272]
	mov	x0, sp
	b	exception_report

exception_park:
	wfi
	b	exception_park
