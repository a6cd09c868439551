/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * asm.h - how functions are written in assembly here. Only for .S files.
 */
#ifndef HOLDFAST_ASM_H
#define HOLDFAST_ASM_H

/* A global function in a section of its own; it may be called through a pointer (bti c). */
.macro	function name
	.section .text.\name, "ax", %progbits
	.global	\name
	.type	\name, %function
	.balign	4
\name:
	hint	#34 /* bti c */
.endm

.macro	end_function name
	.size	\name, . - \name
.endm

/* reg = address of symbol, wherever we run. */
.macro	address reg, symbol
	adrp	\reg, \symbol
	add	\reg, \reg, :lo12:\symbol
.endm

/* reg = 64-bit constant. */
.macro	constant reg, value
	movz	\reg, #((\value) & 0xffff)
	movk	\reg, #(((\value) >> 16) & 0xffff), lsl #16
	movk	\reg, #(((\value) >> 32) & 0xffff), lsl #32
	movk	\reg, #(((\value) >> 48) & 0xffff), lsl #48
.endm

/* Branch to label if we run at EL2; reg is lost. */
.macro	if_el2	reg, label
	mrs	\reg, CurrentEL
	tbnz	\reg, #3, \label
.endm

#endif
