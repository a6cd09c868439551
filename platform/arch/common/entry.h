/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * entry.h - between the instructions of start.S and boot_main(); what a board adds to it.
 */
#ifndef HOLDFAST_ENTRY_H
#define HOLDFAST_ENTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "banner.h"
#include "span.h"
#include "stage_tree.h"

/* Where we came from and what we found there. */
struct entry {
	uintptr_t entered_at; /* where the image ran at reset */
	/* the private copy of the earlier stage's tree; empty if there is none */
	struct span tree;
	uintptr_t loader; /* first byte of ours, the copy of the tree included */
	size_t loader_size;
	struct stage_facts facts; /* from that copy */
	bool facts_known;         /* false: there is no tree, or it is malformed */
};

/* start.S comes here, at our new place, MMU and caches off. */
_Noreturn void loader_entry(void *tree, size_t tree_size, void *copy, uintptr_t entered_at);

/* Registers of devices, whole pages; size 0 ends the table. */
struct board_window {
	uint64_t base;
	uint64_t size;
};

/* Offered by the board: what to map before the first access. */
extern const struct board_window board_windows[];

/* Offered by the board: the bus to look for in the tree (stage_tree_read()), or NULL. */
extern const char *const board_bus;

/* Offered by the board: console. Called first of all, MMU off. */
void board_console(void);

/* Offered by the board: whatever else platform.h needs, MMU on. */
void board_start(void);

/* What was found, for the board: from board_start() on. */
const struct entry *entry_found(void);

/*
 * The first words of plat_banner(): " start=flash|ram loader=0x...", where the image ran when it
 * was entered and the first byte of ours; then arch_banner().
 */
void entry_banner(struct banner *banner);

/*
 * Offered by the architecture: what the processor does for us (" pac=1 bti=0"),
 * or how we were entered (" secure=1").
 */
void arch_banner(struct banner *banner);

/* Offered by the core (boot/main.c): everything after that. It does not come back. */
void boot_main(void);

#endif
