/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * mmu.h - one identity map: 4 KiB pages for ourselves, blocks for the rest.
 *
 * The long descriptors of AArch64 (4 KiB granule) and of ARMv7's LPAE are the same tables; the
 * registers around them are mmu_regime.c of the architecture. What is not mapped faults: address 0,
 * the guard pages, flash, and everything nobody asked for. Nothing is ever both writable and
 * executable (WXN says so too).
 */
#ifndef HOLDFAST_MMU_H
#define HOLDFAST_MMU_H

#include <stdbool.h>
#include <stdint.h>

#include "arch.h"
#include "status.h"

enum mmu_kind {
	MMU_NONE,   /* faults */
	MMU_TEXT,   /* read, execute */
	MMU_RODATA, /* read */
	MMU_RAM,    /* read, write */
	MMU_DEVICE, /* read, write; nGnRE */
};

/*
 * Map [base, base + size), whole pages, as kind; a later call wins over an earlier one until the
 * MMU is on. After that only unmapped ranges can be mapped. ERR_INTERNAL: unaligned, beyond
 * MMU_LIMIT, no page table left, or too late.
 */
enum status mmu_map(uint64_t base, uint64_t size, enum mmu_kind kind) MUST_CHECK;

/* The values for mmu_enable(), for the regime we run in. ARMv7 uses the lower halves. */
struct mmu_registers {
	uint64_t mair;
	uint64_t tcr;
	uint64_t table;
	uint64_t sctlr;
};
void mmu_registers(struct mmu_registers *registers);

/* The same, once, before the MMU is on: from here on the tables count. */
void mmu_prepare(struct mmu_registers *registers);

/* Offered by the architecture: EL2 and HYP have one set of permissions, not one more for users. */
bool mmu_one_privilege(void);

/* Offered by the architecture: what else text gets (not for users; branch targets are checked). */
uint64_t mmu_text_attributes(void);

/* Offered by the architecture: the walker of the tables sees what was written to them. */
void mmu_publish(void);

/* Offered by the architecture: tcr and sctlr. */
void mmu_regime(struct mmu_registers *registers);

/*
 * Turn on MMU, caches and, where there is such a thing, return-address signing. Must be called from
 * a function that never returns: return addresses saved before were not signed.
 */
void mmu_enable(const struct mmu_registers *registers);

#endif
