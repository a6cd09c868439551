/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * root.h - the dm-verity root of a release: where it lies, whether the top of its tree is the
 * signed one, and the files in it that the release names.
 */
#ifndef HOLDFAST_ROOT_H
#define HOLDFAST_ROOT_H

#include <stdbool.h>

#include "file_system.h"
#include "fit_verify.h"
#include "proof.h"
#include "reader.h"
#include "region.h"
#include "slot.h"
#include "verity.h"

/*
 * What the command line needs, and the files. present false: the configuration has no root, nothing
 * else is valid. Not to be moved once it is mounted.
 */
struct root {
	bool present;
	struct verity verity;
	struct verity_device device;
	struct extent data; /* starts with data block 0 */
	struct extent tree; /* hash blocks count from its start */
	/* the configuration names files: reader and files can be used until root_unmount() */
	bool mounted;
	struct verity_reader reader; /* its figures stay */
	struct file_system files;
	uint64_t memory;   /* the claim of both */
	uint64_t mount_us; /* microseconds that mounting took */
};

/*
 * Find the configuration's root and check the top block of its hash tree.
 *
 * In the FIT: the payload must start at a multiple of 4096 of its partition. In a partition
 * (holdfast,partition = "root"): slot->root, in the table the FIT came from. The tree is appended
 * if the signed hash-start-block lies behind the data, else it is in slot->verity. The block is
 * read to a claim of map that ends before this returns; both sides of the comparison go into proof.
 *
 * If the configuration names files of its root (holdfast,kernel-path and so on), it is mounted
 * here, before anything of it is used, with proof for all that is read later. Then the claim stays
 * until root_unmount().
 *
 * OK with root->present false if the configuration names no loadables. ERR_VERITY_PARAMS: a
 * loadable that is no dm-verity root, a slot without a root partition (recovery), a root inside the
 * FIT that is not aligned, or a path without a root. ERR_NO_IMAGE: no such partition. The errors of
 * verity_of(), verity_check_top(), verity_open() and file_system_mount().
 */
enum status root_check(const struct fit_config *config, const struct slot *slot,
		       const struct slot_place *place, struct region_map *map, struct proof *proof,
		       struct root *root) MUST_CHECK;

/* The properties of a configuration that name files of its root; the last is NULL. */
extern const char *const root_paths[];

/*
 * The last file was read: the claim ends. Nothing happens if it is not mounted. Only with
 * CONFIG_ROOT_FILES.
 */
void root_unmount(struct root *root, struct region_map *map);

#endif
