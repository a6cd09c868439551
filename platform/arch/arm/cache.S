/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * cache.S - cache maintenance by address, sixteen lines a turn; and of everything, for the end.
 */
#include "asm.h"
#include "sysreg.h"

/* One operation on each line of [r0, r1). Uses r0 to r3 only. */
.macro	each_line operation:vararg
	mrc	CTR(r2)
	ubfx	r2, r2, #16, #4		/* DminLine: log2 of words */
	mov	r3, #4
	lsl	r2, r3, r2		/* bytes in a line */
	sub	r3, r2, #1
	bic	r0, r0, r3
	cmp	r0, r1
	bhs	3f
	sub	r3, r1, r0
	lsr	r3, r3, #4
1:	cmp	r3, r2			/* at least sixteen lines left? */
	blo	2f
	.rept	16
	mcr	\operation
	add	r0, r0, r2
	.endr
	sub	r3, r3, r2
	b	1b
2:	cmp	r0, r1
	bhs	3f
	mcr	\operation
	add	r0, r0, r2
	b	2b
3:	dsb	sy
	bx	lr
.endm

function cache_clean
	each_line DCCMVAC(r0)
end_function cache_clean

function cache_clean_invalidate
	each_line DCCIMVAC(r0)
end_function cache_clean_invalidate

function cache_invalidate
	each_line DCIMVAC(r0)
end_function cache_invalidate

function cache_forget_instructions
	dsb	ish
	mcr	ICIALLUIS(r0)
	mcr	BPIALLIS(r0)
	dsb	ish
	isb
	bx	lr
end_function cache_forget_instructions

/*
 * Clean and invalidate every data cache of this core to the point of coherency, by set and way: for
 * the way out, with the caches off already. The other cores' are not touched. No stack; uses r0 to
 * r3 and r7 to r12.
 */
function cache_empty
	dsb	sy
	mrc	CLIDR(r0)
	ubfx	r1, r0, #24, #3
	lsl	r1, r1, #1		/* level of coherency, times two as in CSSELR */
	mov	r2, #0
1:	cmp	r2, r1
	bhs	5f
	add	r3, r2, r2, lsr #1	/* three bits a level */
	lsr	r3, r0, r3
	and	r3, r3, #7
	cmp	r3, #2			/* is there a data cache? */
	blo	4f
	mcr	CSSELR(r2)
	isb
	mrc	CCSIDR(r3)
	and	r7, r3, #7
	add	r7, r7, #4		/* log2 of bytes in a line */
	ubfx	r8, r3, #3, #10		/* last way */
	clz	r9, r8
	ubfx	r10, r3, #13, #15	/* last set */
2:	mov	r11, r8
3:	orr	r12, r2, r11, lsl r9
	orr	r12, r12, r10, lsl r7
	mcr	DCCISW(r12)
	subs	r11, r11, #1
	bhs	3b
	subs	r10, r10, #1
	bhs	2b
4:	add	r2, r2, #2
	b	1b
5:	mov	r2, #0
	mcr	CSSELR(r2)
	dsb	sy
	isb
	bx	lr
end_function cache_empty
