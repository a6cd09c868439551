/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fit_arguments.h - the command line of holdfast-image fit.
 */
#ifndef HOLDFAST_IMAGE_FIT_ARGUMENTS_H
#define HOLDFAST_IMAGE_FIT_ARGUMENTS_H

#include "fit_plan.h"

#define FLAGS_MAX 5

struct text_list {
	const char *at[PLAN_LIST_MAX];
	unsigned count;
};

/* What was asked for; checked for consistency, no file opened yet. */
struct fit_arguments {
	struct common common;
	const char *kernel, *initrd, *root, *sbom, *cmdline, *description, *arch, *compression;
	const char *config;
	const char *root_hash_signature;
	/* Paths in the root, each instead of a file. */
	const char *kernel_path, *initrd_path;
	struct text_list dtb_paths, overlay_paths;
	bool root_in_partition, split, has_load, has_index, embed;
	struct text_list dtbs, overlays, compatible;
	const char *flags[FLAGS_MAX + 1]; /* of dm-verity */
	unsigned flag_count;
	uint64_t load, entry, index, alignment;
	enum digest_algorithm hash;
};

/* Parse and check; ends with 2 if something is missing, doubled or contradictory. */
void fit_arguments_parse(int argc, char **argv, struct fit_arguments *arguments);

#endif
