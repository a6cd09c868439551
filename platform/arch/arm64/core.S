/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * core.S - another processor's way from firmware to core_main(), and what it takes to wait for one
 * (cores.h).
 *
 * Firmware starts it at our exception level, MMU and caches off: what it reads before they are on
 * was cleaned.
 */
#include "asm.h"

#define CORE_STACK 32 /* struct core, behind the registers */
#define CORE_EXCEPTIONS 0x1000

/* x0: its struct core. The instruction cache may hold what was here before us. */
function core_entry
	msr	daifset, #15
	mov	x19, x0
	ic	iallu
	dsb	nsh
	isb
	bl	known_state
	ldr	x0, [x19, #CORE_STACK]
	msr	spsel, #1
	mov	sp, x0
	msr	spsel, #0
	sub	x0, x0, #CORE_EXCEPTIONS
	mov	sp, x0
	bl	sign_returns
	mov	x0, x19
	bl	mmu_enable
	mov	x0, x19
	mov	x29, xzr
	mov	x30, xzr
	b	core_main
end_function core_entry

function core_self
	mrs	x0, mpidr_el1
	constant x1, 0xff00ffffff
	and	x0, x0, x1
	ret
end_function core_self

function core_sleep
	wfe
	ret
end_function core_sleep

function core_wake
	dsb	ish
	sev
	ret
end_function core_wake

function core_yield
	yield
	ret
end_function core_yield
