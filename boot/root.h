/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * root.h - the dm-verity root of a release: where it lies, and whether the top of its tree is the
 * signed one.
 */
#ifndef HOLDFAST_ROOT_H
#define HOLDFAST_ROOT_H

#include <stdbool.h>

#include "fit_verify.h"
#include "proof.h"
#include "region.h"
#include "slot.h"
#include "verity.h"

/*
 * What the command line needs. present false: the configuration has no root, nothing else is valid.
 */
struct root {
	bool present;
	struct verity verity;
	struct verity_device device;
};

/*
 * Find the configuration's root and check the top block of its hash tree.
 *
 * In the FIT: the payload must start at a multiple of 4096 of its partition. In a partition
 * (holdfast,partition = "root"): slot->root, in the table the FIT came from. The tree is appended
 * if the signed hash-start-block lies behind the data, else it is in slot->verity. The block is
 * read to a claim of map that ends before this returns; both sides of the comparison go into proof.
 *
 * OK with root->present false if the configuration names no loadables. ERR_VERITY_PARAMS: a
 * loadable that is no dm-verity root, a slot without a root partition (recovery), or a root inside
 * the FIT that is not aligned. ERR_NO_IMAGE: no such partition. The errors of verity_of() and
 * verity_check_top().
 */
enum status root_check(const struct fit_config *config, const struct slot *slot,
		       const struct slot_place *place, struct region_map *map, struct proof *proof,
		       struct root *root) MUST_CHECK;

#endif
