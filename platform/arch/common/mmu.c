// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * mmu.c - see mmu.h. Translation tables of three levels: 1 GiB, 2 MiB and 4 KiB an entry
 * (Arm ARM, VMSAv8-64, 4 KiB granule, T0SZ 25; VMSAv7, long descriptors, T0SZ 0).
 */
#include "mmu.h"

#include "cache.h"

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
#define PXN (1ull << 53)
#define UXN (1ull << 54) /* ARMv7, EL2 and HYP: for everybody */

static uint64_t tables[TABLES][ENTRIES] __attribute__((aligned(4096), section(".bss.page_tables")));
static unsigned tables_used = 1;
static bool running;

static uint64_t attributes(enum mmu_kind kind)
{
	uint64_t common = ACCESSED | (mmu_one_privilege() ? EL2_RES1 : 0);
	uint64_t never = mmu_one_privilege() ? UXN : UXN | PXN;

	switch (kind) {
	case MMU_TEXT:
		return common | INDEX_NORMAL | INNER_SHAREABLE | READ_ONLY | mmu_text_attributes();
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

/* Address bits below the index of a level. */
static unsigned shift_of(unsigned level)
{
	return 12 + 9 * (LAST_LEVEL - level);
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

		table[i] = (*entry & ~(uint64_t)ENTRY_TYPE) + ((uint64_t)i << shift_of(level + 1)) +
			   type;
	}
	mmu_publish();
	*entry = (uint64_t)(uintptr_t)table | ENTRY_TABLE;
	return table;
}

/* Map the largest piece that begins at base; its size, or 0 if that is not possible. */
static uint64_t map_piece(uint64_t base, uint64_t size, uint64_t attrs)
{
	uint64_t *table = tables[0];

	for (unsigned level = FIRST_LEVEL;; level++) {
		uint64_t span = 1ull << shift_of(level);
		uint64_t *entry = &table[(base >> shift_of(level)) % ENTRIES];
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
	mmu_publish();
	return OK;
}

void mmu_registers(struct mmu_registers *registers)
{
	registers->mair = MAIR;
	registers->table = (uint64_t)(uintptr_t)tables;
	mmu_regime(registers);
}

void mmu_prepare(struct mmu_registers *registers)
{
	mmu_registers(registers);
	/* The tables were written with caches off: no stale line may hide them. */
	cache_invalidate((uintptr_t)tables, (uintptr_t)tables + sizeof(tables));
	running = true;
}
