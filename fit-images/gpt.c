// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * gpt.c - the partition table of a medium.
 *
 * The backup at the medium's end is used if the primary cannot be read or its checksums do not fit.
 * A table with right checksums and wrong content was made so and is refused. Source: UEFI 2.10,
 * section 5.3.
 */
#include "gpt.h"

#include <string.h>

#include "gpt_crc32.h"

#define HEADER_SIZE 92
#define ENTRY_SIZE 128
/* The table is read and checked in pieces of this. */
#define PIECE 4096

struct header {
	uint64_t first_usable, last_usable, entries;
	uint32_t entry_count, entries_crc;
};

/* A medium in logical blocks; a file on the host counts in blocks of 512 bytes. */
struct disk {
	struct extent whole;
	uint32_t block;
	uint64_t blocks;
};

static uint8_t piece[PIECE] __attribute__((aligned(MEDIUM_ALIGN)));

static enum status bad(const char *at, const char *hint)
{
	return refuse(ERR_BAD_GPT, at, hint);
}

static enum status read_blocks(const struct disk *disk, uint64_t lba, size_t size)
{
	if (lba > disk->blocks || extent_read(&disk->whole, lba * disk->block, piece, size) != OK)
		return refuse(ERR_MEDIA_IO, "gpt",
			      "the medium failed while the partition table was read");
	return OK;
}

/*
 * Whether the table of the header at lba lies where it belongs, and the usable range leaves room
 * for headers and tables at both ends.
 */
static bool placed(const struct disk *disk, uint64_t lba, const struct header *header)
{
	uint64_t bytes = (uint64_t)header->entry_count * ENTRY_SIZE;
	uint64_t blocks = (bytes + disk->block - 1) / disk->block;

	if (header->first_usable > header->last_usable || header->last_usable >= disk->blocks ||
	    !range_inside(header->first_usable, 2, blocks) ||
	    !range_inside(disk->blocks - 1, header->last_usable + 1, blocks))
		return false;
	if (lba == 1)
		return header->entries >= 2 &&
		       range_inside(header->first_usable, header->entries, blocks);
	return header->entries > header->last_usable && range_inside(lba, header->entries, blocks);
}

/* Read and check the header at lba. ERR_NO_IMAGE: there is none. */
static enum status read_header(const struct disk *disk, uint64_t lba, struct header *header)
{
	uint32_t size, crc;

	TRY(read_blocks(disk, lba, disk->block < PIECE ? disk->block : PIECE));
	if (memcmp(piece, "EFI PART", 8) != 0)
		return refuse(ERR_NO_IMAGE, "gpt",
			      "the medium has no GPT: write a disk image to it");
	size = load_le32(piece + 12);
	crc = load_le32(piece + 16);
	memset(piece + 16, 0, 4);
	if (size < HEADER_SIZE || size > disk->block || size > PIECE ||
	    gpt_crc32(0, piece, size) != crc)
		return bad("header-crc", "the partition table is damaged: write the disk again");
	*header = (struct header){ .first_usable = load_le64(piece + 40),
				   .last_usable = load_le64(piece + 48),
				   .entries = load_le64(piece + 72),
				   .entry_count = load_le32(piece + 80),
				   .entries_crc = load_le32(piece + 88) };
	if (load_le32(piece + 8) != 0x00010000 || load_le64(piece + 24) != lba)
		return bad("header", "the partition table is not at the place it was made for");
	if (load_le32(piece + 84) != ENTRY_SIZE || header->entry_count == 0 ||
	    header->entry_count > GPT_PARTITIONS_MAX)
		return bad("entries", "use at most 128 partition entries of 128 bytes");
	if (!placed(disk, lba, header))
		return bad("range", "the table or the usable range lies outside the medium");
	return OK;
}

static void read_name(const uint8_t *utf16, char *name)
{
	size_t i;

	for (i = 0; i < GPT_NAME_MAX; i++) {
		unsigned unit = utf16[2 * i] | (unsigned)utf16[2 * i + 1] << 8;

		if (unit == 0)
			break;
		name[i] = unit >= ' ' && unit <= '~' ? (char)unit : '?';
	}
	name[i] = '\0';
}

/* Add the partition of an entry, if it has one. */
static enum status add(const struct disk *disk, const struct header *header, const uint8_t *entry,
		       struct gpt *gpt)
{
	static const uint8_t unused[16];
	struct partition *partition = &gpt->partitions[gpt->count];
	uint64_t first = load_le64(entry + 32);
	uint64_t last = load_le64(entry + 40);

	if (memcmp(entry, unused, sizeof(unused)) == 0)
		return OK;
	read_name(entry + 56, partition->name);
	memcpy(partition->uuid, entry + 16, sizeof(partition->uuid));
	if (first < header->first_usable || last > header->last_usable || first > last)
		return bad(partition->name, "the partition lies outside the usable range");
	TRY(extent_sub(&disk->whole, first * disk->block, (last - first + 1) * disk->block,
		       &partition->extent));
	gpt->count++;
	return OK;
}

/*
 * The entries, with their checksum. A broken entry is refused (*broken) only after the checksum
 * proved right.
 */
static enum status read_entries(const struct disk *disk, const struct header *header,
				struct gpt *gpt, enum status *broken)
{
	uint32_t left = header->entry_count * ENTRY_SIZE;
	uint64_t lba = header->entries;
	uint32_t crc = 0;

	gpt->count = 0;
	*broken = OK;
	while (left > 0) {
		uint32_t size = left < PIECE ? left : PIECE;
		uint32_t at;

		TRY(read_blocks(disk, lba, size));
		crc = gpt_crc32(crc, piece, size);
		for (at = 0; at < size && *broken == OK; at += ENTRY_SIZE)
			*broken = add(disk, header, piece + at, gpt);
		lba += size / disk->block;
		left -= size;
	}
	if (crc != header->entries_crc)
		return bad("entries-crc", "the partition table is damaged: write the disk again");
	return OK;
}

/* Names that the loader looks for; only these must be unique. */
static bool is_ours(const char *name)
{
	return strncmp(name, "holdfast-", 9) == 0 || strncmp(name, "root-", 5) == 0 ||
	       strncmp(name, "verity-", 7) == 0;
}

static enum status check_pair(const struct partition *a, const struct partition *b)
{
	uint64_t a_end = a->extent.offset + a->extent.size;
	uint64_t b_end = b->extent.offset + b->extent.size;

	if (a->extent.offset < b_end && b->extent.offset < a_end)
		return bad(a->name, "two partitions overlap");
	if (is_ours(a->name) && strcmp(a->name, b->name) == 0)
		return bad(a->name, "two partitions have this name");
	if (memcmp(a->uuid, b->uuid, sizeof(a->uuid)) == 0)
		return bad(a->name, "two partitions have the same unique GUID");
	return OK;
}

static enum status check_all(const struct gpt *gpt)
{
	unsigned i, j;

	for (i = 0; i < gpt->count; i++)
		for (j = 0; j < i; j++)
			TRY(check_pair(&gpt->partitions[i], &gpt->partitions[j]));
	return OK;
}

/* The table whose header is at lba; *broken: a sound table with content that is refused. */
static enum status read_table(const struct disk *disk, uint64_t lba, struct gpt *gpt,
			      enum status *broken)
{
	struct header header = { 0 };

	*broken = OK;
	TRY(read_header(disk, lba, &header));
	TRY(read_entries(disk, &header, gpt, broken));
	if (*broken == OK)
		*broken = check_all(gpt);
	return OK;
}

/* Neither end has a table that can be used: the primary's reason, if there is a primary. */
static enum status give_up(struct gpt *gpt, const struct refusal *primary, enum status backup)
{
	gpt->count = 0;
	if (primary->why == ERR_NO_IMAGE)
		return backup;
	return refuse(primary->why, primary->at, primary->hint);
}

static enum status accept(struct gpt *gpt, enum status broken)
{
	if (broken != OK)
		gpt->count = 0;
	return broken;
}

/* A board's fixed table, against the medium that is really there. */
static enum status read_parts(const struct medium *medium, struct gpt *gpt)
{
	const struct extent whole = extent_whole(medium);
	const struct medium_part *part = medium->parts;

	for (; part->name && gpt->count < GPT_PARTITIONS_MAX; part++) {
		struct partition *partition = &gpt->partitions[gpt->count++];
		const size_t length = strlen(part->name);

		memcpy(partition->name, part->name, length < GPT_NAME_MAX ? length : GPT_NAME_MAX);
		/* A number in place of the GUID that it has not: no two are the same. */
		partition->uuid[0] = (uint8_t)gpt->count;
		if (extent_sub(&whole, part->offset, part->size, &partition->extent) == OK)
			continue;
		gpt->count = 0;
		return bad(part->name, "the flash is smaller than the board's map of it");
	}
	return accept(gpt, check_all(gpt));
}

enum status gpt_read(const struct medium *medium, struct gpt *gpt)
{
	struct disk disk = { .whole = extent_whole(medium) };
	enum status status, broken;
	struct refusal primary;

	memset(gpt, 0, sizeof(*gpt));
	if (medium->parts)
		return read_parts(medium, gpt);
	disk.block = medium->block_size < 512 ? 512 : medium->block_size;
	disk.blocks = disk.whole.size / disk.block;
	if (disk.blocks < 6)
		return refuse(ERR_NO_IMAGE, "gpt", "the medium is too small for a GPT");
	if (read_table(&disk, 1, gpt, &broken) == OK)
		return accept(gpt, broken);
	primary = *refusal_last();
	status = read_table(&disk, disk.blocks - 1, gpt, &broken);
	if (status != OK)
		return give_up(gpt, &primary, status);
	gpt->from_backup = true;
	return accept(gpt, broken);
}

enum status gpt_find(const struct gpt *gpt, const char *name, const struct partition **partition)
{
	unsigned i;

	*partition = NULL;
	for (i = 0; i < gpt->count; i++)
		if (strcmp(gpt->partitions[i].name, name) == 0) {
			*partition = &gpt->partitions[i];
			return OK;
		}
	return refuse(ERR_NO_IMAGE, name, "the medium has no partition of this name");
}

void gpt_uuid_text(const uint8_t uuid[16], char text[37])
{
	/* The first three fields are little-endian on disk. */
	static const uint8_t order[16] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
	unsigned i;

	for (i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*text++ = '-';
		*text++ = "0123456789abcdef"[uuid[order[i]] >> 4];
		*text++ = "0123456789abcdef"[uuid[order[i]] & 15];
	}
	*text = '\0';
}
