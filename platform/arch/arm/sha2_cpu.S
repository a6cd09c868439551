/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sha2_cpu.S - see sha2_cpu.h. In assembly because C is compiled without these registers.
 */
#include "asm.h"
#include "sysreg.h"

#define ID_ISAR5(reg) p15, 0, reg, c0, c2, 5
#define ISAR5_SHA2 12 /* by bit */
#define CPACR_ASEDIS 0x80000000
#define HCPTR_CLOSED 0x8c00 /* TASE, TCP11, TCP10 */

	.fpu	neon

function sha2_cpu
	mrc	ID_ISAR5(r0)
	ubfx	r0, r0, #ISAR5_SHA2, #4
	cmp	r0, #0
	bxeq	lr
	if_hyp	r1, 1f
	mrc	CPACR(r1)
	constant r2, (CPACR_OPEN | CPACR_ASEDIS)
	and	r1, r1, r2
	cmp	r1, #CPACR_OPEN
	b	2f
1:	mrc	HCPTR(r1)
	constant r2, HCPTR_CLOSED
	tst	r1, r2
2:	movne	r0, #0
	moveq	r0, #1
	bx	lr
end_function sha2_cpu

function sha2_cpu_open
	vmrs	r0, fpexc
	orr	r0, r0, #FPEXC_EN
	vmsr	fpexc, r0
	isb
	bx	lr
end_function sha2_cpu_open

function sha2_cpu_close
	vmrs	r0, fpexc
	bic	r0, r0, #FPEXC_EN
	vmsr	fpexc, r0
	bx	lr
end_function sha2_cpu_close
