/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * stage_tree.h - what the platform takes from the earlier stage's device tree: where RAM is, what
 * in it is spoken for, how firmware is called, where a bus is.
 *
 * The tree is an unsigned input. Each function here is bounded by the tree's header, which
 * stage_tree_size() checks first, and returns numbers that the caller passes through its own gate
 * (region_add_window(), the board's table of device windows). No function writes to the tree. All
 * run with caches off too.
 */
#ifndef HOLDFAST_STAGE_TREE_H
#define HOLDFAST_STAGE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "span.h"
#include "status.h"

/* Linux's own limit for a device tree. */
#define STAGE_TREE_MAX 0x200000u
#define STAGE_RANGES_MAX 32

struct stage_range {
	uint64_t base;
	uint64_t size;
	bool no_map; /* must not be mapped, not even for speculation */
};

struct stage_ranges {
	struct stage_range range[STAGE_RANGES_MAX];
	unsigned count;
};

/*
 * Bytes from the header to the end of the last block, without the padding that totalsize may
 * include; 0 if there is no device tree at `tree` (8-aligned, readable for STAGE_TREE_MAX bytes at
 * most) or it is larger than that.
 */
size_t stage_tree_size(const void *tree);

/*
 * Copy the tree of size bytes (stage_tree_size()) to copy and check the copy: a tree that changed
 * meanwhile is none. The padding stays behind, and the copy's totalsize says so. Empty if size is 0
 * or the copy is no tree.
 */
struct span stage_tree_copy(const void *tree, size_t size, void *copy);

/*
 * The banks of RAM: "reg" of the nodes below / with device_type "memory" that are not disabled, in
 * the tree's order, empty ones left out. ERR_BAD_DTB: none, a malformed reg, a bank that wraps, or
 * more than STAGE_RANGES_MAX.
 */
enum status stage_tree_memory(const void *tree, struct stage_ranges *banks) MUST_CHECK;

/*
 * Reservations: the memory reservation block, then "reg" of each child of /reserved-memory.
 * Reservations without a place ("size" only) are none of ours. ERR_BAD_DTB as above, except that
 * there may be none.
 */
enum status stage_tree_reserved(const void *tree, struct stage_ranges *reserved) MUST_CHECK;

/* The method of /psci: "smc" or "hvc"; NULL if there is none or it says something else. */
const char *stage_tree_psci(const void *tree);

/*
 * The first "reg" entry of the first node below / that is compatible with `compatible` and not
 * disabled. ERR_ABSENT: no such node. ERR_BAD_DTB: its reg is malformed.
 */
enum status stage_tree_device(const void *tree, const char *compatible, uint64_t *base,
			      uint64_t *size) MUST_CHECK;

#endif
