/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * gpt_write.h - a partition table (UEFI 2.10, section 5.3), protective MBR and backup included.
 */
#ifndef HOLDFAST_IMAGE_GPT_WRITE_H
#define HOLDFAST_IMAGE_GPT_WRITE_H

#include "tool.h"

#define SECTOR ((uint64_t)512)
#define TABLE_ENTRIES 128u
#define TABLE_ENTRY_SIZE ((size_t)128)
#define TABLE_SIZE (TABLE_ENTRIES * TABLE_ENTRY_SIZE)
#define TABLE_SECTORS (TABLE_SIZE / SECTOR)
/* Partitions begin and end at multiples of this. */
#define PARTITION_ALIGN (1u << 20)

struct new_partition {
	const char *name;
	const char *type;     /* GUID as text */
	uint8_t uuid[16];     /* on-disk order */
	uint64_t start, size; /* bytes, multiples of PARTITION_ALIGN */
};

/* A table as it is to be written. */
struct new_table {
	uint64_t disk_size; /* bytes */
	uint64_t entries;   /* sector of the primary's entries: 2, or any before the partitions */
	uint8_t disk_uuid[16]; /* on-disk order */
	const struct new_partition *partitions;
	unsigned count;
};

/*
 * Write both tables to an output of disk_size bytes; the partitions lie inside and do not overlap
 * (the caller laid them out).
 */
void gpt_write(const struct output *output, const struct new_table *new);

#endif
