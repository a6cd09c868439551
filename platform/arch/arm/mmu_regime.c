// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * mmu_regime.c - PL1 and HYP with long descriptors (DDI 0406C, B4.1: TTBCR, HTCR, SCTLR, HSCTLR).
 */
#include "mmu.h"
#include "sysreg.h"

#define TCR_WALKS (1u << 8 | 1u << 10 | 3u << 12) /* write-back, inner shareable; T0SZ 0 */
#define TTBCR_EPD1 (1u << 23)
#define HTCR_RES1 (1u << 31 | 1u << 23)

bool mmu_one_privilege(void)
{
	return exception_level() == 2;
}

/* Here bit 54 is for every privilege: users, of whom there are none, may have the same. */
uint64_t mmu_text_attributes(void)
{
	return 0;
}

void mmu_publish(void)
{
	__asm__ volatile("dsb ish\n\tisb" : : : "memory");
}

void mmu_regime(struct mmu_registers *registers)
{
	uint32_t on = SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_WXN;

	if (mmu_one_privilege()) {
		registers->tcr = TCR_WALKS | HTCR_RES1;
		registers->sctlr = HSCTLR_OFF | on;
	} else {
		registers->tcr = TCR_WALKS | TTBCR_EAE | TTBCR_EPD1;
		registers->sctlr = SCTLR_OFF | on;
	}
}
