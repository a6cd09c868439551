// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * home.c - see home.h. Built without unaligned accesses; no static data, no tables of pointers.
 */
#include "home.h"

#include <stdbool.h>

#include "arch.h"
#include "board.h"
#include "image.h"
#include "stage_tree.h"

#define PAGE 4096u

/* start.S takes its stacks from here when it runs from flash. */
#define EARLY_STACK_SIZE 0x10000u

static uint64_t page_up(uint64_t value)
{
	return (value + PAGE - 1) & ~(uint64_t)(PAGE - 1);
}

static void find_tree(struct home *home, uintptr_t handed)
{
	const void *given = (const void *)handed;
	const void *usual = BOARD_TREE != 0 ? (const void *)(uintptr_t)BOARD_TREE : board_tree;

	home->tree = NULL;
	home->tree_size = 0;
	if (BOARD_TREE != 0 && handed >= BOARD_RAM_BASE && handed < HOME_BELOW - STAGE_TREE_MAX)
		home->tree_size = stage_tree_size(given);
	if (home->tree_size != 0) {
		home->tree = given;
		return;
	}
	home->tree_size = stage_tree_size(usual);
	if (home->tree_size != 0)
		home->tree = usual;
}

/* Add what must not be written to while we move. False: the table is full. */
static bool keep(struct stage_ranges *taken, uint64_t base, uint64_t size)
{
	if (taken->count == STAGE_RANGES_MAX)
		return false;
	taken->range[taken->count++] = (struct stage_range){ base, size, false };
	return true;
}

/*
 * The highest place for size bytes in the bank, or 0. Each turn goes below one more range: it ends.
 */
static uint64_t place(const struct stage_range *bank, uint64_t size,
		      const struct stage_ranges *taken)
{
	uint64_t top = bank->base + bank->size < HOME_BELOW ? bank->base + bank->size : HOME_BELOW;
	bool moved;

	if (bank->base >= HOME_BELOW)
		return 0;
	do {
		top &= ~(uint64_t)(PAGE - 1);
		if (top < size || top - size < bank->base)
			return 0;
		moved = false;
		for (unsigned i = 0; i < taken->count && !moved; i++) {
			const struct stage_range *range = &taken->range[i];

			moved = range->base < top && range->base + range->size > top - size;
			if (moved)
				top = range->base;
		}
	} while (moved);
	return top - size;
}

void home_find(struct home *home, uintptr_t handed, uintptr_t image)
{
	const struct stage_range least = { BOARD_RAM_BASE, BOARD_RAM_LEAST, false };
	struct stage_facts facts;
	struct stage_ranges *taken = &facts.reserved;
	uint64_t footprint = image_footprint();
	uint64_t size;
	uint64_t found = 0;

	find_tree(home, handed);
	size = footprint + page_up(home->tree_size);
	if (!home->tree || stage_tree_read(home->tree, NULL, &facts) != OK ||
	    stage_memory_from(&facts, BOARD_RAM_BASE) != OK) {
		facts.memory = (struct stage_ranges){ .range = { least }, .count = 1 };
		taken->count = 0;
	}
	if (keep(taken, image, footprint) && keep(taken, (uintptr_t)home->tree, home->tree_size) &&
	    keep(taken, BOARD_EARLY_STACK - EARLY_STACK_SIZE, EARLY_STACK_SIZE))
		for (unsigned i = 0; i < facts.memory.count && found == 0; i++)
			found = place(&facts.memory.range[i], size, taken);
	if (found == 0)
		found = least.base + least.size - size;
	home->copy = (uintptr_t)found;
	home->image = (uintptr_t)(found + page_up(home->tree_size));
}
