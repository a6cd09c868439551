// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_cores_failures.c - platform/arch/common/cores.c: firmware and processors that fail. */
#include "cores_model.h"

static void firmware_that_refuses_is_asked_once(void **state)
{
	(void)state;
	for (unsigned i = 0; i < CPUS; i++)
		firmware[i] = REFUSES;
	share_items(ITEMS);
	share_items(ITEMS);
	assert_int_equal(calls, CPUS - 1);
	assert_int_equal(plat_cores(), 1);
	assert_status(cores_quiesce(), OK);
}

static void one_refused_is_one_fewer(void **state)
{
	(void)state;
	firmware[3] = REFUSES;
	mischief = SLOW;
	share_items(ITEMS);
	assert_int_equal(plat_cores(), CPUS - 1);
}

static void one_that_never_comes_bars_the_kernel(void **state)
{
	(void)state;
	speed = 100;
	firmware[1] = FORGETS;
	share_items(ITEMS);
	assert_status(cores_quiesce(), ERR_MEDIA_IO);
	share_items(ITEMS);
	on[1] = false;
	assert_status(cores_quiesce(), ERR_MEDIA_IO);
}

static void what_a_dead_one_left_is_done_here(void **state)
{
	(void)state;
	speed = 100;
	mischief = DIES;
	share_items(ITEMS);
	assert_true(alone);
	assert_int_equal(plat_cores(), 1);
	share_items(ITEMS);
	assert_int_equal(calls, CPUS - 1);
	assert_status(cores_quiesce(), OK);
}

static void one_that_hangs_is_the_end(void **state)
{
	(void)state;
	speed = 100;
	mischief = HANGS;
	if (setjmp(end) == 0) {
		plat_share(work, done, ITEMS);
		fail();
	}
	assert_status(failed, ERR_INTERNAL);
	assert_string_equal(console, "holdfast: a processor does not finish and does not stop\n");
	assert_status(cores_quiesce(), ERR_MEDIA_IO);
}

static void one_that_fails_leaves_the_table_alone(void **state)
{
	(void)state;
	mischief = FAILS;
	share_items(ITEMS);
	assert_true(failures > 0);
	assert_int_equal(count, CPUS - 1);
	assert_false(stop);
	assert_status(cores_quiesce(), ERR_MEDIA_IO);
	/* For good, even if firmware has it off. */
	all_end(NULL);
	assert_status(cores_quiesce(), ERR_MEDIA_IO);
	assert_false(cores_stop());
}

static void one_that_fails_at_last_bars_the_kernel(void **state)
{
	(void)state;
	share_items(ITEMS);
	mischief = FAILS_AT_LAST;
	assert_status(cores_quiesce(), ERR_MEDIA_IO);
	assert_true(failures > 0);
}

static void a_stop_before_any_start_is_none_of_a_failure(void **state)
{
	(void)state;
	assert_true(cores_stop());
	share_items(ITEMS);
	assert_status(cores_quiesce(), OK);
}

static void one_that_may_come_counts_until_it_is_off(void **state)
{
	(void)state;
	speed = 100;
	firmware[1] = firmware[4] = LEAVES_OPEN;
	share_items(ITEMS);
	assert_int_equal(count, CPUS - 1);
	assert_status(cores_quiesce(), OK);
	/* It comes when the others run already, on what nobody else was given. */
	share_items(ITEMS);
	for (unsigned i = 0; i < CPUS; i++)
		assert_true(i == 1 || given[i] != given[1]);
	assert_int_equal(pthread_create(&threads[1], NULL, processor, (void *)given[1]), 0);
	threaded[1] = on[1] = true;
	share_items(ITEMS);
	assert_status(cores_quiesce(), OK);
	assert_false(on[1]);
	share_items(ITEMS);
	on[4] = true;
	assert_status(cores_quiesce(), ERR_MEDIA_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(firmware_that_refuses_is_asked_once),
		TEST(one_refused_is_one_fewer),
		TEST(one_that_never_comes_bars_the_kernel),
		TEST(what_a_dead_one_left_is_done_here),
		TEST(one_that_hangs_is_the_end),
		TEST(one_that_fails_leaves_the_table_alone),
		TEST(one_that_fails_at_last_bars_the_kernel),
		TEST(a_stop_before_any_start_is_none_of_a_failure),
		TEST(one_that_may_come_counts_until_it_is_off),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
