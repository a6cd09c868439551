/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * kernel_items.h - what a configuration wants in memory: images, or files of its root; for
 * kernel.c.
 */
#ifndef HOLDFAST_KERNEL_ITEMS_H
#define HOLDFAST_KERNEL_ITEMS_H

#include "kernel.h"
#include "kernel_format.h"
#include "payload.h"

#define KERNEL_MAX ((uint64_t)CONFIG_KERNEL_MAX * 1024u * 1024u)

/* All payloads of a configuration. The kernel is last: it takes what room the others leave. */
#define ITEMS_MAX (TREE_IMAGES_MAX + 2u)
struct items {
	struct payload all[ITEMS_MAX];
	struct payload_wish wishes[ITEMS_MAX];
	const struct kernel_rules *rules;
	struct file_system *files; /* of the root; NULL: not mounted */
	uint64_t start;            /* of the kernel's reach */
	bool noload;
	unsigned count;
	unsigned kernel; /* index; the last */
	unsigned initrd; /* index; ITEMS_MAX if there is none */
	unsigned trees;  /* the first so many */
};

/* Where the kernel's reach begins: at the first bank of RAM. */
uint64_t kernel_reach_start(const struct region_map *map);

/*
 * The index-th file that the property ("holdfast,fdt-path") names for a slot ("fdt"). ERR_ABSENT:
 * no such property or index. ERR_BAD_FIT: no list of strings, or the slot has images as well.
 */
enum status items_path(const struct fit_config *config, const char *slot, const char *property,
		       unsigned index, const char **path) MUST_CHECK;

/*
 * Find and open all of them; nothing is placed or read yet. The errors of kernel_load() that are
 * about roles, those of payload_open() and payload_open_file(). ERR_BAD_FIT: an image and a file
 * for one slot, a compression without a kernel to unpack. ERR_VERITY_PARAMS: a file without a root.
 */
enum status items_gather(const struct fit_config *config, const struct region_map *map,
			 struct root *root, struct items *items) MUST_CHECK;

#endif
