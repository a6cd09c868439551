/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * tree_builder.h - device trees of an earlier stage, put together by libfdt.
 */
#ifndef HOLDFAST_TESTS_TREE_BUILDER_H
#define HOLDFAST_TESTS_TREE_BUILDER_H

#include <stdint.h>

#define MIB 0x100000ull
#define RAM 0x40000000ull

/* Where the tree is made. */
#define TREE_ROOM 8192
extern uint8_t tree[TREE_ROOM];

/* Open a tree with one entry in its reservation block, two address and two size cells. */
void tree_begin(void);
void tree_end(void);

/* A property of two 64-bit numbers. */
void tree_u64(const char *name, uint64_t a, uint64_t b);

/* A memory node; status may be NULL. */
void tree_memory(const char *name, uint64_t base, uint64_t size, const char *status);

/*
 * For cmocka: a tree like QEMU's behind TF-A, with two banks, one that is the secure world's,
 * reservations, psci, a bus.
 */
int tree_setup(void **state);

#endif
