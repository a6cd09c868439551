// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * mmu.c - see mmu.h. Translation tables of three levels: 1 GiB, 2 MiB and 4 KiB an entry
 * (Arm ARM, VMSAv8-64, 4 KiB granule, T0SZ 25).
 */
#include "mmu.h"

#include "cache.h"
#include "sysreg.h"

#define ENTRIES 512
/*
 * One for level 1; two for each end of a bank, one for devices, two for the loader, the rest for
 * no-map ranges.
 */
#define TABLES 16
#define FIRST_LEVEL 1
#define LAST_LEVEL 3

#define ENTRY_BLOCK 1u
#define ENTRY_TABLE 3u /* levels 1 and 2 */
#define ENTRY_PAGE 3u  /* level 3 */
#define ENTRY_TYPE 3u
#define ENTRY_ADDRESS 0x0000fffffffff000

#define INDEX_DEVICE (0ull << 2)
#define INDEX_NORMAL (1ull << 2)
#define MAIR 0xff04 /* 0: device nGnRE, 1: write-back, read and write allocate */
#define EL2_RES1 (1ull << 6)
#define READ_ONLY (1ull << 7)
#define INNER_SHAREABLE (3ull << 8)
#define ACCESSED (1ull << 10)
#define GUARDED (1ull << 50) /* BTI */
#define PXN (1ull << 53)
#define UXN (1ull << 54)

#define TCR_T0SZ 25ull
#define TCR_WALKS (1ull << 8 | 1ull << 10 | 3ull << 12) /* write-back, inner shareable */
#define TCR_EPD1 (1ull << 23)
#define TCR_IPS 32
#define TCR_EL2_RES1 (1ull << 31 | 1ull << 23)
#define TCR_EL2_PS 16

static uint64_t tables[TABLES][ENTRIES] __attribute__((aligned(4096), section(".bss.page_tables")));
static unsigned tables_used = 1;
static bool running;

/* EL2 without E2H has one set of permissions; EL1 and EL2&0 tell privileged from user. */
static bool one_privilege(void)
{
	return exception_level() == 2 && ((sysreg_read(hcr_el2) >> HCR_E2H_BIT) & 1) == 0;
}

bool mmu_checks_branches(void)
{
	return id_field(sysreg_read(id_aa64pfr1_el1), 0) != 0;
}

bool mmu_signs_returns(void)
{
	uint64_t isar2;

	/*
	 * ID_AA64ISAR2_EL1, by encoding: assemblers of today do not know it without an extension.
	 */
	__asm__("mrs %0, S3_0_C0_C6_2" : "=r"(isar2));
	return (sysreg_read(id_aa64isar1_el1) & 0xff0) != 0 || (isar2 & 0xf000) != 0;
}

static uint64_t attributes(enum mmu_kind kind)
{
	uint64_t common = ACCESSED | (one_privilege() ? EL2_RES1 : 0);
	uint64_t never = one_privilege() ? UXN : UXN | PXN;

	switch (kind) {
	case MMU_TEXT:
		return common | INDEX_NORMAL | INNER_SHAREABLE | READ_ONLY |
		       (one_privilege() ? 0 : UXN) | (mmu_checks_branches() ? GUARDED : 0);
	case MMU_RODATA:
		return common | INDEX_NORMAL | INNER_SHAREABLE | READ_ONLY | never;
	case MMU_RAM:
		return common | INDEX_NORMAL | INNER_SHAREABLE | never;
	case MMU_DEVICE:
		return common | INDEX_DEVICE | never;
	case MMU_NONE:
	default:
		return 0;
	}
}

static uint64_t span_of(unsigned level)
{
	return 1ull << (12 + 9 * (LAST_LEVEL - level));
}

/*
 * The table below an entry of the given level: a new one if there is none yet, which continues the
 * block that was there. NULL: no table left, or a live block would have to be split.
 */
static uint64_t *table_below(uint64_t *entry, unsigned level)
{
	uint64_t *table;

	if ((*entry & ENTRY_TYPE) == ENTRY_TABLE)
		return (uint64_t *)(uintptr_t)(*entry & ENTRY_ADDRESS);
	if (tables_used == TABLES || (running && *entry != 0))
		return NULL;
	table = tables[tables_used++];
	for (unsigned i = 0; *entry != 0 && i < ENTRIES; i++) {
		uint64_t type = level + 1 == LAST_LEVEL ? ENTRY_PAGE : ENTRY_BLOCK;

		table[i] = (*entry & ~(uint64_t)ENTRY_TYPE) + i * span_of(level + 1) + type;
	}
	__asm__ volatile("dsb ishst" : : : "memory");
	*entry = (uint64_t)(uintptr_t)table | ENTRY_TABLE;
	return table;
}

/* Map the largest piece that begins at base; its size, or 0 if that is not possible. */
static uint64_t map_piece(uint64_t base, uint64_t size, uint64_t attrs)
{
	uint64_t *table = tables[0];

	for (unsigned level = FIRST_LEVEL;; level++) {
		uint64_t span = span_of(level);
		uint64_t *entry = &table[(base / span) % ENTRIES];
		bool whole = (base & (span - 1)) == 0 && size >= span;

		if (level == LAST_LEVEL || (whole && (*entry & ENTRY_TYPE) != ENTRY_TABLE)) {
			uint64_t type = level == LAST_LEVEL ? ENTRY_PAGE : ENTRY_BLOCK;

			if (running && *entry != 0)
				return 0;
			*entry = attrs ? base | attrs | type : 0;
			return span;
		}
		table = table_below(entry, level);
		if (!table)
			return 0;
	}
}

enum status mmu_map(uint64_t base, uint64_t size, enum mmu_kind kind)
{
	uint64_t attrs = attributes(kind);

	if (((base | size) & 4095) != 0 || base >= MMU_LIMIT || size > MMU_LIMIT - base)
		return ERR_INTERNAL;
	while (size != 0) {
		uint64_t done = map_piece(base, size, attrs);

		if (done == 0)
			return ERR_INTERNAL;
		base += done;
		size -= done;
	}
	__asm__ volatile("dsb ish\n\tisb" : : : "memory");
	return OK;
}

void mmu_prepare(struct mmu_registers *registers)
{
	uint64_t address_size = id_field(sysreg_read(id_aa64mmfr0_el1), 0);
	uint64_t on = SCTLR_M | SCTLR_C | SCTLR_I | SCTLR_SA | SCTLR_WXN | SCTLR_ENIA;

	/* 48 bits at most: more needs another page size. */
	if (address_size > 5)
		address_size = 5;
	if (mmu_checks_branches())
		on |= SCTLR_EL1_BT;
	registers->mair = MAIR;
	registers->table = (uint64_t)(uintptr_t)tables;
	if (one_privilege()) {
		registers->tcr = TCR_T0SZ | TCR_WALKS | TCR_EL2_RES1 | address_size << TCR_EL2_PS;
		registers->sctlr = SCTLR_EL2_OFF | on;
	} else {
		registers->tcr = TCR_T0SZ | TCR_WALKS | TCR_EPD1 | address_size << TCR_IPS;
		registers->sctlr = SCTLR_EL1_OFF | on;
	}
	/* The tables were written with caches off: no stale line may hide them. */
	cache_invalidate((uintptr_t)tables, (uintptr_t)tables + sizeof(tables));
	running = true;
}
