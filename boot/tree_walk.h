/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * tree_walk.h - one pass over a device tree's structure block; between the files tree*.c only.
 *
 * libfdt answers every question with a walk of its own, and each costs a hundred times what it
 * costs here; a boot asks dozens. The walk checks all bounds itself; it is used on trees that
 * fdt_check_full() took, where it never ends early.
 */
#ifndef HOLDFAST_TREE_WALK_H
#define HOLDFAST_TREE_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "span.h"

enum tree_token { TREE_NODE = 1, TREE_NODE_END = 2, TREE_PROPERTY = 3 };

struct tree_walk {
	struct span structure;
	struct span strings;
	uint32_t next;
	bool broken; /* the walk ended before the tree did */
	/* What tree_next() found. */
	enum tree_token token;
	int offset; /* of the token, as libfdt counts nodes and properties */
	/* of the node that the token begins, ends or belongs to; the root's is 1 */
	int depth;
	const char *name;  /* of the node or property, NUL-terminated */
	struct span value; /* of the property */
};

/* Begin a walk. fdt passed fdt_check_header(). */
void tree_walk(struct tree_walk *walk, const void *fdt);

/* The next token; false at the end, or (then broken is set) where the structure is not one. */
bool tree_next(struct tree_walk *walk);

/*
 * The offset of the root's child with this name, with or without a unit address as libfdt has it;
 * -1 if there is none.
 */
int tree_child(const void *fdt, const char *name);

#endif
