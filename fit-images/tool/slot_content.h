/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * slot_content.h - what goes into one slot, checked: a FIT, and the root it names.
 */
#ifndef HOLDFAST_IMAGE_SLOT_CONTENT_H
#define HOLDFAST_IMAGE_SLOT_CONTENT_H

#include "fit_view.h"
#include "root_image.h"

/* "a", "b", "recovery"; the last has no root partition. */
#define SLOTS 3
extern const char *const slot_names[SLOTS];
/* 0..SLOTS-1, or -1. */
int slot_by_name(const char *name);

struct slot_content {
	bool given;
	const char *fit_path, *root_path; /* root_path may be NULL */
	struct input fit;
	bool has_root;
	struct view_root named; /* by the FIT */
	struct root_image root; /* if has_root and root_path */
};

/*
 * Open the slot's files and see that they belong together: the FIT has the loader's form and all
 * its data; a root that it names in a partition is given, is that one, and its tree is right.
 * split: the tree lies in a partition of its own. Ends with 3 or a refusal.
 */
void slot_content_open(struct slot_content *content, bool split);

/*
 * The FIT names a root and no file was given: see that data (and hashes, a partition of its own, or
 * NULL) already hold it. name is for the message. Ends with a refusal.
 */
void slot_root_check(const struct slot_content *content, const char *name, struct span data,
		     const struct span *hashes);

/* Bytes that the partitions must have at least. */
uint64_t slot_root_size(const struct slot_content *content, bool split);
uint64_t slot_tree_size(const struct slot_content *content);

#endif
