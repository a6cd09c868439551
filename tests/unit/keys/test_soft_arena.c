// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include "soft_arena.h"

#define LIVE 40
#define ARENA (CONFIG_MBEDTLS_ARENA * 1024u)

static void zeroed_aligned_disjoint(void **state)
{
	static struct {
		uint8_t *at;
		size_t size;
		uint8_t mark;
	} live[LIVE];
	uint64_t seed = random_seed();

	(void)state;
	for (unsigned turn = 0; turn < 50000; turn++) {
		unsigned i = (unsigned)random_below(&seed, LIVE);

		if (live[i].at) {
			for (size_t b = 0; b < live[i].size; b++)
				assert_true(live[i].at[b] == live[i].mark);
			soft_arena_free(live[i].at);
			live[i].at = NULL;
			continue;
		}
		live[i].size = random_below(&seed, 1500);
		live[i].mark = (uint8_t)(1 + random_below(&seed, 255));
		live[i].at = soft_arena_calloc(1, live[i].size);
		if (!live[i].at)
			continue;
		assert_int_equal((uintptr_t)live[i].at % 16, 0);
		for (size_t b = 0; b < live[i].size; b++)
			assert_true(live[i].at[b] == 0);
		memset(live[i].at, live[i].mark, live[i].size);
	}
	for (unsigned i = 0; i < LIVE; i++)
		soft_arena_free(live[i].at);
	assert_int_equal(soft_arena_in_use(), 0);
}

static void all_of_it_and_no_more(void **state)
{
	void *whole = soft_arena_calloc(1, ARENA - 16);

	(void)state;
	assert_non_null(whole);
	assert_null(soft_arena_calloc(1, 1));
	assert_null(soft_arena_calloc(0, 0));
	soft_arena_free(whole);
	soft_arena_free(NULL);
	assert_null(soft_arena_calloc(1, ARENA - 15));
	assert_null(soft_arena_calloc(1, SIZE_MAX));
	assert_null(soft_arena_calloc(SIZE_MAX, SIZE_MAX));
	assert_null(soft_arena_calloc(SIZE_MAX / 2 + 2, 2));
	assert_int_equal(soft_arena_in_use(), 0);
	assert_int_equal(soft_arena_high_water(), ARENA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zeroed_aligned_disjoint),
		cmocka_unit_test(all_of_it_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
