/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * start.S - from reset to C: in SVC (secure or not) or HYP, MMU and data cache off, from flash or
 * from RAM.
 *
 * r2 is the address of the earlier stage's device tree, or anything else. If we run from RAM, the
 * memory behind us up to our full size (__end) is ours. The image copies itself to the place that
 * home_find() chooses and relocates there; nothing here is ever written where it was loaded.
 *
 * Registers kept: r4 the earlier tree's address, r5 where we run, r6 where we go.
 */
#include "asm.h"
#include "board.h"
#include "sysreg.h"

#define EARLY_EXCEPTION_STACK 0x2000
#ifndef BOARD_BOOT_CPU
#define BOARD_BOOT_CPU 0
#endif
#ifndef BOARD_TIMER_HZ
#define BOARD_TIMER_HZ 0
#endif

	.section .head.text, "ax", %progbits
	.global	_start
	.type	_start, %function
_start:
	cpsid	aif
	mov	r4, r2
	adr	r5, _start
	mrs	r0, cpsr
	and	r0, r0, #MODE_MASK
	cmp	r0, #MODE_HYP
	beq	1f
	cps	#MODE_SVC
1:	mrc	MPIDR(r0)
	ubfx	r0, r0, #0, #24
	constant r1, BOARD_BOOT_CPU
	cmp	r0, r1
	bne	park
	mrc	ID_MMFR0(r0)
	and	r0, r0, #15
	cmp	r0, #5			/* long descriptors */
	blo	no_lpae
	bl	known_state
	bl	early_stacks
	bl	secure_state

	sub	sp, sp, #16
	mov	r0, sp
	mov	r1, r4
	mov	r2, r5
	bl	home_find		/* struct home on our stack */
	ldm	sp, {r6-r9}		/* image, copy, tree, tree size */

	/*
	 * Whatever the caches hold for our new place is not ours: nothing may be written back over
	 * it.
	 */
	address	r10, __end
	sub	r10, r10, r5
	add	r10, r10, r6		/* the end of our new place */
	mov	r0, r7
	mov	r1, r10
	bl	cache_invalidate
	bl	copy_image
	bl	relocate
	bl	clear_bss
	mov	r0, r6
	mov	r1, r10
	bl	cache_invalidate	/* lines fetched meanwhile are stale */
	bl	cache_forget_instructions

	address	r0, moved
	sub	r0, r0, r5
	add	r0, r0, r6
	bx	r0

	/* From here on we run at our new place. */
moved:
	bl	final_stacks
	mov	r0, r8
	mov	r1, r9
	mov	r2, r7
	mov	r3, r5
	mov	r11, #0
	mov	lr, #0
	bl	loader_entry

/*
 * System registers as Linux and we want them, whatever was there. Unaligned accesses fault until
 * the MMU is on, also on emulators that would let them pass. Uses r0 to r3.
 */
	.global	known_state
known_state:
	mov	r0, #0
	mcr	TPIDRURO(r0)		/* vectors.S: not reporting anything */
	mov	r3, lr
	if_hyp	r0, 1f
	constant r0, (SCTLR_OFF | SCTLR_A)
	mcr	SCTLR(r0)
	constant r0, TTBCR_EAE
	mcr	TTBCR(r0)
	constant r0, CPACR_OPEN
	mcr	CPACR(r0)
	isb
	bx	r3
1:	bl	hyp_state
	constant r0, (HSCTLR_OFF | SCTLR_A)
	mcr	HSCTLR(r0)
	isb
	bx	r3

/*
 * What only the secure world may set, and must before caches are of use (the processors' Technical
 * Reference Manuals, ACTLR.SMP). Uses r0, r1, r3.
 */
secure_state:
	mov	r3, lr
	if_hyp	r0, 1f
	bl	cpu_is_secure
	cmp	r0, #0
	beq	1f
	mrc	CNTFRQ(r0)
	cmp	r0, #0			/* else a stage before knew, or an emulator */
	constant r1, BOARD_TIMER_HZ
	mcreq	CNTFRQ(r1)
	mrc	MIDR(r0)
	lsr	r1, r0, #24
	cmp	r1, #'A'		/* Arm's own */
	bne	1f
	ubfx	r0, r0, #4, #12
	movw	r1, #0xc07		/* Cortex-A7, 0xc0d A12, 0xc0e A17, 0xc0f A15 */
	sub	r0, r0, r1
	cmp	r0, #8
	bhi	1f
	mrc	ACTLR(r0)
	orr	r0, r0, #ACTLR_SMP
	mcr	ACTLR(r0)
1:	isb
	bx	r3

/*
 * Stacks before we move: in the memory that will be ours anyway if we run from RAM, else where the
 * board says. Exceptions have a stack of their own, which they find in TPIDRURW.
 */
early_stacks:
	constant r0, BOARD_RAM_BASE
	constant r1, BOARD_EARLY_STACK
	address	r2, __stack_top
	cmp	r5, r0
	movhs	r1, r2
	sub	sp, r1, #EARLY_EXCEPTION_STACK
	b	exceptions

final_stacks:
	address	r0, __stack_top
	mov	sp, r0
	address	r1, __exception_stack_top

/* r1: their stack's top. Uses r0. */
	.global	exceptions
exceptions:
	mcr	TPIDRURW(r1)
	if_hyp	r0, 1f
	address	r0, exception_vectors
	mcr	VBAR(r0)
	isb
	bx	lr
1:	address	r0, hyp_vectors
	mcr	HVBAR(r0)
	isb
	bx	lr

/* The image from r5 to r6, 16 bytes a turn; the link script rounds its end. */
copy_image:
	mov	r0, r5
	mov	r1, r6
	address	r2, __image_end
	push	{r4, r5}
1:	ldm	r0!, {r3, r4, r5, r12}
	stm	r1!, {r3, r4, r5, r12}
	cmp	r0, r2
	blo	1b
	pop	{r4, r5}
	bx	lr

/*
 * Add our address to the words that hold addresses. pack_relocations.py put the table
 * behind the image: a count, then so many word numbers, 16 bits each.
 */
relocate:
	address	r0, __image_end
	ldrh	r1, [r0], #2
	cmp	r1, #0
	bxeq	lr
1:	ldrh	r2, [r0], #2
	ldr	r3, [r6, r2, lsl #2]
	add	r3, r3, r6
	str	r3, [r6, r2, lsl #2]
	subs	r1, r1, #1
	bne	1b
	bx	lr

clear_bss:
	address	r0, __bss_start
	address	r1, __bss_end
	sub	r2, r6, r5
	add	r0, r0, r2
	add	r1, r1, r2
	mov	r2, #0
	mov	r3, #0
1:	cmp	r0, r1
	bxhs	lr
	.rept	8
	strd	r2, r3, [r0], #8
	.endr
	b	1b

/* An older processor: its tables are others, and Linux needs another kernel. */
no_lpae:
	adr	r0, lpae_message
	constant r1, BOARD_UART
1:	ldrb	r2, [r0], #1
	cmp	r2, #0
	beq	park
	str	r2, [r1]
	b	1b

/* Secondary cores, and the end of everything else: asleep for good. */
park:
	wfi
	b	park

lpae_message:
	.asciz	"holdfast: this processor has no long-descriptor page tables (LPAE)\r\n"
	.balign	4
