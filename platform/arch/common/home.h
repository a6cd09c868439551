/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * home.h - where the loader goes before it does anything else.
 */
#ifndef HOLDFAST_HOME_H
#define HOLDFAST_HOME_H

#include <stddef.h>
#include <stdint.h>

/* The result of home_find(). start.S knows this layout. */
struct home {
	/* where the image goes; whole pages, up to image + (__end - __start) */
	uintptr_t image;
	/* where the earlier tree's copy goes: whole pages that end at image */
	uintptr_t copy;
	const void *tree; /* the earlier tree, NULL if there is none that can be read */
	size_t tree_size; /* bytes of it worth copying; 0 if there is none */
};

_Static_assert(sizeof(struct home) == 4 * sizeof(uintptr_t), "start.S reads struct home");

/*
 * A board without an earlier stage's tree (BOARD_TREE 0) says the same things itself: RAM, what of
 * it is taken, the CPUs that can run, /psci if there is firmware to call. Its board.dts, compiled.
 */
extern const uint8_t board_tree[];

/*
 * Choose the place: the highest free pages of the first bank of RAM below HOME_BELOW that is large
 * enough. Free is what is neither reserved by the earlier stage's tree nor the tree itself, the
 * image where it runs now, or the early stack. handed is x0 or r2 at reset: the tree's
 * address if there is a tree at it, else the board's default is looked at; with BOARD_TREE 0 it is
 * board_tree, and the register is not looked at. Without a usable tree
 * the board's smallest RAM is assumed (plat_memory() will refuse later, with a message). image is
 * where we run. Called with the MMU off, before relocation.
 */
void home_find(struct home *home, uintptr_t handed, uintptr_t image);

#endif
