/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_view.h - a FIT or a disk in memory, read by the loader's own code.
 *
 * Nothing is verified here: the verbs only describe and check that parts fit together.
 *   holdfast-keys verify decides.
 */
#ifndef HOLDFAST_IMAGE_FIT_VIEW_H
#define HOLDFAST_IMAGE_FIT_VIEW_H

#include "boards.h"
#include "fit.h"
#include "gpt.h"
#include "verity_tree.h"

/* Bytes in memory as a medium of block size 1. Two at a time may exist: 0 and 1. */
const struct medium *memory_medium(unsigned which, struct span bytes);
/* memory_medium(1), as the disk of a board: one in raw flash has the board's map. */
const struct medium *disk_medium(const struct board *board, struct span bytes);

/* A FIT at the start of bytes, opened with the loader's strict profile. One at a time. */
struct fit_view {
	struct span bytes;
	struct fit fit;
	unsigned images, configurations; /* nodes; FIT_NONE if absent */
};

/* Open it; the loader's refusal on failure. The view is valid until the next call. */
enum status fit_view_open(struct span bytes, struct fit_view **view) MUST_CHECK;

/* Properties of any node; false if absent or of another form. */
bool view_string(const struct fit_view *view, unsigned node, const char *name, const char **text);
bool view_u32(const struct fit_view *view, unsigned node, const char *name, uint32_t *value);
bool view_bytes(const struct fit_view *view, unsigned node, const char *name, struct span *value);

/*
 * Where an image's payload lies in the file. ERR_ABSENT: it has none (in a partition).
 * ERR_TRUNCATED: beyond the file's end.
 */
enum status view_payload(const struct fit_view *view, unsigned image,
			 struct span *payload) MUST_CHECK;

/* A root's parameters, as in its dm-verity node. */
struct view_root {
	unsigned image; /* node; FIT_NONE if there is no root */
	bool in_partition;
	struct tree_parameters parameters;
	uint8_t root_hash[DIGEST_SIZE_MAX];
};

/* Read the dm-verity node of an image. ERR_ABSENT: it has none. ERR_VERITY_PARAMS: it is broken. */
enum status view_verity(const struct fit_view *view, unsigned image,
			struct view_root *root) MUST_CHECK;

/*
 * The root that lies in the slot's partition (image is FIT_NONE if none does). ERR_VERITY_PARAMS:
 * two images name different ones.
 */
enum status view_partition_root(const struct fit_view *view, struct view_root *root) MUST_CHECK;

/* Every payload lies inside the file. ERR_TRUNCATED with at= the image. */
enum status view_check_payloads(const struct fit_view *view) MUST_CHECK;

#endif
