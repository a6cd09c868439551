// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * entry.c - the loader's own house in order: map, MMU, canary, board; then boot_main().
 */
#include "entry.h"

#include "arch.h"
#include "board.h"
#include "cores.h"
#include "image.h"
#include "mmu.h"
#include "platform.h"
#include "report.h"
#include "stage_seeds.h"

#define PAGE 4096u

/* Replaced by an unpredictable value as soon as there is one. */
uintptr_t __stack_chk_guard = CANARY_FIRST;

static struct entry entry;

const struct entry *entry_found(void)
{
	return &entry;
}

static void must(enum status result)
{
	if (result == OK)
		return;
	report_string("holdfast: the memory map does not fit the page tables\n");
	plat_fail(ERR_INTERNAL);
}

/* RAM of one bank, whole pages inside it. */
static void map_bank(uint64_t base, uint64_t size)
{
	uint64_t start = (base + PAGE - 1) & ~(uint64_t)(PAGE - 1);
	uint64_t end = (base + size) & ~(uint64_t)(PAGE - 1);

	if (end > MMU_LIMIT)
		end = MMU_LIMIT;
	if (start < end)
		must(mmu_map(start, end - start, MMU_RAM));
}

/* Ranges that must not be mapped, not even for speculation: whole pages around them. */
static void unmap_reserved(void)
{
	const struct stage_ranges *reserved = &entry.facts.reserved;

	for (unsigned i = 0; i < reserved->count; i++) {
		uint64_t start = reserved->range[i].base & ~(uint64_t)(PAGE - 1);
		uint64_t end = reserved->range[i].base + reserved->range[i].size;

		end = (end + PAGE - 1) & ~(uint64_t)(PAGE - 1);
		if (end > MMU_LIMIT)
			end = MMU_LIMIT;
		if (reserved->range[i].no_map && start < end)
			must(mmu_map(start, end - start, MMU_NONE));
	}
}

static void map_ram(void)
{
	const struct stage_ranges *banks = &entry.facts.memory;

	if (!entry.facts_known) {
		map_bank(BOARD_RAM_BASE, BOARD_RAM_LEAST);
		return;
	}
	for (unsigned i = 0; i < banks->count; i++)
		map_bank(banks->range[i].base, banks->range[i].size);
	unmap_reserved();
}

static void map_part(const char *from, const char *to, enum mmu_kind kind)
{
	must(mmu_map((uintptr_t)from, (uintptr_t)to - (uintptr_t)from, kind));
}

static void map_loader(void)
{
	must(mmu_map(entry.loader, (uintptr_t)__start - entry.loader, MMU_RAM));
	map_part(__start, __text_end, MMU_TEXT);
	map_part(__text_end, __rodata_end, MMU_RODATA);
	map_part(__rodata_end, __exception_guard, MMU_RAM);
	map_part(__exception_guard, __exception_guard + PAGE, MMU_NONE);
	map_part(__exception_guard + PAGE, __stack_guard, MMU_RAM);
	map_part(__stack_guard, __stack_bottom, MMU_NONE);
	map_part(__stack_bottom, __end, MMU_RAM);
	for (uintptr_t guard = (uintptr_t)__core_stacks; guard < (uintptr_t)__core_stacks_end;
	     guard += CORE_ROOM)
		must(mmu_map(guard, PAGE, MMU_NONE));
}

static void map_devices(void)
{
	for (const struct board_window *window = board_windows; window->size != 0; window++)
		must(mmu_map(window->base, window->size, MMU_DEVICE));
}

__attribute__((no_stack_protector)) _Noreturn void loader_entry(void *tree, size_t tree_size,
								void *copy, uintptr_t entered_at)
{
	struct mmu_registers registers;
	uintptr_t canary;

	board_console();
	entry.entered_at = entered_at;
	entry.loader = (uintptr_t)copy;
	entry.loader_size = (uintptr_t)__end - (uintptr_t)copy;
	entry.tree = stage_tree_copy(tree, tree_size, copy);
	stage_seeds_forget(entry.tree, tree);
	entry.facts_known = entry.tree.size != 0 &&
			    stage_tree_read(entry.tree.at, board_bus, &entry.facts) == OK &&
			    stage_memory_from(&entry.facts, BOARD_RAM_BASE) == OK;
	map_ram();
	map_loader();
	map_devices();
	mmu_prepare(&registers);
	mmu_enable(&registers);
	board_start();
	if (plat_random(&canary, sizeof(canary)) != OK)
		canary = __stack_chk_guard ^ (uintptr_t)plat_now_us() * CANARY_STIR;
	/* A zero byte first: no string function can write it. */
	__stack_chk_guard = canary & ~(uintptr_t)0xff;
	boot_main();
	plat_fail(ERR_INTERNAL);
}
