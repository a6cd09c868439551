/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * mmu.h - one identity map: 4 KiB pages for ourselves, blocks for the rest.
 *
 * 39 bits of addresses. What is not mapped faults: address 0, the guard pages, flash, and
 * everything nobody asked for. Nothing is ever both writable and executable (SCTLR_ELx.WXN says so
 * too).
 */
#ifndef HOLDFAST_MMU_H
#define HOLDFAST_MMU_H

#include <stdbool.h>
#include <stdint.h>

#include "status.h"

#define MMU_LIMIT 0x8000000000 /* first address that cannot be mapped */

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

/* The values for mmu_enable(), for the regime we run in. */
struct mmu_registers {
	uint64_t mair;
	uint64_t tcr;
	uint64_t table;
	uint64_t sctlr;
};
void mmu_prepare(struct mmu_registers *registers);

/*
 * Whether the CPU signs return addresses (PAC) and checks branch targets (BTI) for us. For the
 * banner.
 */
bool mmu_signs_returns(void);
bool mmu_checks_branches(void);

/*
 * Turn on MMU, caches and return-address signing. Must be called from a function that never
 * returns: return addresses saved before were not signed.
 */
void mmu_enable(const struct mmu_registers *registers);

#endif
