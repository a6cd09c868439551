// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Partition tables: good, damaged, hostile. The checksums here are zlib's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>
#include <cmocka.h>

#include "fit_builder.h"
#include "gpt.h"
#include "gpt_crc32.h"

#define BLOCKS 256

/* A disk with a table at both ends. */
struct disk {
	uint8_t *bytes;
	uint32_t block;
	unsigned entries, count;
	uint8_t table[128 * 128];
};

static struct gpt gpt;
static struct memory_medium medium;

static uint32_t reference_crc(const uint8_t *at, size_t size)
{
	return (uint32_t)crc32(0, at, (unsigned)size);
}

static void le32(uint8_t *at, uint32_t v)
{
	unsigned i;

	for (i = 0; i < 4; i++)
		at[i] = (uint8_t)(v >> 8 * i);
}

static void le64(uint8_t *at, uint64_t v)
{
	le32(at, (uint32_t)v);
	le32(at + 4, (uint32_t)(v >> 32));
}

static void entry_set(uint8_t *entry, const char *name, uint64_t first, uint64_t last,
		      unsigned uuid)
{
	size_t i;

	memset(entry, 0, 128);
	memset(entry, 0xaf, 16);
	memset(entry + 16, (int)uuid + 1, 16);
	le64(entry + 32, first);
	le64(entry + 40, last);
	for (i = 0; name[i] != '\0' && i < 36; i++)
		entry[56 + 2 * i] = (uint8_t)name[i];
}

static void add(struct disk *disk, const char *name, uint64_t first, uint64_t last)
{
	entry_set(disk->table + 128 * disk->count, name, first, last, disk->count);
	disk->count++;
}

static void header_crc(struct disk *disk, uint64_t lba)
{
	uint8_t *header = disk->bytes + lba * disk->block;

	le32(header + 16, 0);
	le32(header + 16, reference_crc(header, 92));
}

static void write_header(struct disk *disk, uint64_t lba, uint64_t other, uint64_t table)
{
	uint8_t *header = disk->bytes + lba * disk->block;

	memset(header, 0, disk->block);
	memcpy(header, "EFI PART", 8);
	le32(header + 8, 0x10000);
	le32(header + 12, 92);
	le64(header + 24, lba);
	le64(header + 32, other);
	le64(header + 40, 34);
	le64(header + 48, BLOCKS - 34);
	le64(header + 72, table);
	le32(header + 80, disk->entries);
	le32(header + 84, 128);
	le32(header + 88, reference_crc(disk->table, 128u * disk->entries));
	memcpy(disk->bytes + table * disk->block, disk->table, 128u * disk->entries);
	header_crc(disk, lba);
}

static void write_disk(struct disk *disk)
{
	write_header(disk, 1, BLOCKS - 1, 2);
	write_header(disk, BLOCKS - 1, 1, BLOCKS - 33);
}

static void make(struct disk *disk, uint32_t block)
{
	memset(disk, 0, sizeof(*disk));
	disk->block = block;
	disk->entries = 128;
	disk->bytes = calloc(BLOCKS, block);
	assert_non_null(disk->bytes);
	add(disk, "holdfast-a", 40, 49);
	add(disk, "holdfast-b", 50, 59);
	add(disk, "root-a", 60, 60);
	add(disk, "Linux filesystem", 70, 79);
	write_disk(disk);
}

static void destroy(struct disk *disk)
{
	free(disk->bytes);
}

static enum status read_disk(const struct disk *disk)
{
	memory_medium(&medium, disk->bytes, (size_t)BLOCKS * disk->block, disk->block);
	return gpt_read(&medium.medium, &gpt);
}

static enum status read_again(struct disk *disk)
{
	write_disk(disk);
	return read_disk(disk);
}

static void check(const struct disk *disk)
{
	const struct partition *found;

	assert_int_equal(gpt.count, 4);
	assert_int_equal(gpt_find(&gpt, "holdfast-b", &found), OK);
	assert_int_equal(found->extent.offset, 50 * disk->block);
	assert_int_equal(found->extent.size, 10 * disk->block);
	assert_int_equal(found->uuid[15], 2);
	assert_int_equal(gpt_find(&gpt, "root-a", &found), OK);
	assert_int_equal(found->extent.size, disk->block);
	assert_int_equal(gpt_find(&gpt, "root-", &found), ERR_NO_IMAGE);
	assert_null(found);
}

static void good(void **state)
{
	static const uint32_t blocks[] = { 512, 1024, 4096 };
	unsigned i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct disk disk;

		make(&disk, blocks[i]);
		assert_int_equal(read_disk(&disk), OK);
		assert_false(gpt.from_backup);
		check(&disk);
		/* Damage the primary in every way that a checksum sees. */
		disk.bytes[disk.block + 50] ^= 1;
		assert_int_equal(read_disk(&disk), OK);
		assert_true(gpt.from_backup);
		check(&disk);
		write_disk(&disk);
		disk.bytes[2 * disk.block + 5000] ^= 1;
		assert_int_equal(read_disk(&disk), OK);
		assert_true(gpt.from_backup);
		check(&disk);
		memset(disk.bytes, 0, 34u * disk.block);
		assert_int_equal(read_disk(&disk), OK);
		assert_true(gpt.from_backup);
		disk.bytes[(BLOCKS - 33) * disk.block] ^= 1;
		assert_int_equal(read_disk(&disk), ERR_BAD_GPT);
		assert_int_equal(gpt.count, 0);
		memset(disk.bytes, 0, (size_t)BLOCKS * disk.block);
		assert_int_equal(read_disk(&disk), ERR_NO_IMAGE);
		destroy(&disk);
	}
}

/* A file on the host counts in bytes. */
static void file(void **state)
{
	struct disk disk;

	(void)state;
	make(&disk, 512);
	memory_medium(&medium, disk.bytes, BLOCKS * 512, 1);
	assert_int_equal(gpt_read(&medium.medium, &gpt), OK);
	check(&disk);
	destroy(&disk);
}

/* Every bit of the primary header and of the used entries: the same answer, from the backup. */
static void every_bit(void **state)
{
	struct disk disk;
	unsigned bit;

	(void)state;
	make(&disk, 512);
	for (bit = 0; bit < 8 * (92 + 4 * 128); bit++) {
		unsigned at = bit / 8;
		uint8_t *byte = disk.bytes + (at < 92 ? 512 + at : 1024 + at - 92);

		*byte ^= (uint8_t)(1 << bit % 8);
		assert_int_equal(read_disk(&disk), OK);
		assert_true(gpt.from_backup);
		check(&disk);
		*byte ^= (uint8_t)(1 << bit % 8);
	}
	destroy(&disk);
}

/* Fields of a header whose checksum is right. Both copies get the value; want: the code. */
static void hostile_fields(void **state)
{
	static const struct {
		unsigned offset, size;
	} fields[] = { { 8, 4 },  { 12, 4 }, { 24, 8 }, { 40, 8 },
		       { 48, 8 }, { 72, 8 }, { 80, 4 }, { 84, 4 } };
	static const uint64_t values[] = { 0,
					   1,
					   127,
					   129,
					   0x7fffffff,
					   0x80000000,
					   0xffffffff,
					   0x7fffffffffffffff,
					   0x8000000000000000,
					   0xffffffffffffffff };
	struct disk disk;
	unsigned i, j, side;

	(void)state;
	make(&disk, 512);
	for (i = 0; i < 8; i++)
		for (j = 0; j < 10; j++) {
			write_disk(&disk);
			for (side = 0; side < 2; side++) {
				uint64_t lba = side == 0 ? 1 : BLOCKS - 1;
				uint8_t *at = disk.bytes + lba * 512 + fields[i].offset;

				if (fields[i].size == 4)
					le32(at, (uint32_t)values[j]);
				else
					le64(at, values[j]);
				header_crc(&disk, lba);
			}
			/* my_lba 1 is right for the primary; a smaller usable range is as good. */
			if ((fields[i].offset == 24 && values[j] == 1) ||
			    (fields[i].offset == 48 && (values[j] == 127 || values[j] == 129)))
				assert_int_equal(read_disk(&disk), OK);
			else
				assert_int_equal(read_disk(&disk), ERR_BAD_GPT);
		}
	destroy(&disk);
}

static void hostile_entries(void **state)
{
	static const struct {
		uint64_t first, last;
	} ranges[] = { { 0, 10 },
		       { 33, 39 },
		       { 80, 79 },
		       { 80, 223 },
		       { 80, 0x8000000000000000 },
		       { 0xffffffffffffffff, 0xffffffffffffffff },
		       { 80, 255 },
		       { 0xfffffffffffffff0, 80 } };
	struct disk disk;
	unsigned i;

	(void)state;
	make(&disk, 512);
	for (i = 0; i < 8; i++) {
		entry_set(disk.table + 3 * 128, "odd", ranges[i].first, ranges[i].last, 9);
		assert_int_equal(read_again(&disk), ERR_BAD_GPT);
		assert_string_equal(refusal_last()->at, "odd");
		assert_int_equal(gpt.count, 0);
		/* The primary's checksum is right: the backup is not asked. */
		entry_set(disk.table + 3 * 128, "fine", 80, 90, 9);
		write_header(&disk, BLOCKS - 1, 1, BLOCKS - 33);
		assert_int_equal(read_disk(&disk), ERR_BAD_GPT);
	}
	entry_set(disk.table + 3 * 128, "to the end", 80, BLOCKS - 34, 9);
	assert_int_equal(read_again(&disk), OK);
	entry_set(disk.table + 3 * 128, "over", 59, 62, 9);
	assert_int_equal(read_again(&disk), ERR_BAD_GPT);
	entry_set(disk.table + 3 * 128, "over", 61, 62, 9);
	assert_int_equal(read_again(&disk), OK);
	entry_set(disk.table + 3 * 128, "inside", 55, 55, 9);
	assert_int_equal(read_again(&disk), ERR_BAD_GPT);
	entry_set(disk.table + 3 * 128, "holdfast-a", 80, 90, 9);
	assert_int_equal(read_again(&disk), ERR_BAD_GPT);
	assert_string_equal(refusal_last()->at, "holdfast-a");
	entry_set(disk.table + 3 * 128, "other", 80, 90, 9);
	entry_set(disk.table + 4 * 128, "other", 91, 99, 10);
	assert_int_equal(read_again(&disk), OK);
	entry_set(disk.table + 4 * 128, "same guid", 91, 99, 9);
	assert_int_equal(read_again(&disk), ERR_BAD_GPT);
	destroy(&disk);
}

static void names(void **state)
{
	struct disk disk;

	(void)state;
	make(&disk, 512);
	entry_set(disk.table + 3 * 128, "123456789012345678901234567890123456", 80, 90, 9);
	disk.table[3 * 128 + 56 + 2] = 0x99;
	disk.table[3 * 128 + 56 + 4] = 0x1b;
	disk.table[3 * 128 + 56 + 7] = 0x01;
	assert_int_equal(read_again(&disk), OK);
	assert_string_equal(gpt.partitions[3].name, "1???56789012345678901234567890123456");
	destroy(&disk);
}

static void full_table(void **state)
{
	struct disk disk;
	unsigned i;

	(void)state;
	make(&disk, 512);
	disk.count = 0;
	for (i = 0; i < 128; i++)
		add(&disk, "x", 40 + i, 40 + i);
	assert_int_equal(read_again(&disk), OK);
	assert_int_equal(gpt.count, 128);
	destroy(&disk);
}

static void media(void **state)
{
	struct disk disk;
	unsigned i;

	(void)state;
	make(&disk, 512);
	memory_medium(&medium, disk.bytes, BLOCKS * 512, 512);
	medium.fail_from = 1;
	assert_int_equal(gpt_read(&medium.medium, &gpt), ERR_MEDIA_IO);
	medium.fail_from = 0;
	medium.dead = true;
	assert_int_equal(gpt_read(&medium.medium, &gpt), ERR_MEDIA_IO);
	medium.dead = false;
	medium.short_reads = true;
	assert_int_equal(gpt_read(&medium.medium, &gpt), ERR_MEDIA_IO);
	for (i = 0; i < 6; i++) {
		memory_medium(&medium, disk.bytes, 512 * i, 512);
		assert_int_equal(gpt_read(&medium.medium, &gpt), ERR_NO_IMAGE);
	}
	/* A disk cut off behind the primary table: its partitions are not all there. */
	memory_medium(&medium, disk.bytes, 512 * (BLOCKS - 40), 512);
	assert_int_equal(gpt_read(&medium.medium, &gpt), ERR_BAD_GPT);
	destroy(&disk);
}

static void crc(void **state)
{
	const char *check = "123456789";

	(void)state;
	assert_int_equal(gpt_crc32(0, check, 9), 0xcbf43926);
	assert_int_equal(gpt_crc32(gpt_crc32(0, check, 4), check + 4, 5), 0xcbf43926);
}

static void uuid(void **state)
{
	static const uint8_t linux_type[16] = { 0xaf, 0x3d, 0xc6, 0x0f, 0x83, 0x84, 0x72, 0x47,
						0x8e, 0x79, 0x3d, 0x69, 0xd8, 0x47, 0x7d, 0xe4 };
	char text[37];

	(void)state;
	gpt_uuid_text(linux_type, text);
	assert_string_equal(text, "0fc63daf-8483-4772-8e79-3d69d8477de4");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(file),
		cmocka_unit_test(every_bit),
		cmocka_unit_test(hostile_fields),
		cmocka_unit_test(hostile_entries),
		cmocka_unit_test(names),
		cmocka_unit_test(full_table),
		cmocka_unit_test(media),
		cmocka_unit_test(crc),
		cmocka_unit_test(uuid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
