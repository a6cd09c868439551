// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include "random.h"

static enum { GOOD, STUCK, ZEROS, FAILS, REPEATS_LATE } source;
static unsigned draws;

static enum status draw(void *destination, size_t size)
{
	uint8_t *to = destination;

	draws++;
	if (source == FAILS && draws == 2)
		return ERR_UNSUPPORTED;
	for (size_t i = 0; i < size; i++)
		to[i] = source == ZEROS                       ? 0
			: source == STUCK                     ? (uint8_t)i
			: source == REPEATS_LATE && draws > 1 ? (uint8_t)(i * 3)
							      : (uint8_t)(i * 7 + draws * 13);
	return OK;
}

static enum status read_from(int from, uint8_t *out, size_t size)
{
	source = (unsigned)from;
	draws = 0;
	memset(out, 0xee, size);
	return random_read(draw, out, size);
}

static void a_source_that_moves_is_taken(void **state)
{
	uint8_t out[32];

	(void)state;
	for (size_t size = 0; size <= sizeof(out); size++)
		assert_status(read_from(GOOD, out, size), OK);
	assert_int_equal(out[1], 7 + 26);
}

static void a_stuck_source_is_none(void **state)
{
	static const uint8_t zero[32];
	uint8_t out[32];

	(void)state;
	for (int from = STUCK; from <= REPEATS_LATE; from++)
		for (size_t size = 8; size <= sizeof(out); size++) {
			assert_status(read_from(from, out, size), ERR_UNSUPPORTED);
			assert_memory_equal(out, zero, size);
		}
	assert_status(read_from(STUCK, out, 1), ERR_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_source_that_moves_is_taken),
		cmocka_unit_test(a_stuck_source_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
