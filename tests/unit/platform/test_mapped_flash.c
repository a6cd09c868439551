// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Flash that is read like memory, in words and nothing else. */
#include "../unit.h"

#include "mapped_flash.h"
#include "mmio.h"

#define BASE 0x20000000u
#define SIZE (64u << 10)

static unsigned reads;

uint32_t mmio_read32(uintptr_t address)
{
	assert_in_range(address, BASE, BASE + SIZE - 4);
	assert_int_equal(address % 4, 0);
	reads++;
	return (uint32_t)address * 3;
}

static void a_copy(void **state)
{
	static const struct medium_part map[] = { { "holdfast-a", 0, SIZE }, { NULL, 0, 0 } };
	static uint32_t room[5 * 512 / 4 + 1] __attribute__((aligned(64)));
	struct mapped_flash flash;
	const struct medium *medium = mapped_flash(&flash, "flash", BASE, SIZE + 511, map);

	(void)state;
	assert_int_equal(medium->blocks, SIZE / 512);
	assert_int_equal(medium->block_size, 512);
	assert_ptr_equal(medium->parts, map);
	room[5 * 128] = 0xeeeeeeee;
	assert_status(medium->start(medium, SIZE / 512 - 5, 5, room), OK);
	assert_status(medium->wait(medium, 1), OK);
	medium->stop(medium);
	assert_int_equal(reads, 5 * 128);
	for (uint32_t i = 0; i < 5 * 128; i++)
		assert_int_equal(room[i], (BASE + SIZE - 5 * 512 + 4 * i) * 3);
	assert_int_equal(room[5 * 128], 0xeeeeeeee);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(a_copy) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
