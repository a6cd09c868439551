/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * stage_tree.h - what the platform takes from the earlier stage's device tree: where RAM is,
 * what in it is spoken for, how firmware is called, which processors it can start, where a bus is.
 *
 * The tree is an unsigned input. It is read in one walk of our own that needs neither relocated
 * pointers nor unaligned accesses, because the first walk happens with the MMU off, before the
 * loader has found its place; libfdt needs both, and ten times the instructions. Its numbers go
 * through the caller's own gate (region_add_window(), the board's table of device windows).
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
#define STAGE_CPUS_MAX 8
/* No range may reach beyond what an Arm processor can address. */
#define STAGE_ADDRESS_LIMIT (1ull << 52)

struct stage_range {
	uint64_t base;
	uint64_t size;
	bool no_map; /* must not be mapped, not even for speculation */
};

struct stage_ranges {
	struct stage_range range[STAGE_RANGES_MAX];
	unsigned count;
};

/* How the tree says that firmware is called. */
enum stage_conduit { STAGE_NO_PSCI, STAGE_HVC, STAGE_SMC };

struct stage_facts {
	struct stage_ranges memory;   /* banks, in the tree's order, empty ones left out */
	struct stage_ranges reserved; /* the reservation block, then /reserved-memory */
	enum stage_conduit psci;
	struct stage_range bus;        /* size 0: there is none */
	uint64_t cpus[STAGE_CPUS_MAX]; /* affinity (MPIDR), as the tree has it */
	unsigned cpu_count;
};

/*
 * Bytes from the header to the end of the last block, without the padding that totalsize may
 * include; 0 if there is no device tree at `tree` (8-aligned, readable for STAGE_TREE_MAX bytes at
 * most), its blocks are not where they may be, or it is larger than that.
 */
size_t stage_tree_size(const void *tree);

/*
 * Copy the tree of size bytes (stage_tree_size()) to copy and check the copy: a tree that changed
 * meanwhile is none. The padding stays behind, and the copy's totalsize says so. Empty if size is 0
 * or the copy is no tree.
 */
struct span stage_tree_copy(const void *tree, size_t size, void *copy);

/*
 * Read the facts of a tree for which stage_tree_size() is not 0.
 *
 * memory: "reg" of the nodes below / with device_type "memory" that are not disabled. reserved:
 * what has a place; "size" alone is the kernel's affair. psci: the method of /psci. bus: the first
 * "reg" entry of the first node below / that is not disabled and whose compatible begins with
 * bus_compatible (NULL: nothing is looked for). cpus: the first STAGE_CPUS_MAX children of /cpus
 * with device_type "cpu" and enable-method "psci" that are not disabled, the one we run on
 * included; a node that is odd is left out.
 *
 * ERR_BAD_DTB: a malformed structure block or "reg", a range beyond STAGE_ADDRESS_LIMIT, more than
 * STAGE_RANGES_MAX of a kind, or no memory at all. What was found is then worthless.
 */
enum status stage_tree_read(const void *tree, const char *bus_compatible,
			    struct stage_facts *facts) MUST_CHECK;

/*
 * Cut the banks at first, below which the platform has no RAM, whatever the tree says (flash and
 * device registers must not become a place for payloads or for the loader). ERR_BAD_DTB: nothing
 * is left.
 */
enum status stage_memory_from(struct stage_facts *facts, uint64_t first) MUST_CHECK;

#endif
