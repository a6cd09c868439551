// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * stage_header.c - whether there is a device tree, how long it is, and a copy of it
 * (stage_tree.h).
 */
#include "stage_header.h"

#include <string.h>

#include "stage_tree.h"

#define MAGIC 0xd00dfeedu
#define VERSION 17u

static bool header_is_sane(const struct stage_header *header)
{
	uint64_t total = stage_word(&header->total_size);
	uint32_t structure = stage_word(&header->off_structure);
	uint32_t reservations = stage_word(&header->off_reservations);

	/* Only what another version could place elsewhere is not looked at. */
	return stage_word(&header->magic) == MAGIC && total >= sizeof(*header) &&
	       total <= STAGE_TREE_MAX && stage_word(&header->version) >= VERSION &&
	       stage_word(&header->last_compatible) <= VERSION && structure % 4 == 0 &&
	       reservations % 8 == 0 && reservations >= sizeof(*header) && reservations < total &&
	       stage_word(&header->size_structure) % 4 == 0 &&
	       range_inside(total, structure, stage_word(&header->size_structure)) &&
	       range_inside(total, stage_word(&header->off_strings),
			    stage_word(&header->size_strings));
}

/* The end of the reservation block, from the header's start; 0 if it has none. */
size_t stage_reservations_end(const struct stage_header *header)
{
	const uint8_t *bytes = (const uint8_t *)header;
	size_t at = stage_word(&header->off_reservations);

	for (; range_inside(stage_word(&header->total_size), at, 16); at += 16)
		if (load_be64(bytes + at) == 0 && load_be64(bytes + at + 8) == 0)
			return at + 16;
	return 0;
}

size_t stage_tree_size(const void *tree)
{
	const struct stage_header *header = tree;
	size_t reservations;
	size_t structure;
	size_t strings;

	if (!tree || ((uintptr_t)tree & 7) != 0 || !header_is_sane(header))
		return 0;
	reservations = stage_reservations_end(header);
	structure = stage_word(&header->off_structure) + stage_word(&header->size_structure);
	strings = stage_word(&header->off_strings) + stage_word(&header->size_strings);
	if (reservations == 0)
		return 0;
	if (structure < strings)
		structure = strings;
	return structure < reservations ? reservations : structure;
}

struct span stage_tree_copy(const void *tree, size_t size, void *copy)
{
	if (size == 0)
		return (struct span){ NULL, 0 };
	memcpy(copy, tree, size);
	store_be32(&((struct stage_header *)copy)->total_size, (uint32_t)size);
	if (stage_tree_size(copy) == 0)
		return (struct span){ NULL, 0 };
	return (struct span){ copy, size };
}
