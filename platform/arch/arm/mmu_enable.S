/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * mmu_enable.S - the instructions around the switch. We run at the same address before and after.
 */
#include "asm.h"
#include "sysreg.h"

function mmu_enable
	ldr	r1, [r0]		/* struct mmu_registers: mair */
	ldr	r2, [r0, #8]		/* tcr */
	ldr	r3, [r0, #16]		/* table, below 4 GiB */
	ldr	r12, [r0, #24]		/* sctlr */
	if_hyp	r0, 1f
	mov	r0, #0
	mcr	MAIR0(r1)
	mcr	TTBCR(r2)
	mcrr	TTBR0(r3, r0)
	isb
	mcr	TLBIALL(r0)
	dsb	nsh
	isb
	mcr	SCTLR(r12)
	isb
	bx	lr
1:	mov	r0, #0
	mcr	HMAIR0(r1)
	mcr	HTCR(r2)
	mcrr	HTTBR(r3, r0)
	isb
	mcr	TLBIALLH(r0)
	dsb	nsh
	isb
	mcr	HSCTLR(r12)
	isb
	bx	lr
end_function mmu_enable
