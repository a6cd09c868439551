// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "stage_memory.h"

#define PAGE 4096u

static enum status bad_tree(const char *what)
{
	return refuse(ERR_BAD_DTB, what,
		      "the earlier stage must hand over a device tree that describes RAM");
}

static enum status add_banks(const struct stage_memory *memory, struct region_map *map)
{
	const struct stage_ranges *banks = &memory->facts->memory;

	for (unsigned i = 0; i < banks->count; i++) {
		uint64_t start = (banks->range[i].base + PAGE - 1) & ~(uint64_t)(PAGE - 1);
		uint64_t end = (banks->range[i].base + banks->range[i].size) &
			       ~(uint64_t)(PAGE - 1);

		if (end > memory->limit)
			end = memory->limit;
		if (start < end && region_add_window(map, start, end - start) != OK)
			return bad_tree("memory");
	}
	return map->window_count == 0 ? bad_tree("memory") : OK;
}

static enum status add_reservations(const struct stage_memory *memory, struct region_map *map)
{
	const struct stage_ranges *reserved = &memory->facts->reserved;

	for (unsigned i = 0; i < reserved->count; i++)
		if (region_reserve(map, reserved->range[i].base, reserved->range[i].size,
				   "reserved-memory") != OK)
			return bad_tree("reserved-memory");
	return OK;
}

enum status stage_memory_map(const struct stage_memory *memory, struct region_map *map)
{
	region_init(map);
	if (!memory->facts)
		return bad_tree("stage-before");
	TRY(add_banks(memory, map));
	TRY(add_reservations(memory, map));
	return region_reserve(map, memory->loader, memory->loader_size, "loader");
}
