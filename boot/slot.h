/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * slot.h - which slots there are and in which order they are tried.
 */
#ifndef HOLDFAST_SLOT_H
#define HOLDFAST_SLOT_H

#include "gpt.h"
#include "status.h"

#define SLOTS_MAX 3

/* One place a release can be. The partitions are looked up when the slot is tried. */
struct slot {
	const char *name;      /* "A", "B", "recovery": HF-SLOT slot= and rauc.slot= */
	const char *partition; /* "holdfast-a", "holdfast-b", "holdfast-recovery": a FIT at offset 0 */
	const char *root;      /* "root-a", "root-b"; NULL for recovery */
	const char *verity;    /* "verity-a", "verity-b": the tree, if it is not appended; NULL for recovery */
};

struct slot_order {
	const struct slot *slots[SLOTS_MAX];
	unsigned count;
};

/* The order without state: A, B, recovery. Pure. */
void slot_order(struct slot_order *order);

#endif
