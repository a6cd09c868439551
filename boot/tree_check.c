// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* tree_check.c - whether bytes are a device tree that the rest of tree*.c may work on. */
#include <string.h>

#include <libfdt.h>

#include "tree.h"
#include "tree_private.h"
#include "tree_walk.h"

#define FDT_VERSION 17u

/*
 * Where the reservations and the entry that ends them end; for a tree that fdt_check_full() took.
 */
static size_t map_end(const void *fdt)
{
	return fdt_off_mem_rsvmap(fdt) +
	       ((size_t)fdt_num_mem_rsv(fdt) + 1) * sizeof(struct fdt_reserve_entry);
}

/* Where the blocks end; what follows is not copied. */
static size_t used_bytes(const void *fdt)
{
	size_t map = map_end(fdt);
	size_t structure = (size_t)fdt_off_dt_struct(fdt) + fdt_size_dt_struct(fdt);
	size_t strings = (size_t)fdt_off_dt_strings(fdt) + fdt_size_dt_strings(fdt);
	size_t used = map > structure ? map : structure;

	return used > strings ? used : strings;
}

/*
 * Where the Devicetree Specification has the blocks: aligned (libfdt reads cells there) and in
 * order.
 */
static bool blocks_are_in_place(const void *fdt)
{
	uint64_t structure = fdt_off_dt_struct(fdt);

	return fdt_off_mem_rsvmap(fdt) % 8 == 0 && structure % 4 == 0 &&
	       fdt_size_dt_struct(fdt) % 4 == 0 && fdt_off_mem_rsvmap(fdt) < structure &&
	       structure + fdt_size_dt_struct(fdt) <= fdt_off_dt_strings(fdt);
}

static bool reservations_are_sane(const void *fdt)
{
	int count = fdt_num_mem_rsv(fdt);

	for (int i = 0; i < count; i++) {
		uint64_t base;
		uint64_t size;

		if (fdt_get_mem_rsv(fdt, i, &base, &size) != 0 || base > UINT64_MAX - size)
			return false;
	}
	/* A map without its end would go on in the structure block. */
	return count >= 0 && map_end(fdt) <= fdt_off_dt_struct(fdt);
}

static bool memory_is_sane(const void *fdt, const struct tree_scan *scan)
{
	struct tree_cells cells;
	struct tree_range range;
	bool bad;

	if (!scan->memory)
		return true;
	if (!scan->reg.at || scan->reg.size > INT32_MAX || tree_cells(fdt, 0, &cells) != OK)
		return false;
	for (unsigned i = 0; tree_range(scan->reg.at, (int)scan->reg.size, &cells, i, &range, &bad);
	     i++)
		;
	return !bad;
}

static void scan_node(struct tree_scan *scan, const struct tree_walk *walk)
{
	static const char chosen[] = "chosen";
	const char *rest = walk->name + sizeof(chosen) - 1;

	if (walk->depth == 3 && strcmp(walk->name, "__overlay__") == 0)
		scan->overlay = true;
	if (walk->depth != 2)
		return;
	scan->memory = false;
	scan->reg = (struct span){ NULL, 0 };
	if (strncmp(walk->name, chosen, sizeof(chosen) - 1) != 0 || (*rest != '\0' && *rest != '@'))
		return;
	if (scan->chosen_count++ == 0) {
		scan->chosen = walk->offset;
		scan->chosen_plain = *rest == '\0';
	}
}

static void scan_property(struct tree_scan *scan, const struct tree_walk *walk)
{
	if (walk->depth != 2)
		return;
	if (strcmp(walk->name, "reg") == 0)
		scan->reg = walk->value;
	if (tree_is_memory(walk))
		scan->memory = true;
}

static void scan_tree(const void *fdt, struct tree_scan *scan)
{
	struct tree_walk walk;

	tree_walk(&walk, fdt);
	while (scan->sane && tree_next(&walk)) {
		if (walk.token == TREE_NODE)
			scan_node(scan, &walk);
		if (walk.token == TREE_PROPERTY)
			scan_property(scan, &walk);
		if (walk.token == TREE_NODE_END && walk.depth == 2)
			scan->sane = memory_is_sane(fdt, scan);
		if (walk.depth > TREE_DEPTH_MAX)
			scan->sane = false;
	}
	if (walk.broken)
		scan->sane = false;
}

enum status tree_examine(struct span blob, const char *at, enum status otherwise,
			 struct tree_scan *scan, size_t *used)
{
	const void *fdt = blob.at;

	*used = 0;
	*scan = (struct tree_scan){ .sane = true, .chosen = -1 };
	if (blob.size < FDT_V17_SIZE || (uintptr_t)fdt % 8 != 0 ||
	    !range_inside(blob.size, 0, fdt_totalsize(fdt)) || fdt_check_header(fdt) != 0 ||
	    fdt_version(fdt) < FDT_VERSION || !blocks_are_in_place(fdt) ||
	    fdt_check_full(fdt, blob.size) != 0)
		return refuse(otherwise, at, "not a whole device tree of version 17");
	scan_tree(fdt, scan);
	if (!scan->sane || !reservations_are_sane(fdt))
		return refuse(otherwise, at, "too deep, or a memory range in it wraps");
	if (used_bytes(fdt) > TREE_MAX)
		return refuse(ERR_TOO_BIG, at, "the device tree does not fit in 2 MiB");
	*used = used_bytes(fdt);
	return OK;
}

enum status tree_check(struct span blob, const char *at, enum status otherwise, size_t *used)
{
	struct tree_scan scan;

	return tree_examine(blob, at, otherwise, &scan, used);
}
