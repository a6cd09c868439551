/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * core.S - another processor's way from firmware to core_main(), and what it takes to wait for one
 * (cores.h).
 *
 * Firmware starts it in our mode, MMU and caches off: what it reads before they are on was cleaned.
 */
#include "asm.h"
#include "sysreg.h"

#define CORE_STACK 32 /* struct core, behind the registers */
#define CORE_EXCEPTIONS 0x1000

/* r0: its struct core. The instruction cache may hold what was here before us. */
function core_entry
	cpsid	aif
	mov	r4, r0
	mcr	ICIALLU(r0)
	mcr	BPIALL(r0)
	dsb	nsh
	isb
	bl	known_state
	ldr	r1, [r4, #CORE_STACK]
	sub	sp, r1, #CORE_EXCEPTIONS
	bl	exceptions
	mov	r0, r4
	bl	mmu_enable
	mov	r0, r4
	mov	r11, #0
	mov	lr, #0
	bl	core_main
end_function core_entry

function core_self
	mrc	MPIDR(r0)
	ubfx	r0, r0, #0, #24
	bx	lr
end_function core_self

function core_sleep
	wfe
	bx	lr
end_function core_sleep

function core_wake
	dsb	ish
	sev
	bx	lr
end_function core_wake

function core_yield
	yield
	bx	lr
end_function core_yield
