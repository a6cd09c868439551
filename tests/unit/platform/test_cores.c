// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_cores.c - platform/arch/common/cores.c: the other processors at work. */
#include "cores_model.h"

static void every_item_is_done_once(void **state)
{
	static const unsigned sizes[] = { 0, 1, 3, 4, 5, 63, 64, 65, 128, ITEMS };

	(void)state;
	for (unsigned cpus = 0; cpus <= CPUS; cpus++) {
		all_end(NULL);
		fresh(NULL);
		entry.facts.cpu_count = cpus;
		for (unsigned turn = 0; turn < 100; turn++)
			share_items(sizes[turn % COUNT(sizes)]);
		assert_int_equal(calls, cpus == 0 ? 0 : cpus - 1);
		assert_true(cores_stop());
	}
}

static void the_others_do_their_part(void **state)
{
	(void)state;
	mischief = SLOW;
	share_items(ITEMS);
	assert_int_equal(plat_cores(), CPUS);
	assert_status(cores_quiesce(), OK);
	for (unsigned i = 0; i < CPUS; i++)
		assert_false(on[i]);
}

static void a_few_items_start_nobody(void **state)
{
	(void)state;
	share_items(ITEMS_LEAST - 1);
	assert_int_equal(calls, 0);
	assert_int_equal(plat_cores(), 1);
	assert_status(cores_quiesce(), OK);
}

static void after_a_stop_they_start_again(void **state)
{
	(void)state;
	for (unsigned turn = 0; turn < 20; turn++) {
		share_items(ITEMS);
		assert_true(cores_stop());
	}
	assert_int_equal(calls, 20 * (CPUS - 1));
}

static void names_that_cannot_be_are_left_out(void **state)
{
	(void)state;
	entry.facts.cpus[1] = 1ull << 24;
	entry.facts.cpus[2] = UINT64_MAX;
	entry.facts.cpus[3] = SELF;
	entry.facts.cpu_count = 5;
	share_items(ITEMS);
	assert_int_equal(calls, 1);
	assert_int_equal(count, 1);
}

static void one_named_twice_is_started_once(void **state)
{
	(void)state;
	entry.facts.cpus[2] = entry.facts.cpus[1];
	entry.facts.cpu_count = 3;
	share_items(ITEMS);
	assert_int_equal(count, 1);
	assert_int_equal(calls, 1);
	assert_true(cores_stop());
}

static void the_banner_counts_them(void **state)
{
	struct banner banner = { .size = 0 };

	(void)state;
	cores_banner(&banner);
	entry.facts.cpu_count = 1;
	cores_banner(&banner);
	entry.facts.cpu_count = CPUS;
	conduit = false;
	cores_banner(&banner);
	assert_string_equal(banner.text, " cores=8 cores=1 cores=1");
	share_items(ITEMS);
	assert_int_equal(plat_cores(), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_item_is_done_once),
		TEST(the_others_do_their_part),
		TEST(a_few_items_start_nobody),
		TEST(after_a_stop_they_start_again),
		TEST(names_that_cannot_be_are_left_out),
		TEST(one_named_twice_is_started_once),
		TEST(the_banner_counts_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
