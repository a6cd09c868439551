/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * root_image.h - a root as people hand it over: a bare file system, or one with its hash tree.
 */
#ifndef HOLDFAST_IMAGE_ROOT_IMAGE_H
#define HOLDFAST_IMAGE_ROOT_IMAGE_H

#include "verity_tree.h"

struct root_image {
	struct input file;
	struct span data; /* the file system, without padding */
	struct tree tree;
	bool had_tree; /* it stood in the file (and was checked) */
};

/*
 * Open a root. If it has a tree, that is checked (refusal verity-root), and so is parity behind it
 * (verity-params); otherwise a tree is made with `wanted`, completed by tree_complete(). Ends with
 * 3 if the file cannot be read.
 */
struct root_image root_open(const char *path, const struct tree_parameters *wanted);

/*
 * Open the root that a FIT names: the parameters are the FIT's, and the root hash must come out
 * (refusal verity-root).
 */
struct root_image root_open_signed(const char *path, const struct tree_parameters *parameters,
				   const uint8_t *root_hash);

/* sha256, blocks of 4096, salt and UUID from the data. */
extern const struct tree_parameters tree_defaults;

/* Write data, padding and tree at offset of an open file. */
void root_write(const struct root_image *root, int fd, const char *name, uint64_t offset);

#endif
