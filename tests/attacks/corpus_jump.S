/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * Leave a boot from the middle and come back to the loop over the cases. Callee-saved registers and
 * the stack only.
 */

	.text
	.globl corpus_mark
	.type corpus_mark, %function
corpus_mark:			/* int corpus_mark(uint64_t place[13]): 0, then 1 when jumped to */
	bti	c
	stp	x19, x20, [x0]
	stp	x21, x22, [x0, #16]
	stp	x23, x24, [x0, #32]
	stp	x25, x26, [x0, #48]
	stp	x27, x28, [x0, #64]
	stp	x29, x30, [x0, #80]
	mov	x1, sp
	str	x1, [x0, #96]
	mov	w0, #0
	ret
	.size corpus_mark, . - corpus_mark

	.globl corpus_jump
	.type corpus_jump, %function
corpus_jump:			/* void corpus_jump(const uint64_t place[13]) */
	bti	c
	ldp	x19, x20, [x0]
	ldp	x21, x22, [x0, #16]
	ldp	x23, x24, [x0, #32]
	ldp	x25, x26, [x0, #48]
	ldp	x27, x28, [x0, #64]
	ldp	x29, x30, [x0, #80]
	ldr	x1, [x0, #96]
	mov	sp, x1
	mov	w0, #1
	ret
	.size corpus_jump, . - corpus_jump

	.section .note.gnu.property, "a"
	.align	3
	.long	4, 16, 5
	.asciz	"GNU"
	.long	0xc0000000, 4, 3, 0
