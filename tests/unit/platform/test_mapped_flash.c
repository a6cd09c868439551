// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Memory-mapped flash: what is read, and that nothing beside its window is. */
#include "../unit.h"

#include <sys/mman.h>

#include "mapped_flash.h"

#define SIZE 0x200000u /* two of the largest requests */
#define BLOCK 512u
#define GUARD 64u

static const struct medium_part map[] = { { "holdfast-a", 0, SIZE }, { NULL, 0, 0 } };
static struct mapped_flash flash;
static const struct medium *medium;
/* Before and behind it there is nothing that can be read. */
static uint32_t *window;
static uint8_t destination[2048 * BLOCK + GUARD] __attribute__((aligned(MEDIUM_ALIGN)));

static uint32_t word_at(size_t offset)
{
	return (uint32_t)offset * 2654435761u;
}

static void make_window(void)
{
	uint8_t *room = mmap(NULL, 3 * SIZE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(room, MAP_FAILED);
	window = (uint32_t *)(void *)(room + SIZE);
	assert_int_equal(mprotect(window, SIZE, PROT_READ | PROT_WRITE), 0);
	for (size_t i = 0; i < SIZE; i += 4)
		window[i / 4] = word_at(i);
	assert_int_equal(mprotect(window, SIZE, PROT_READ), 0);
}

static int setup(void **state)
{
	(void)state;
	if (!window)
		make_window();
	memset(destination, 0xee, sizeof(destination));
	medium = mapped_flash(&flash, "flash", (uintptr_t)window, SIZE, map);
	return 0;
}

static void describes_itself(void **state)
{
	(void)state;
	assert_string_equal(medium->name, "flash");
	assert_int_equal(medium->block_size, BLOCK);
	assert_int_equal(medium->blocks, SIZE / BLOCK);
	assert_ptr_equal(medium->parts, map);
	/* Half a block at the end is no block. */
	medium = mapped_flash(&flash, "flash", (uintptr_t)window, SIZE + BLOCK - 1, map);
	assert_int_equal(medium->blocks, SIZE / BLOCK);
}

static void copies(uint64_t lba, uint32_t blocks)
{
	setup(NULL);
	assert_status(medium->start(medium, lba, blocks, destination), OK);
	assert_status(medium->wait(medium, 0), OK);
	for (uint32_t i = 0; i < blocks * BLOCK; i += 4) {
		uint32_t word = word_at((size_t)lba * BLOCK + i);

		assert_memory_equal(destination + i, &word, 4);
	}
	for (uint32_t i = 0; i < GUARD; i++)
		assert_int_equal(destination[blocks * BLOCK + i], 0xee);
}

static void copies_what_is_asked_for(void **state)
{
	(void)state;
	copies(0, 1);
	copies(7, 3);
	copies(0, 2048);
	copies(SIZE / BLOCK - 2048, 2048);
	copies(SIZE / BLOCK - 1, 1);
	medium->stop(medium);
	copies(1, 1);
}

static void stays_in_its_window(void **state)
{
	static const struct {
		uint64_t lba;
		uint32_t blocks;
	} outside[] = {
		{ SIZE / BLOCK, 1 }, { SIZE / BLOCK - 1, 2 }, { 0, 2049 },
		{ 0, UINT32_MAX },   { UINT64_MAX, 1 },       { UINT64_MAX / BLOCK + 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(outside); i++)
		assert_status(medium->start(medium, outside[i].lba, outside[i].blocks, destination),
			      ERR_INTERNAL);
	assert_int_equal(destination[0], 0xee);
}

static void reads_through_extents(void **state)
{
	struct extent whole = extent_whole(medium);
	struct extent part;
	uint8_t bytes[1000];

	(void)state;
	assert_status(extent_sub(&whole, SIZE - 1501, 1501, &part), OK);
	assert_status(extent_read(&part, 501, bytes, sizeof(bytes)), OK);
	for (size_t i = 0; i < sizeof(bytes); i++) {
		uint32_t word = word_at((SIZE - 1000 + i) & ~(size_t)3);

		assert_int_equal(bytes[i], word >> 8 * (i & 3) & 0xff);
	}
	assert_status(extent_sub(&whole, SIZE - 1, 2, &part), ERR_TRUNCATED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(describes_itself, setup),
		cmocka_unit_test_setup(copies_what_is_asked_for, setup),
		cmocka_unit_test_setup(stays_in_its_window, setup),
		cmocka_unit_test_setup(reads_through_extents, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
