/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * gpt.h - the partitions of a medium (UEFI 2.10, section 5.3).
 *
 * Unsigned input: names and ranges only choose where a FIT or a root is looked for. Strict: CRCs of
 * header and table, ranges inside the usable area, no overlap, no duplicate name among ours; the
 * backup header is used if the primary fails.
 */
#ifndef HOLDFAST_GPT_H
#define HOLDFAST_GPT_H

#include <stdint.h>

#include "medium.h"
#include "status.h"

#define GPT_NAME_MAX 36
#define GPT_PARTITIONS_MAX 128

struct partition {
	char name[GPT_NAME_MAX + 1]; /* ASCII; other characters of the UTF-16 name become '?' */
	uint8_t uuid[16];            /* unique GUID as on disk (mixed-endian) */
	struct extent extent;
};

struct gpt {
	struct partition partitions[GPT_PARTITIONS_MAX];
	unsigned count;
	bool from_backup;
};

/*
 * Read the table of a medium; one with medium->parts has those. ERR_NO_IMAGE: no GPT at either end.
 * ERR_BAD_GPT: there is one and it is broken, with at= naming what (duplicate name, overlap, range,
 * crc). ERR_MEDIA_IO.
 * gpt is 8 KiB and more: static storage.
 */
enum status gpt_read(const struct medium *medium, struct gpt *gpt) MUST_CHECK;

/* The partition with exactly this name. ERR_NO_IMAGE if there is none. */
enum status gpt_find(const struct gpt *gpt, const char *name,
		     const struct partition **partition) MUST_CHECK;

/* A GUID as text, lower case, 36 characters and NUL, in the byte order people write. */
void gpt_uuid_text(const uint8_t uuid[16], char text[37]);

#endif
