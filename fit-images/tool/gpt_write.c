/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "gpt_write.h"

#include <string.h>

#include "gpt_crc32.h"
#include "guid.h"

#define HEADER_SIZE 92u

static const uint8_t signature[8] = { 'E', 'F', 'I', ' ', 'P', 'A', 'R', 'T' };

static void put32(uint8_t *at, uint32_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
	at[2] = (uint8_t)(value >> 16);
	at[3] = (uint8_t)(value >> 24);
}

static void put64(uint8_t *at, uint64_t value)
{
	put32(at, (uint32_t)value);
	put32(at + 4, (uint32_t)(value >> 32));
}

static void entry(const struct new_partition *partition, uint8_t *at)
{
	size_t i;

	if (!guid_parse(partition->type, at))
		fail(EXIT_INTERNAL, "bad type GUID %s", partition->type);
	memcpy(at + 16, partition->uuid, 16);
	put64(at + 32, partition->start / SECTOR);
	put64(at + 40, (partition->start + partition->size) / SECTOR - 1);
	for (i = 0; partition->name[i]; i++)
		at[56 + 2 * i] = (uint8_t)partition->name[i];
}

/* The header of the table at its own sector; the other one's is at other. */
static void header(const struct new_table *new, uint64_t own, uint64_t other, uint64_t entries,
		   uint32_t entries_crc, uint8_t *at)
{
	uint64_t sectors = new->disk_size / SECTOR;

	memset(at, 0, SECTOR);
	memcpy(at, signature, sizeof signature);
	put32(at + 8, 0x00010000);
	put32(at + 12, HEADER_SIZE);
	put64(at + 24, own);
	put64(at + 32, other);
	put64(at + 40, new->entries + TABLE_SECTORS);
	put64(at + 48, sectors - 2 - TABLE_SECTORS);
	memcpy(at + 56, new->disk_uuid, 16);
	put64(at + 72, entries);
	put32(at + 80, TABLE_ENTRIES);
	put32(at + 84, (uint32_t)TABLE_ENTRY_SIZE);
	put32(at + 88, entries_crc);
	put32(at + 16, gpt_crc32(0, at, HEADER_SIZE));
}

/* So that tools which know no GPT keep their hands off. */
static void protective_mbr(uint8_t *at, uint64_t sectors)
{
	memset(at, 0, SECTOR);
	at[446 + 2] = 0x02;
	at[446 + 4] = 0xee;
	memset(at + 446 + 5, 0xff, 3);
	put32(at + 446 + 8, 1);
	put32(at + 446 + 12, sectors - 1 > UINT32_MAX ? UINT32_MAX : (uint32_t)(sectors - 1));
	at[510] = 0x55;
	at[511] = 0xaa;
}

void gpt_write(const struct output *output, const struct new_table *new)
{
	static uint8_t table[TABLE_SIZE], sector[SECTOR];
	uint64_t sectors = new->disk_size / SECTOR, last = sectors - 1;
	uint64_t backup = last - TABLE_SECTORS;
	uint32_t crc;
	unsigned i;

	memset(table, 0, sizeof table);
	for (i = 0; i < new->count; i++)
		entry(&new->partitions[i], table + i * TABLE_ENTRY_SIZE);
	crc = gpt_crc32(0, table, sizeof table);
	protective_mbr(sector, sectors);
	output_write(output, 0, sector, sizeof sector);
	output_write(output, new->entries *SECTOR, table, sizeof table);
	output_write(output, backup * SECTOR, table, sizeof table);
	header(new, 1, last, new->entries, crc, sector);
	output_write(output, SECTOR, sector, sizeof sector);
	header(new, last, 1, backup, crc, sector);
	output_write(output, last * SECTOR, sector, sizeof sector);
}
