// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* mmu_regime.c - EL1, EL2 and EL2 with E2H (Arm ARM, D13: TCR_ELx, SCTLR_ELx). */
#include "cpu.h"
#include "mmu.h"
#include "sysreg.h"

#define GUARDED (1ull << 50) /* BTI */
#define UXN (1ull << 54)     /* EL2: XN */

#define TCR_T0SZ 25ull
#define TCR_WALKS (1ull << 8 | 1ull << 10 | 3ull << 12) /* write-back, inner shareable */
#define TCR_EPD1 (1ull << 23)
#define TCR_IPS 32
#define TCR_EL2_RES1 (1ull << 31 | 1ull << 23)
#define TCR_EL2_PS 16

bool mmu_one_privilege(void)
{
	return exception_level() == 2 && ((sysreg_read(hcr_el2) >> HCR_E2H_BIT) & 1) == 0;
}

uint64_t mmu_text_attributes(void)
{
	return (mmu_one_privilege() ? 0 : UXN) | (cpu_checks_branches() ? GUARDED : 0);
}

void mmu_publish(void)
{
	__asm__ volatile("dsb ish\n\tisb" : : : "memory");
}

void mmu_regime(struct mmu_registers *registers)
{
	uint64_t address_size = id_field(sysreg_read(id_aa64mmfr0_el1), 0);
	uint64_t on = SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_SA | SCTLR_WXN | SCTLR_ENIA;

	/* 48 bits at most: more needs another page size. */
	if (address_size > 5)
		address_size = 5;
	if (cpu_checks_branches())
		on |= SCTLR_EL1_BT;
	if (mmu_one_privilege()) {
		registers->tcr = TCR_T0SZ | TCR_WALKS | TCR_EL2_RES1 | address_size << TCR_EL2_PS;
		registers->sctlr = SCTLR_EL2_OFF | on;
	} else {
		registers->tcr = TCR_T0SZ | TCR_WALKS | TCR_EPD1 | address_size << TCR_IPS;
		registers->sctlr = SCTLR_EL1_OFF | on;
	}
}
