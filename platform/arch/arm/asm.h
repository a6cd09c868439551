/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * asm.h - how functions are written in assembly here. Only for .S files; all of it is A32, and C is
 * Thumb: call with bl, return with bx.
 */
#ifndef HOLDFAST_ASM_H
#define HOLDFAST_ASM_H

.syntax	unified
	.arm

/* A global function in a section of its own. */
.macro	function name
	.section .text.\name, "ax", %progbits
	.global	\name
	.type	\name, %function
	.balign	4
\name:
.endm

.macro	end_function name
	.size	\name, . - \name
.endm

/* reg = address of symbol, wherever we run. */
.macro	address reg, symbol
	movw	\reg, #:lower16:(\symbol - (.Lhere\@ + 8))
	movt	\reg, #:upper16:(\symbol - (.Lhere\@ + 8))
.Lhere\@:
	add	\reg, pc, \reg
.endm

/* reg = 32-bit constant. */
.macro	constant reg, value
	movw	\reg, #((\value) & 0xffff)
	movt	\reg, #(((\value) >> 16) & 0xffff)
.endm

/* Branch to label if we run in HYP mode; reg is lost. */
.macro	if_hyp	reg, label
	mrs	\reg, cpsr
	and	\reg, \reg, #0x1f	/* MODE_MASK */
	cmp	\reg, #0x1a		/* MODE_HYP */
	beq	\label
.endm

#endif
