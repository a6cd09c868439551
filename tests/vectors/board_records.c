// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* board_records.c - see board_records.h. */
#include "board_records.h"

#include <string.h>

#include "platform.h"

#define SECTOR 512u
#define HEAD_SIZE 64u
#define RECORD_MAX (128u * 1024)
#define PLACE_STEP (1u << 20)
#define PLACES 64u

static uint8_t bytes[RECORD_MAX] __attribute__((aligned(MEDIUM_ALIGN)));

static struct {
	struct extent extent;
	uint32_t count;
	uint32_t taken;
	uint64_t offset; /* of the next */
} records;

static bool begins_at(const struct extent *whole, uint64_t offset, uint32_t *step)
{
	if (!range_inside(whole->size, offset, SECTOR) ||
	    extent_read(whole, offset, bytes, SECTOR) != OK || memcmp(bytes, "HFVECTOR", 8) != 0)
		return false;
	records.count = load_le32(bytes + 8);
	*step = load_le32(bytes + 12);
	return extent_sub(whole, offset, whole->size - offset, &records.extent) == OK;
}

enum status records_open(uint32_t *step)
{
	for (const struct medium *const *medium = plat_media(); *medium; medium++) {
		struct extent whole = extent_whole(*medium);

		for (unsigned place = 0; place < PLACES; place++)
			if (begins_at(&whole, (uint64_t)place * PLACE_STEP, step))
				return OK;
	}
	return ERR_NO_IMAGE;
}

void records_rewind(void)
{
	records.taken = 0;
	records.offset = SECTOR;
}

static enum status take_apart(struct span whole, struct record *record)
{
	const uint8_t *head = whole.at;
	size_t at = HEAD_SIZE;

	record->kind = (enum kind)head[4];
	record->algorithm = (enum digest_algorithm)head[5];
	record->padding = head[6] == 1 ? RSA_PSS : RSA_PKCS1;
	record->result = (enum result)head[7];
	record->bits = load_le32(head + 8);
	record->exponent = load_le64(head + 16);
	for (unsigned i = 0; i < PARTS; i++) {
		size_t size = load_le32(head + 24 + 4 * i);

		TRY(span_sub(whole, at, size, &record->parts[i]));
		at += size;
	}
	return OK;
}

enum status records_next(struct record *record, bool *more)
{
	struct span whole = { bytes, 0 };

	*more = records.taken < records.count;
	if (!*more)
		return OK;
	TRY(extent_read(&records.extent, records.offset, bytes, SECTOR));
	whole.size = load_le32(bytes);
	if (whole.size < HEAD_SIZE || whole.size > RECORD_MAX)
		return ERR_TRUNCATED;
	TRY(extent_read(&records.extent, records.offset, bytes, whole.size));
	records.offset += (whole.size + SECTOR - 1) / SECTOR * SECTOR;
	records.taken++;
	return take_apart(whole, record);
}
