/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * cache.S - cache maintenance by address. A kernel is half a million lines of 64 bytes: sixteen a
 * turn keep the cost at two instructions each (there is no addressing mode that would save the
 * add).
 */
#include "asm.h"

/* One operation on each line of [x0, x1). Uses x0 to x4 only. */
.macro	each_line operation
	mrs	x2, ctr_el0
	ubfx	x2, x2, #16, #4		/* DminLine: log2 of words */
	mov	x3, #4
	lsl	x2, x3, x2		/* bytes in a line */
	sub	x3, x2, #1
	bic	x0, x0, x3
	cmp	x0, x1
	b.hs	3f
	sub	x3, x1, x0
	lsr	x3, x3, #4
1:	cmp	x3, x2			/* at least sixteen lines left? */
	b.lo	2f
	.rept	16
	dc	\operation, x0
	add	x0, x0, x2
	.endr
	sub	x3, x3, x2
	b	1b
2:	cmp	x0, x1
	b.hs	3f
	dc	\operation, x0
	add	x0, x0, x2
	b	2b
3:	dsb	sy
	ret
.endm

function cache_clean
	each_line cvac
end_function cache_clean

function cache_clean_invalidate
	each_line civac
end_function cache_clean_invalidate

function cache_invalidate
	each_line ivac
end_function cache_invalidate

function cache_forget_instructions
	dsb	ish
	ic	ialluis
	dsb	ish
	isb
	ret
end_function cache_forget_instructions
