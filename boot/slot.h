/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * slot.h - which slots there are, in which order they are tried, and where one lies.
 */
#ifndef HOLDFAST_SLOT_H
#define HOLDFAST_SLOT_H

#include "gpt.h"
#include "status.h"

#define SLOTS_MAX 3

/* One place a release can be. The partitions are looked up when the slot is tried. */
struct slot {
	const char *name; /* "A", "B", "recovery": HF-SLOT slot= and rauc.slot= */
	const char
		*partition; /* "holdfast-a", "holdfast-b", "holdfast-recovery": a FIT at offset 0 */
	const char *root;   /* "root-a", "root-b"; NULL for recovery */
	const char *
		/* "verity-a", "verity-b": the tree, if it is not appended; NULL for recovery */
		verity;
};

struct slot_order {
	const struct slot *slots[SLOTS_MAX];
	unsigned count;
};

/* The order without state: A, B, recovery. Pure. */
void slot_order(struct slot_order *order);

/* Where a slot was found. Points into storage of slot.c that lives until the next slot_find(). */
struct slot_place {
	const struct gpt
		*gpt; /* the table the slot was found in; its root is looked up there too */
	const struct partition *partition; /* the partition that holds the FIT */
};

/*
 * Find the partition of this name on the media from *from on (plat_media()); *from is then the
 * medium, *table its table, which *partition points into. ERR_NO_IMAGE: no medium has it. If a
 * medium could not be read or its table is broken and no other has the partition: ERR_MEDIA_IO or
 * ERR_BAD_GPT.
 */
enum status media_find(const struct medium *const **from, const char *name, struct gpt *table,
		       const struct partition **partition) MUST_CHECK;

/*
 * Find the slot's FIT partition on the board's media, in the board's order. The errors of
 * media_find().
 */
enum status slot_find(const struct slot *slot, struct slot_place *place) MUST_CHECK;

#endif
