/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * enter.S - plat_enter(): into Linux (Documentation/arch/arm64/booting.rst).
 *
 * What the kernel reads with its caches off (itself and the device tree) was cleaned by
 * plat_clean(). Our own dirty lines may stay: memory we used is ordinary memory to the kernel, and
 * is only read after it was written with caches on. EL2 registers are as known_state in start.S
 * left them.
 */
#include "asm.h"
#include "sysreg.h"

/* x0: entry, x1: device tree */
function plat_enter
	msr	daifset, #15
	mov	x19, x0
	mov	x20, x1
	bl	cache_forget_instructions
	msr	spsel, #1
	if_el2	x0, 1f
	constant x1, SCTLR_EL1_OFF
	msr	sctlr_el1, x1
	isb
	tlbi	vmalle1
	b	3f
1:	mrs	x0, hcr_el2
	constant x1, SCTLR_EL2_OFF
	constant x2, SCTLR_EL2_E2H_OFF
	tst	x0, #(1 << HCR_E2H_BIT)
	csel	x1, x1, x2, eq
	msr	sctlr_el2, x1
	isb
	tlbi	alle2
3:	dsb	sy
	isb
	mov	x0, x20
	mov	x16, x19
	.irp	n, 1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,17,18,19,20,21,22,23,24,25,26,27,28,29,30
	mov	x\n, xzr
	.endr
	br	x16
end_function plat_enter
