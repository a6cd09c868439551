// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * stage_tree.c - see stage_tree.h. Runs once before the loader has found its place (MMU off, so
 * nothing here may need an unaligned access or a relocated pointer) and again on the private copy.
 */
#include "stage_tree.h"

#include <libfdt.h>
#include <string.h>

/* A "reg" being read, entry by entry. */
struct cells {
	const uint8_t *at;
	unsigned left; /* cells */
	unsigned address;
	unsigned size;
};

size_t stage_tree_size(const void *tree)
{
	uint64_t end_structure;
	uint64_t end_strings;

	if (!tree || ((uintptr_t)tree & 7) != 0 || fdt_magic(tree) != FDT_MAGIC ||
	    fdt_totalsize(tree) > STAGE_TREE_MAX || fdt_version(tree) < 17 ||
	    fdt_check_header(tree) != 0)
		return 0;
	/* libfdt takes the alignment of the blocks for granted. */
	if (fdt_off_dt_struct(tree) % 4 != 0 || fdt_off_mem_rsvmap(tree) % 8 != 0 ||
	    fdt_num_mem_rsv(tree) < 0)
		return 0;
	end_structure = (uint64_t)fdt_off_dt_struct(tree) + fdt_size_dt_struct(tree);
	end_strings = (uint64_t)fdt_off_dt_strings(tree) + fdt_size_dt_strings(tree);
	/*
	 * Reservations come first in every tree that dtc or libfdt made; any other order keeps the
	 * padding.
	 */
	if (fdt_off_mem_rsvmap(tree) > fdt_off_dt_struct(tree))
		return fdt_totalsize(tree);
	return (size_t)(end_structure > end_strings ? end_structure : end_strings);
}

struct span stage_tree_copy(const void *tree, size_t size, void *copy)
{
	if (size == 0)
		return (struct span){ NULL, 0 };
	memcpy(copy, tree, size);
	fdt_set_totalsize(copy, (uint32_t)size);
	if (stage_tree_size(copy) == 0)
		return (struct span){ NULL, 0 };
	return (struct span){ copy, size };
}

/*
 * The next number of `cells` cells. False if there are not enough of them or it does not fit in 64
 * bits.
 */
static bool take(struct cells *reg, unsigned cells, uint64_t *value)
{
	*value = 0;
	if (cells > reg->left)
		return false;
	for (unsigned i = 0; i < cells; i++, reg->at += 4, reg->left--) {
		if (*value >> 32 != 0)
			return false;
		*value = *value << 32 | load_be32(reg->at);
	}
	return true;
}

/* The reg of a node whose parent is given. ERR_ABSENT: none. */
static enum status open_reg(const void *tree, int parent, int node, struct cells *reg)
{
	int size;
	int address_cells = fdt_address_cells(tree, parent);
	int size_cells = fdt_size_cells(tree, parent);
	const void *at = fdt_getprop(tree, node, "reg", &size);

	if (!at)
		return ERR_ABSENT;
	if (address_cells < 1 || address_cells > 3 || size_cells < 1 || size_cells > 2 ||
	    size < 0 || size % 4 != 0)
		return ERR_BAD_DTB;
	*reg = (struct cells){ at, (unsigned)size / 4, (unsigned)address_cells,
			       (unsigned)size_cells };
	return OK;
}

static enum status add(struct stage_ranges *ranges, uint64_t base, uint64_t size, bool no_map)
{
	if (size == 0)
		return OK;
	if (ranges->count == STAGE_RANGES_MAX || base + size < base)
		return ERR_BAD_DTB;
	ranges->range[ranges->count++] = (struct stage_range){ base, size, no_map };
	return OK;
}

static enum status add_reg(const void *tree, int parent, int node, bool no_map,
			   struct stage_ranges *ranges)
{
	struct cells reg;
	enum status found = open_reg(tree, parent, node, &reg);

	if (found != OK)
		return found == ERR_ABSENT ? OK : found;
	while (reg.left != 0) {
		uint64_t base;
		uint64_t size;

		if (!take(&reg, reg.address, &base) || !take(&reg, reg.size, &size))
			return ERR_BAD_DTB;
		TRY(add(ranges, base, size, no_map));
	}
	return OK;
}

static bool property_is(const void *tree, int node, const char *property, const char *value)
{
	int size;
	const char *is = fdt_getprop(tree, node, property, &size);

	return is && size == (int)strlen(value) + 1 && memcmp(is, value, (size_t)size) == 0;
}

/* As Linux has it: no status, or "okay". QEMU and TF-A describe secure RAM as disabled memory. */
static bool is_available(const void *tree, int node)
{
	return !fdt_getprop(tree, node, "status", NULL) ||
	       property_is(tree, node, "status", "okay") || property_is(tree, node, "status", "ok");
}

enum status stage_tree_memory(const void *tree, struct stage_ranges *banks)
{
	int node;

	banks->count = 0;
	fdt_for_each_subnode (node, tree, 0)
		if (property_is(tree, node, "device_type", "memory") && is_available(tree, node))
			TRY(add_reg(tree, 0, node, false, banks));
	return banks->count == 0 ? ERR_BAD_DTB : OK;
}

enum status stage_tree_reserved(const void *tree, struct stage_ranges *reserved)
{
	int entries = fdt_num_mem_rsv(tree);
	int parent = fdt_subnode_offset(tree, 0, "reserved-memory");
	int node;

	reserved->count = 0;
	for (int i = 0; i < entries; i++) {
		uint64_t base;
		uint64_t size;

		if (fdt_get_mem_rsv(tree, i, &base, &size) != 0)
			return ERR_BAD_DTB;
		TRY(add(reserved, base, size, false));
	}
	if (parent < 0)
		return OK;
	fdt_for_each_subnode (node, tree, parent)
		TRY(add_reg(tree, parent, node, fdt_getprop(tree, node, "no-map", NULL) != NULL,
			    reserved));
	return OK;
}

const char *stage_tree_psci(const void *tree)
{
	int node = fdt_subnode_offset(tree, 0, "psci");

	if (node < 0)
		return NULL;
	if (property_is(tree, node, "method", "smc"))
		return "smc";
	return property_is(tree, node, "method", "hvc") ? "hvc" : NULL;
}

enum status stage_tree_device(const void *tree, const char *compatible, uint64_t *base,
			      uint64_t *size)
{
	struct cells reg;
	int node;

	fdt_for_each_subnode (node, tree, 0)
		if (fdt_node_check_compatible(tree, node, compatible) == 0 &&
		    is_available(tree, node))
			break;
	if (node < 0)
		return ERR_ABSENT;
	if (open_reg(tree, 0, node, &reg) != OK || !take(&reg, reg.address, base) ||
	    !take(&reg, reg.size, size))
		return ERR_BAD_DTB;
	return OK;
}
