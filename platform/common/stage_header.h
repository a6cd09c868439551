/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * stage_header.h - the head of a device tree, for stage_header.c and stage_tree.c alone.
 */
#ifndef HOLDFAST_STAGE_HEADER_H
#define HOLDFAST_STAGE_HEADER_H

#include <stddef.h>
#include <stdint.h>

#include "span.h"

struct stage_header {
	uint32_t magic, total_size, off_structure, off_strings, off_reservations, version,
		last_compatible, boot_cpu, size_strings, size_structure;
};

/* A 32-bit word of a block that is 4-aligned. */
static inline uint32_t stage_word(const uint32_t *at)
{
	return load_be32(at);
}

/* The end of the reservation block, from the header's start; 0 if it has none. */
size_t stage_reservations_end(const struct stage_header *header);

#endif
