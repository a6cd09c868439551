// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * test_unpack_deflate.c - what the build packs comes out the same (platform/pack/unpack_deflate.c).
 */
#include "packed_loader.h"

#include "../../../platform/pack/unpack_deflate.c"

static struct packed_loader loader;

static void test_zopfli(void **state)
{
	(void)state;
	for (unsigned seed = 1; seed <= 3; seed++)
		round_trip(&loader, seed, "zopfli --deflate --i3 -c", 0);
}

/* Stored and fixed blocks, which zopfli seldom makes. */
static void test_stored_and_fixed(void **state)
{
	static const uint8_t fixed[] __attribute__((aligned(4))) = {
		0x4b, 0xcb, 0xac, 0x48, 0x4d, 0x51, 0x48, 0x43, 0x90, 0x8a, 0, 0, 0, 0, 0, 0,
	};
	static const uint8_t stored[] __attribute__((aligned(4))) = {
		1, 3, 0, 0xfc, 0xff, 'a', 'b', 'c', 0, 0, 0, 0, 0, 0, 0, 0,
	};
	uint8_t out[18] = { 0 };

	(void)state;
	unpack((const uint32_t *)(const void *)fixed, out, sizeof(out));
	assert_memory_equal(out, "fixed fixed fixed!", sizeof(out));
	unpack((const uint32_t *)(const void *)stored, out, 3);
	assert_memory_equal(out, "abc", 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_zopfli),
		cmocka_unit_test(test_stored_and_fixed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
