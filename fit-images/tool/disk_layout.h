/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * disk_layout.h - which partitions a disk has, and where.
 */
#ifndef HOLDFAST_IMAGE_DISK_LAYOUT_H
#define HOLDFAST_IMAGE_DISK_LAYOUT_H

#include "boards.h"
#include "gpt_write.h"
#include "slot_content.h"

#define PARTITIONS_MAX 8

/* What was asked for. */
struct disk_arguments {
	struct common common;
	const struct board *board;
	struct slot_content slots[SLOTS];
	bool split, no_fw_env;
	const char *seed;
	const char *first_stage, *root_disk; /* files; NULL if not given */
	struct input stage;                  /* first_stage, open */
	uint64_t fit_size, root_size, disk_size;
};

struct layout {
	struct new_partition partitions[PARTITIONS_MAX];
	unsigned count;
	uint64_t end, disk_size;
};

/*
 * Lay out the partitions for the slots, which are open, on the medium that the loader looks at
 * first. Ends with refusal too-big if something was asked to be smaller than its content.
 */
void disk_lay_out(struct layout *layout, const struct disk_arguments *arguments);

/* The same for the disk with the roots of a board whose slots are in raw flash. */
void disk_lay_out_roots(struct layout *layout, const struct disk_arguments *arguments);

/* Bytes from the start of the disk to the partition KIND-SLOT ("holdfast", "a"), which exists. */
uint64_t disk_place_of(const struct layout *layout, const char *kind, const char *slot);

#endif
