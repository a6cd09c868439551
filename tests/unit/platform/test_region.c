// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include "region.h"

#define MIB 0x100000ull
#define RAM 0x40000000ull

/* Two banks, a reservation in the first, one that reaches into the hole behind it. */
static struct region_map map;

static int setup(void **state)
{
	(void)state;
	region_init(&map);
	assert_status(region_add_window(&map, RAM, 256 * MIB), OK);
	assert_status(region_add_window(&map, 0x100000000ull, 64 * MIB), OK);
	assert_status(region_reserve(&map, RAM + 240 * MIB, 32 * MIB, "loader"), OK);
	assert_status(region_reserve(&map, RAM + 16 * MIB, 1 * MIB, "firmware"), OK);
	return 0;
}

static void windows_are_sane(void **state)
{
	(void)state;
	assert_status(region_add_window(&map, RAM + 255 * MIB, 2 * MIB), ERR_INTERNAL);
	assert_status(region_add_window(&map, 0, 0), ERR_INTERNAL);
	assert_status(region_add_window(&map, UINT64_MAX - 10, 100), ERR_INTERNAL);
	assert_status(region_add_window(&map, RAM + 256 * MIB, MIB), OK);
	for (unsigned i = map.window_count; i < REGION_MAX; i++)
		assert_status(region_add_window(&map, i * 0x1000, 0x1000), OK);
	assert_status(region_add_window(&map, 0x200000000ull, 0x1000), ERR_INTERNAL);
}

static void claims_stay_inside(void **state)
{
	(void)state;
	assert_status(region_claim(&map, RAM, 16 * MIB, "kernel"), OK);
	assert_status(region_claim(&map, RAM - 1, 2, "k"), ERR_BAD_LOAD);
	assert_status(region_claim(&map, 0, MIB, "k"), ERR_BAD_LOAD);
	assert_status(region_claim(&map, RAM + 20 * MIB, 0, "k"), ERR_BAD_LOAD);
	assert_status(region_claim(&map, RAM + 20 * MIB, UINT64_MAX - RAM, "k"), ERR_BAD_LOAD);
	assert_status(region_claim(&map, UINT64_MAX, 1, "k"), ERR_BAD_LOAD);
	assert_status(region_claim(&map, UINT64_MAX - 4, 8, "k"), ERR_BAD_LOAD);
	/* Over the end of a bank, and from one bank to the other. */
	assert_status(region_claim(&map, RAM + 255 * MIB, 2 * MIB, "k"), ERR_BAD_LOAD);
	assert_status(region_claim(&map, RAM + MIB, 0x100000000ull - RAM, "k"), ERR_BAD_LOAD);
	assert_status(region_claim(&map, 0x100000000ull, 64 * MIB, "initrd"), OK);
}

static void claims_do_not_touch(void **state)
{
	(void)state;
	assert_status(region_claim(&map, RAM + 32 * MIB, 8 * MIB, "kernel"), OK);
	assert_status(region_claim(&map, RAM + 39 * MIB, 2 * MIB, "initrd"), ERR_OVERLAP);
	assert_string_equal(refusal_last()->at, "initrd/kernel");
	assert_status(region_claim(&map, RAM + 31 * MIB, MIB + 1, "dtb"), ERR_OVERLAP);
	assert_status(region_claim(&map, RAM + 33 * MIB, 1, "dtb"), ERR_OVERLAP);
	assert_status(region_claim(&map, RAM + 24 * MIB, 32 * MIB, "dtb"), ERR_OVERLAP);
	assert_status(region_claim(&map, RAM + 16 * MIB, 1, "dtb"), ERR_OVERLAP);
	assert_string_equal(refusal_last()->at, "dtb/firmware");
	assert_status(region_claim(&map, RAM + 239 * MIB, MIB + 1, "dtb"), ERR_OVERLAP);
	/* Side by side is fine. */
	assert_status(region_claim(&map, RAM + 31 * MIB, MIB, "dtb"), OK);
	assert_status(region_claim(&map, RAM + 40 * MIB, 1, "initrd"), OK);
}

static void reserve_only_before_claims(void **state)
{
	(void)state;
	assert_status(region_reserve(&map, UINT64_MAX - 1, 4, "x"), ERR_INTERNAL);
	assert_status(region_reserve(&map, RAM + 16 * MIB, 2 * MIB, "again"), OK);
	assert_status(region_claim(&map, RAM, 1, "kernel"), OK);
	assert_status(region_reserve(&map, 0, 1, "late"), ERR_INTERNAL);
}

static void the_table_is_bounded(void **state)
{
	(void)state;
	for (unsigned i = map.taken_count; i < REGION_MAX; i++)
		assert_status(region_claim(&map, RAM + i * 16, 16, "x"), OK);
	assert_status(region_claim(&map, RAM + 100 * MIB, 16, "x"), ERR_INTERNAL);
}

static void lowest_and_highest_place(void **state)
{
	uint64_t base = 1;

	(void)state;
	assert_status(region_claim_low(&map, MIB, 2 * MIB, 0, UINT64_MAX, "a", &base), OK);
	assert_int_equal(base, RAM);
	/* Past the reservation at 16 MiB, and aligned. */
	assert_status(region_claim_low(&map, 15 * MIB, 2 * MIB, 0, UINT64_MAX, "b", &base), OK);
	assert_int_equal(base, RAM + 18 * MIB);
	assert_status(region_claim_high(&map, MIB, 4096, 0, 0x100000000ull, "c", &base), OK);
	assert_int_equal(base, RAM + 239 * MIB);
	assert_status(region_claim_high(&map, MIB + 1, 4096, 0, UINT64_MAX, "d", &base), OK);
	assert_int_equal(base, 0x100000000ull + 63 * MIB - 4096);
	/* The limits are limits. */
	assert_status(
		region_claim_low(&map, MIB, MIB, RAM + 100 * MIB + 1, RAM + 103 * MIB, "e", &base),
		OK);
	assert_int_equal(base, RAM + 101 * MIB);
	assert_status(
		region_claim_low(&map, 2 * MIB, MIB, RAM + 101 * MIB, RAM + 103 * MIB, "f", &base),
		ERR_TOO_BIG);
	assert_status(
		region_claim_high(&map, 2 * MIB, MIB, RAM + 101 * MIB, RAM + 103 * MIB, "f", &base),
		ERR_TOO_BIG);
	assert_status(
		region_claim_high(&map, MIB, MIB, RAM + 101 * MIB, RAM + 103 * MIB, "f", &base),
		OK);
	assert_int_equal(base, RAM + 102 * MIB);
}

static void no_place(void **state)
{
	uint64_t base = 77;

	(void)state;
	assert_status(region_claim_low(&map, 224 * MIB, 1, 0, UINT64_MAX, "x", &base), ERR_TOO_BIG);
	assert_status(region_claim_high(&map, 224 * MIB, 1, 0, UINT64_MAX, "x", &base),
		      ERR_TOO_BIG);
	assert_status(region_claim_low(&map, UINT64_MAX, 1, 0, UINT64_MAX, "x", &base),
		      ERR_TOO_BIG);
	assert_status(region_claim_high(&map, UINT64_MAX, 1, 0, UINT64_MAX, "x", &base),
		      ERR_TOO_BIG);
	assert_status(region_claim_low(&map, 1, 1ull << 63, 1, UINT64_MAX, "x", &base),
		      ERR_TOO_BIG);
	assert_status(region_claim_low(&map, 1, 1, UINT64_MAX, 0, "x", &base), ERR_TOO_BIG);
	assert_status(region_claim_high(&map, 1, 1, UINT64_MAX, 0, "x", &base), ERR_TOO_BIG);
	assert_status(region_claim_low(&map, 0, 1, 0, UINT64_MAX, "x", &base), ERR_INTERNAL);
	assert_status(region_claim_low(&map, 1, 0, 0, UINT64_MAX, "x", &base), ERR_INTERNAL);
	assert_status(region_claim_high(&map, 1, 3, 0, UINT64_MAX, "x", &base), ERR_INTERNAL);
	assert_int_equal(base, 77);
}

static void shrink_and_release(void **state)
{
	(void)state;
	assert_status(region_claim(&map, RAM, 8 * MIB, "kernel"), OK);
	assert_status(region_shrink(&map, RAM, 9 * MIB), ERR_INTERNAL);
	assert_status(region_shrink(&map, RAM, 0), ERR_INTERNAL);
	assert_status(region_shrink(&map, RAM + 1, 1), ERR_INTERNAL);
	assert_status(region_shrink(&map, RAM, 4 * MIB), OK);
	assert_status(region_claim(&map, RAM + 4 * MIB, MIB, "dtb"), OK);
	region_release(&map, RAM);
	region_release(&map, RAM + 77);
	assert_status(region_claim(&map, RAM, 4 * MIB, "kernel"), OK);
	/* Reservations can be neither shrunk nor released. */
	assert_status(region_shrink(&map, RAM + 16 * MIB, 1), ERR_INTERNAL);
	region_release(&map, RAM + 16 * MIB);
	assert_status(region_claim(&map, RAM + 16 * MIB, 1, "x"), ERR_OVERLAP);
	region_release_all(&map);
	assert_status(region_claim(&map, RAM, 16 * MIB, "kernel"), OK);
	assert_status(region_claim(&map, RAM + 16 * MIB, 1, "x"), ERR_OVERLAP);
	assert_status(region_claim(&map, RAM + 240 * MIB, 1, "x"), ERR_OVERLAP);
}

/*
 * Whatever is asked: claims lie in windows and are disjoint from each other and from reservations.
 */
static void random_claims_are_disjoint(void **state)
{
	uint64_t seed = random_seed();

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t base, size = 1 + random_below(&seed, 40 * MIB);
		uint64_t align = 1ull << random_below(&seed, 24);
		uint64_t low = RAM + random_below(&seed, 256 * MIB);

		switch (random_below(&seed, 5)) {
		case 0:
			(void)(region_claim(&map, low, size, "r") == OK);
			break;
		case 1:
			if (region_claim_low(&map, size, align, low, UINT64_MAX, "r", &base) == OK)
				assert_true(base >= low && base % align == 0);
			break;
		case 2:
			if (region_claim_high(&map, size, align, 0, low, "r", &base) == OK)
				assert_true(base + size <= low && base % align == 0);
			break;
		default:
			if (map.taken_count > 0)
				region_release(
					&map, map.taken[random_below(&seed, map.taken_count)].base);
		}
		for (unsigned a = map.reserved_count; a < map.taken_count; a++)
			for (unsigned b = 0; b < a; b++)
				assert_true(map.taken[a].base + map.taken[a].size <=
						    map.taken[b].base ||
					    map.taken[b].base + map.taken[b].size <=
						    map.taken[a].base);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(windows_are_sane, setup),
		cmocka_unit_test_setup(claims_stay_inside, setup),
		cmocka_unit_test_setup(claims_do_not_touch, setup),
		cmocka_unit_test_setup(reserve_only_before_claims, setup),
		cmocka_unit_test_setup(the_table_is_bounded, setup),
		cmocka_unit_test_setup(lowest_and_highest_place, setup),
		cmocka_unit_test_setup(no_place, setup),
		cmocka_unit_test_setup(shrink_and_release, setup),
		cmocka_unit_test_setup(random_claims_are_disjoint, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
