/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * mmu_enable.S - the instructions around the switch. We run at the same address before and after.
 */
#include "asm.h"

function mmu_enable
	ldp	x1, x2, [x0]		/* mair, tcr */
	ldp	x3, x4, [x0, #16]	/* table, sctlr */
	if_el2	x5, 1f
	msr	mair_el1, x1
	msr	tcr_el1, x2
	msr	ttbr0_el1, x3
	isb
	tlbi	vmalle1
	dsb	nsh
	isb
	msr	sctlr_el1, x4
	isb
	ret
1:	msr	mair_el2, x1
	msr	tcr_el2, x2
	msr	ttbr0_el2, x3
	isb
	tlbi	alle2
	dsb	nsh
	isb
	msr	sctlr_el2, x4
	isb
	ret
end_function mmu_enable
