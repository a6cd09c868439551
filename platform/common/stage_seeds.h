/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * stage_seeds.h - the earlier stage's seeds are not left lying about.
 */
#ifndef HOLDFAST_STAGE_SEEDS_H
#define HOLDFAST_STAGE_SEEDS_H

#include "span.h"

/*
 * Overwrite the values of kaslr-seed and rng-seed, whatever node they are in, in the copy of a tree
 * (from stage_tree_copy(); empty: nothing is done) and at the same places of the original, which
 * must be as long and writable. Where they are is taken from the copy alone. Works with the MMU
 * off. A structure block that is broken is followed as far as it goes: nobody takes such a tree.
 */
void stage_seeds_forget(struct span copy, void *original);

#endif
