/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * mapped_flash.h - flash that the processor reads like memory: parallel NOR, or serial NOR behind
 * a controller that maps it. Read only; the board maps the window (board_windows[]).
 */
#ifndef HOLDFAST_MAPPED_FLASH_H
#define HOLDFAST_MAPPED_FLASH_H

#include "medium.h"

struct mapped_flash {
	struct medium medium;
	uintptr_t base;
};

/*
 * A medium of size bytes (whole blocks of 512) at base, with the board's map of it (parts, whose
 * last has no name). Nothing is read yet; a read is a copy in words, done when start() returns.
 * Flash that is not there reads as whatever the bus gives, and no FIT is found in it.
 */
const struct medium *mapped_flash(struct mapped_flash *flash, const char *name, uintptr_t base,
				  uint64_t size, const struct medium_part *parts);

#endif
