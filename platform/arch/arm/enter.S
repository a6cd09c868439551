/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * enter.S - plat_enter(): into Linux (Documentation/arch/arm/booting.rst): r0 0, r1 all ones, r2
 * the device tree, MMU and caches off, in HYP where there is one.
 *
 * Every data cache is empty then, ours and what the boot wrote: Linux writes its first tables with
 * caches off, and in the other world our lines would have other tags. HYP registers are as hyp.S
 * left them.
 */
#include "asm.h"
#include "board.h"
#include "sysreg.h"

#ifndef BOARD_GIC_DISTRIBUTOR
#define BOARD_GIC_DISTRIBUTOR 0
#define BOARD_GIC_CPU 0
#endif
/* GICv2 (IHI 0048). */
#define GICD_TYPER 0x004
#define GICD_TYPER_SECURITY (1 << 10)
#define GICD_IGROUPR 0x080
#define GICC_PMR 0x004

/* r0: entry, r1: device tree. From the moment the caches are off: no stack. */
function plat_enter
	cpsid	aif
	mov	r4, r0
	mov	r5, r1
	bl	cpu_is_secure
	mov	r6, r0
	mov	r0, #0
	if_hyp	r1, 1f
	constant r1, SCTLR_OFF
	mcr	SCTLR(r1)
	isb
	mcr	TTBCR(r0)
	mcr	VBAR(r0)
	isb
	mcr	TLBIALL(r0)
	b	2f
1:	constant r1, HSCTLR_OFF
	mcr	HSCTLR(r1)
	isb
	mcr	TLBIALLH(r0)
2:	bl	cache_empty
	mcr	ICIALLU(r0)
	mcr	BPIALL(r0)
	dsb	sy
	isb
	cmp	r6, #0
	bne	leave_secure
	b	jump
end_function plat_enter

/*
 * From secure SVC, where nobody would answer the kernel: give up what only this world can give, and
 * never come back. Registers of the non-secure world are set from Monitor mode with SCR.NS set.
 */
	.type	leave_secure, %function
leave_secure:
	bl	open_interrupts
	cps	#MODE_MONITOR
	mrc	NSACR(r0)
	constant r1, NSACR_OPEN
	orr	r0, r0, r1
	mcr	NSACR(r0)
	mrc	ID_PFR1(r8)
	ubfx	r8, r8, #PFR1_VIRTUALIZATION, #4
	mov	r0, #SCR_LEAVE
	movw	r7, #(MODE_SVC | PSR_MASKED)
	cmp	r8, #0
	orrne	r0, r0, #SCR_LEAVE_HYP
	movwne	r7, #(MODE_HYP | PSR_MASKED)
	mcr	SCR(r0)
	isb
	constant r0, SCTLR_OFF
	mcr	SCTLR(r0)
	mov	r0, #0
	mcr	TTBCR(r0)
	mcr	VBAR(r0)
	isb
	cmp	r8, #0
	beq	1f
	bl	hyp_state
	constant r0, HSCTLR_OFF
	mcr	HSCTLR(r0)
	isb
	mov	r0, #0
	mcr	TLBIALLH(r0)
1:	mcr	TLBIALL(r0)
	dsb	sy
	isb
	msr	spsr_cxsf, r7
	mov	r0, #0
	mvn	r1, #0
	mov	r2, r5
	movs	pc, r4

/* All interrupts to the non-secure world, and of any priority. Uses r0 to r3. */
open_interrupts:
	constant r0, BOARD_GIC_DISTRIBUTOR
	cmp	r0, #0
	bxeq	lr
	ldr	r1, [r0, #GICD_TYPER]
	tst	r1, #GICD_TYPER_SECURITY
	bxeq	lr	/* one world only (QEMU's H3): Linux will only turn on group 0 */
	and	r1, r1, #31		/* 32 interrupts each, and one more */
	add	r0, r0, #GICD_IGROUPR
	mvn	r2, #0
1:	str	r2, [r0], #4
	subs	r1, r1, #1
	bhs	1b
	constant r0, BOARD_GIC_CPU
	mov	r2, #0xff
	str	r2, [r0, #GICC_PMR]
	dsb	sy
	bx	lr

jump:
	mov	r0, #0
	mvn	r1, #0
	mov	r2, r5
	mov	r12, r4
	.irp	n, 3,4,5,6,7,8,9,10,11
	mov	r\n, #0
	.endr
	mov	lr, #0
	bx	r12
