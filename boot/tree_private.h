/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * tree_private.h - between the files tree*.c only.
 */
#ifndef HOLDFAST_TREE_PRIVATE_H
#define HOLDFAST_TREE_PRIVATE_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"
#include "status.h"

/* Return from the calling function with the status for a libfdt error (a negative value). */
#define TRY_FDT(expression)                                                                        \
	do {                                                                                       \
		int try_fdt_ = (expression);                                                       \
		if (try_fdt_ < 0)                                                                  \
			return tree_failed(try_fdt_);                                              \
	} while (0)

/* ERR_TOO_BIG if the buffer is full, else ERR_BAD_DTB; recorded. */
enum status tree_failed(int fdt_error) MUST_CHECK;

/* How addresses and sizes are written below a node: 1 or 2 cells each. */
struct tree_cells {
	int address;
	int size;
};

/* The cells of a node. ERR_BAD_DTB: not 1 or 2. */
enum status tree_cells(const void *fdt, int node, struct tree_cells *cells) MUST_CHECK;

/* One range of a reg property. */
struct tree_range {
	uint64_t base;
	uint64_t size;
};

/*
 * The index-th range of a reg value of length bytes. false past the last. A length that is no
 * multiple of a range, or a range that wraps: *bad.
 */
bool tree_range(const void *reg, int length, const struct tree_cells *cells, unsigned index,
		struct tree_range *range, bool *bad);

/*
 * Set a property to a string; libfdt's error or 0. (libfdt's own macro loses bits of the length.)
 */
int tree_string(void *fdt, int node, const char *name, const char *value);

struct tree_walk;

/* Whether the walk is at a property that makes its node RAM. */
bool tree_is_memory(const struct tree_walk *walk);

/* What one pass over a tree finds. */
struct tree_scan {
	bool sane;    /* not too deep, no memory range that wraps */
	bool overlay; /* a tree of fragments with an __overlay__ each */
	int chosen;   /* the first /chosen or /chosen@..., -1 if there is none */
	unsigned chosen_count;
	bool chosen_plain; /* the first has no unit address */
	/* Of the child of the root that is being passed. */
	bool memory;
	struct span reg;
};

/*
 * As tree_check() (tree.h), with what the pass found.
 */
enum status tree_examine(struct span blob, const char *at, enum status otherwise,
			 struct tree_scan *scan, size_t *used) MUST_CHECK;

/*
 * Take from the earlier stage's tree (checked) what a signed tree cannot know: memory, reserved
 * memory, psci, the enable-method of CPUs, MAC addresses, the serial number. ERR_BAD_DTB,
 * ERR_TOO_BIG.
 */
enum status tree_take_stage(void *fdt, const void *stage) MUST_CHECK;

#endif
