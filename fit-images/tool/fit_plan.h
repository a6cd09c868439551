/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_plan.h - a FIT before it is written: its image nodes and its configurations.
 */
#ifndef HOLDFAST_IMAGE_FIT_PLAN_H
#define HOLDFAST_IMAGE_FIT_PLAN_H

#include "root_image.h"

#define PLAN_IMAGES_MAX 64
#define PLAN_LIST_MAX 32

/* One node below /images. Strings and bytes belong to the caller. */
struct plan_image {
	char name[32];
	/* os and arch may be NULL: left out */
	const char *description, *type, *os, *arch, *compression;
	bool has_load;
	uint64_t load, entry;
	struct span data;
	/*
	 * A root: its tree (at tree->offset of the payload), verity_options (NULL-terminated); else
	 *   NULL.
	 */
	const struct tree *tree;
	const char *const *verity_options;
	struct span signature; /* of its root hash, for Linux; size 0: none */
	bool in_partition;     /* the payload is in the slot's root partition, not here */
	bool split;            /* and its tree in one of its own, behind a superblock */
	/* filled by plan_layout() */
	uint64_t size, offset;
};

/* One node below /configurations. */
struct plan_configuration {
	char name[32];
	const char *compatible[PLAN_LIST_MAX];
	unsigned compatible_count;
	/* names of images, or paths in the root: base, then overlays */
	const char *fdt[PLAN_LIST_MAX + 1];
	unsigned fdt_count;
};

struct plan {
	const char *description;
	uint32_t timestamp;
	enum digest_algorithm hash;
	bool embed;         /* data inside the tree instead of behind it */
	uint32_t alignment; /* of external data, bytes */
	struct plan_image images[PLAN_IMAGES_MAX];
	unsigned image_count;
	struct plan_configuration configurations[PLAN_LIST_MAX];
	unsigned configuration_count;
	/* What all configurations have in common; NULL if absent. */
	const char *kernel, *ramdisk, *loadable, *cmdline, *sbom;
	/* Paths in the root instead of kernel, ramdisk and images in fdt. */
	const char *kernel_path, *kernel_compression, *ramdisk_path;
	bool fdt_paths;
	const char *arch; /* the kernel's; of all that goes with it */
	/* What configurations take their fdt from: base trees, then overlays. */
	const char *trees[2 * PLAN_LIST_MAX];
	uint32_t rollback_index;
	bool has_rollback_index;
};

/* A new image node; ends with 2 if there are too many. */
struct plan_image *plan_add(struct plan *plan, const char *name, const char *type,
			    const char *description);

/* Sizes of payloads and, for external data, their places. */
void plan_layout(struct plan *plan);

/*
 * Write the FIT to the output (NULL: only see that it can be made). Returns the bytes of the whole
 * FIT.
 */
uint64_t plan_write(const struct plan *plan, const struct output *output);

#endif
