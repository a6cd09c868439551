/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * stage_memory.h - plat_memory() for boards whose earlier stage hands over a device tree.
 */
#ifndef HOLDFAST_STAGE_MEMORY_H
#define HOLDFAST_STAGE_MEMORY_H

#include "region.h"
#include "stage_tree.h"
#include "status.h"

/* What the platform knows besides the tree. */
struct stage_memory {
	/* from the private copy of the tree; NULL if there is none */
	const struct stage_facts *facts;
	uint64_t loader; /* our memory, that copy included */
	uint64_t loader_size;
	/* first address that is not mapped: RAM from there on is not used */
	uint64_t limit;
};

/*
 * Initialise map: a window for each bank (whole pages, cut at limit), reservations for what the
 * tree reserves and for the loader. ERR_BAD_DTB: no tree, banks that overlap, or more of anything
 * than the tables hold.
 */
enum status stage_memory_map(const struct stage_memory *memory, struct region_map *map) MUST_CHECK;

#endif
