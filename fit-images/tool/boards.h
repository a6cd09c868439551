/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * boards.h - what is particular about the boards' boot media. The numbers are those of
 * platform/boards/<name> (board.h and README.md).
 */
#ifndef HOLDFAST_IMAGE_BOARDS_H
#define HOLDFAST_IMAGE_BOARDS_H

#include <argp.h>
#include <stdbool.h>
#include <stdint.h>

#include "medium.h"

struct board {
	const char *name;
	const char *root_type, *verity_type; /* Discoverable Partitions, for --verity-split */
	/* An SD card or eMMC: its size is a power of two in QEMU, which takes no other. */
	bool power_of_two;
	/*
	 * Where the stages before Linux lie on the medium that has the slots, bytes. Both 0: they
	 * lie elsewhere.
	 */
	uint64_t first_stage, first_stage_end;
	/*
	 * Sector of the GPT's entries. 2 unless the first stage lies there, as on Allwinner's SD
	 * cards: then behind it (what sgdisk --move-main-table makes).
	 */
	uint64_t table;
	/*
	 * Raw flash instead of a GPT: its map, size and erase block. Roots are on another medium.
	 */
	const struct medium_part *flash;
	uint64_t flash_size, flash_block;
};

/* Boards whose media we know; the last has no name. */
extern const struct board boards[];

/*
 * The value of an option --board: the board, or the end of the process with 2 and a message that
 * names them all.
 */
const struct board *board_parse(const char *name, struct argp_state *state);

#endif
