// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * plat.c - the part of platform.h that no board does differently.
 */
#include "platform.h"

#include "arch_timer.h"
#include "board.h"
#include "cache.h"
#include "entry.h"
#include "mmu.h"
#include "stage_memory.h"

uint64_t plat_now_us(void)
{
	return arch_timer_us();
}

void plat_clean(const void *base, size_t size)
{
	uintptr_t start = (uintptr_t)base;

	if (size != 0)
		cache_clean(start, start + size);
}

struct span plat_stage_tree(void)
{
	return entry_found()->tree;
}

enum status plat_memory(struct region_map *map)
{
	const struct entry *entry = entry_found();
	const struct stage_memory memory = {
		.facts = entry->facts_known ? &entry->facts : NULL,
		.loader = entry->loader,
		.loader_size = entry->loader_size,
		.limit = MMU_LIMIT,
	};

	return stage_memory_map(&memory, map);
}

void entry_banner(struct banner *banner)
{
	const struct entry *entry = entry_found();

	banner_word(banner, "start", entry->entered_at < BOARD_RAM_BASE ? "flash" : "ram");
	banner_address(banner, "loader", entry->loader);
	arch_banner(banner);
}
