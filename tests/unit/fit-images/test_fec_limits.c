// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Error correction has an end: media whose requests time out, and damage everywhere. */
#include <stdio.h>
#include <time.h>

#include "fec_fixture.h"
#include "reader_private.h"

static enum status (*honest_start)(const struct medium *, uint64_t, uint32_t, void *);
static enum status (*honest_wait)(const struct medium *, uint32_t);
static unsigned dead_from, dead_to, waited_out; /* blocks of the medium; requests */
static bool timed_out;

static enum status slow_start(const struct medium *m, uint64_t lba, uint32_t blocks, void *to)
{
	timed_out = lba < dead_to && lba + blocks > dead_from;
	waited_out += timed_out;
	return honest_start(m, lba, blocks, to);
}

static enum status slow_wait(const struct medium *m, uint32_t timeout_ms)
{
	enum status status = honest_wait(m, timeout_ms);

	return timed_out ? ERR_MEDIA_IO : status;
}

/* Requests to blocks [from, to) time out. */
static void slow(unsigned from, unsigned to)
{
	honest_start = medium.medium.start;
	honest_wait = medium.medium.wait;
	medium.medium.start = slow_start;
	medium.medium.wait = slow_wait;
	dead_from = from;
	dead_to = to;
	waited_out = 0;
}

/* What the tree's time-outs say of data is nothing: no more of it is asked for than can help. */
static void tree_that_times_out(void **state)
{
	static const unsigned roots[] = { 2, 24 };

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		begin(roots[i], COVERED);
		slow(HASH_START, PARITY);
		damage(3);
		assert_int_equal(mend(3), ERR_VERITY_IO);
		assert_int_equal(waited_out, roots[i]);
		assert_int_equal(reader.failures, roots[i]);
	}
	/* A single leaf counts for as many as it has in the round. */
	begin(24, COVERED);
	slow(HASH_START + 1 + LEVEL_2, HASH_START + 2 + LEVEL_2);
	damage(3);
	assert_mended(3);
	assert_in_range(waited_out, 5, 24);
	assert_int_equal(reader.failures, waited_out);
}

/* Over all repairs, whatever it is that times out. */
static void time_outs_are_counted(void **state)
{
	static const struct {
		unsigned from, to;
	} dead[] = { { HASH_START, PARITY }, { 10, 500 }, { PARITY, BLOCKS } };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		begin(8, COVERED);
		slow(dead[i].from, dead[i].to);
		for (unsigned n = 0; n < 200; n++)
			assert_int_equal(mend(n % 10), ERR_VERITY_IO);
		assert_int_equal(waited_out, READER_FAILURES_MAX + 1);
		assert_int_equal(reader.failures, waited_out);
	}
	/* Nothing at all is read then. */
	dead_to = 0;
	medium.requests = 0;
	assert_int_equal(mend(3), ERR_VERITY_IO);
	assert_int_equal(medium.requests, 0);
}

static void repairs_are_counted(void **state)
{
	(void)state;
	begin(2, COVERED);
	damage(3);
	reader.repaired = READER_REPAIRS_MAX - 1;
	assert_mended(3);
	reader.repaired++;
	medium.requests = 0;
	assert_int_equal(mend(3), ERR_VERITY_IO);
	assert_int_equal(medium.requests, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tree_that_times_out),
		cmocka_unit_test(time_outs_are_counted),
		cmocka_unit_test(repairs_are_counted),
	};
	unsigned seed = (unsigned)time(NULL);

	printf("seed %u\n", seed);
	srand(seed);
	return cmocka_run_group_tests(tests, engines_set_up, NULL);
}
