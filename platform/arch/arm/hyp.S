/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * hyp.S - HYP mode's registers as Linux and we want them: nothing trapped, no offset. For HYP mode
 * itself, and for Monitor mode with SCR.NS set. Uses r0 to r2.
 */
#include "asm.h"
#include "sysreg.h"

function hyp_state
	mov	r0, #0
	mcr	HCR(r0)
	mcr	HSTR(r0)
	mcrr	CNTVOFF(r0, r0)
	movw	r1, #HCPTR_OPEN
	mcr	HCPTR(r1)
	mov	r1, #CNTHCTL_OPEN
	mcr	CNTHCTL(r1)
	mrc	MIDR(r1)
	mcr	VPIDR(r1)
	mrc	MPIDR(r1)
	mcr	VMPIDR(r1)
	mrc	ID_PFR1(r1)
	lsrs	r1, r1, #PFR1_GIC
	bxeq	lr
	mrc	ICC_HSRE(r2)
	orr	r2, r2, #9		/* SRE, Enable */
	mcr	ICC_HSRE(r2)
	bx	lr
end_function hyp_state
