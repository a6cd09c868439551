/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * start.S - from reset to C: at EL1 or EL2, MMU and caches off, from flash or from RAM.
 *
 * x0 is the address of the earlier stage's device tree, or anything else. If we run from RAM, the
 * memory behind us up to our full size (__end) is ours. The image copies itself to the place that
 * home_find() chooses and relocates there; nothing here is ever written where it was loaded.
 *
 * Registers kept: x19 the earlier tree's address, x20 where we run, x21 where we go.
 */
#include "asm.h"
#include "board.h"
#include "sysreg.h"

#define EARLY_EXCEPTION_STACK 0x2000
/* Where a character goes that is to be sent: the first register of most UARTs. */
#ifndef BOARD_UART_DATA
#define BOARD_UART_DATA BOARD_UART
#endif

	.section .head.text, "ax", %progbits
	.global	_start
_start:
	msr	daifset, #15
	mov	x19, x0
	adr	x20, _start
	mrs	x1, CurrentEL
	lsr	x1, x1, #2
	cmp	x1, #3
	b.eq	at_el3
	mrs	x1, mpidr_el1
	constant x2, 0xff00ffffff
	tst	x1, x2
	b.ne	park
	bl	known_state
	bl	early_stacks

	sub	sp, sp, #32
	mov	x0, sp
	mov	x1, x19
	mov	x2, x20
	bl	home_find		/* struct home on our stack */
	ldp	x21, x22, [sp]		/* image, copy */
	ldp	x23, x24, [sp, #16]	/* tree, tree size */

	/*
	 * Whatever the caches hold for our new place is not ours: nothing may be written back over
	 * it.
	 */
	mov	x0, x22
	address	x1, __end
	sub	x1, x1, x20
	add	x25, x21, x1		/* the end of our new place */
	mov	x1, x25
	bl	cache_invalidate
	bl	copy_image
	bl	relocate
	bl	clear_bss
	mov	x0, x21
	mov	x1, x25
	bl	cache_invalidate	/* lines fetched meanwhile are stale */
	ic	iallu
	dsb	sy
	isb

	address	x0, moved
	sub	x0, x0, x20
	add	x16, x0, x21
	br	x16

	/* From here on we run at our new place. */
moved:
	hint	#36			/* bti j */
	bl	final_stacks
	bl	sign_returns
	mov	x0, x23
	mov	x1, x24
	mov	x2, x22
	mov	x3, x20
	mov	x29, xzr
	mov	x30, xzr
	b	loader_entry

/*
 * System registers as Linux and we want them, whatever was there. Unaligned accesses fault until
 * the MMU is on, also on emulators that would let them pass. Uses x0 to x2.
 */
	.global	known_state
known_state:
	msr	tpidrro_el0, xzr	/* vectors.S: not reporting anything */
	address	x0, exception_vectors
	if_el2	x1, 1f
	constant x1, (SCTLR_EL1_OFF | SCTLR_A)
	msr	sctlr_el1, x1
	msr	vbar_el1, x0
	mov	x1, #CPACR_EL1_OPEN
	msr	cpacr_el1, x1
	b	3f
1:	msr	vbar_el2, x0
	constant x1, (HCR_RW | HCR_API | HCR_APK)
	msr	hcr_el2, x1		/* E2H off, where the CPU lets us */
	isb
	msr	cntvoff_el2, xzr
	msr	hstr_el2, xzr
	mrs	x1, midr_el1
	msr	vpidr_el2, x1
	mrs	x1, mpidr_el1
	msr	vmpidr_el2, x1
	mrs	x1, hcr_el2
	tbnz	x1, #HCR_E2H_BIT, 2f
	constant x1, (SCTLR_EL2_OFF | SCTLR_A)
	msr	sctlr_el2, x1
	mov	x1, #CPTR_EL2_OPEN
	msr	cptr_el2, x1
	mov	x1, #CNTHCTL_EL2_OPEN
	msr	cnthctl_el2, x1
	b	gic_registers
2:	constant x1, (SCTLR_EL2_E2H_OFF | SCTLR_A)
	msr	sctlr_el2, x1
	mov	x1, #CPTR_EL2_E2H_OPEN
	msr	cptr_el2, x1
	mov	x1, #CNTHCTL_EL2_E2H_OPEN
	msr	cnthctl_el2, x1
gic_registers:
	mrs	x1, id_aa64pfr0_el1
	ubfx	x1, x1, #24, #4
	cbz	x1, 3f
	mrs	x1, S3_4_C12_C9_5	/* ICC_SRE_EL2 */
	orr	x1, x1, #1		/* SRE */
	orr	x1, x1, #8		/* Enable */
	msr	S3_4_C12_C9_5, x1
3:	isb
	ret

/*
 * Stacks before we move: in the memory that will be ours anyway if we run from RAM, else where the
 * board says. Exceptions have a stack of their own (SP_ELx); everything else runs on SP_EL0.
 */
early_stacks:
	constant x0, BOARD_RAM_BASE
	constant x1, BOARD_EARLY_STACK
	address	x2, __stack_top
	cmp	x20, x0
	csel	x1, x2, x1, hs
	msr	spsel, #1
	mov	sp, x1
	msr	spsel, #0
	sub	x1, x1, #EARLY_EXCEPTION_STACK
	mov	sp, x1
	ret

final_stacks:
	address	x0, __exception_stack_top
	msr	spsel, #1
	mov	sp, x0
	msr	spsel, #0
	address	x0, __stack_top
	mov	sp, x0
	address	x0, exception_vectors
	if_el2	x1, 1f
	msr	vbar_el1, x0
	isb
	ret
1:	msr	vbar_el2, x0
	isb
	ret

/* The image from x20 to x21, 32 bytes a turn; the link script rounds its end. */
copy_image:
	cmp	x20, x21
	b.eq	2f
	mov	x0, x20
	mov	x1, x21
	address	x2, __image_end
1:	ldp	x3, x4, [x0], #16
	ldp	x5, x6, [x0], #16
	stp	x3, x4, [x1], #16
	stp	x5, x6, [x1], #16
	cmp	x0, x2
	b.lo	1b
2:	ret

/*
 * Add our address to the words that hold addresses. pack_relocations.py put the table
 * behind the image: a count, then so many word numbers, 16 bits each.
 */
relocate:
	address	x0, __image_end
	ldrh	w1, [x0], #2
	cbz	w1, 2f
1:	ldrh	w2, [x0], #2
	ldr	x3, [x21, x2, lsl #3]
	add	x3, x3, x21
	str	x3, [x21, x2, lsl #3]
	subs	w1, w1, #1
	b.ne	1b
2:	ret

clear_bss:
	address	x0, __bss_start
	address	x1, __bss_end
	sub	x0, x0, x20
	sub	x1, x1, x20
	add	x0, x0, x21
	add	x1, x1, x21
1:	cmp	x0, x1
	b.hs	2f
	stp	xzr, xzr, [x0], #16
	stp	xzr, xzr, [x0], #16
	stp	xzr, xzr, [x0], #16
	stp	xzr, xzr, [x0], #16
	b	1b
2:	ret

/* Pointer authentication, if the CPU has it: a key from the best source there is this early. */
	.global	sign_returns
sign_returns:
	.arch_extension pauth
	mrs	x0, id_aa64isar1_el1
	tst	x0, #0xff0		/* APA, API */
	mrs	x1, S3_0_C0_C6_2	/* ID_AA64ISAR2_EL1 */
	and	x1, x1, #0xf000		/* APA3 */
	ccmp	x1, #0, #0, eq
	b.eq	2f
	mrs	x0, id_aa64isar0_el1
	mrs	x1, cntpct_el0
	mvn	x2, x1
	ubfx	x0, x0, #60, #4
	cbz	x0, 1f
	mrs	x1, S3_3_C2_C4_0	/* RNDR */
	mrs	x2, S3_3_C2_C4_0
1:	msr	S3_0_C2_C1_0, x1	/* APIAKeyLo_EL1 */
	msr	S3_0_C2_C1_1, x2	/* APIAKeyHi_EL1 */
	isb
2:	ret

/* Not ours to run at. Nobody has set up a firmware for the kernel to call. */
at_el3:
	adr	x0, el3_message
	constant x1, BOARD_UART_DATA
1:	ldrb	w2, [x0], #1
	cbz	w2, park
	str	w2, [x1]
	b	1b

/* Secondary cores, and the end of everything else: asleep for good. */
park:
	wfi
	b	park

el3_message:
	.ascii	"holdfast: entered at EL3; start it at EL2 or EL1, "
	.asciz	"behind a firmware that offers PSCI\r\n"
	.balign	4
