// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* A medium without a partition table: the board's map of it takes the table's place. */
#include "../unit.h"

#include "gpt.h"

#define BLOCKS 256

static struct gpt gpt;

/* A board's map of raw flash: its own partitions, but never beyond the flash that is there. */
static void parts(void **state)
{
	static const struct medium_part map[] = {
		{ "holdfast-a", 4096, 8192 },
		{ "a name that is longer than GPT's thirty-six characters", 0, 512 },
		{ NULL, 0, 0 },
	};
	static const struct medium_part large[] = {
		{ "holdfast-a", 4096, 8192 },
		{ "holdfast-b", BLOCKS * 512 - 512, 513 },
		{ NULL, 0, 0 },
	};
	static const struct medium_part overlapping[] = {
		{ "holdfast-a", 4096, 8192 },
		{ "holdfast-b", 4096 + 8192 - 1, 512 },
		{ NULL, 0, 0 },
	};
	static const struct medium_part twice[] = {
		{ "holdfast-a", 4096, 8192 },
		{ "holdfast-a", 0, 512 },
		{ NULL, 0, 0 },
	};
	static const struct medium_part *const bad_maps[] = { large, overlapping, twice };
	const struct partition *found;
	struct medium flash = { .block_size = 512, .blocks = BLOCKS, .parts = map };

	(void)state;
	assert_int_equal(gpt_read(&flash, &gpt), OK);
	assert_int_equal(gpt.count, 2);
	assert_int_equal(gpt_find(&gpt, "holdfast-a", &found), OK);
	assert_ptr_equal(found->extent.medium, &flash);
	assert_int_equal(found->extent.offset, 4096);
	assert_int_equal(found->extent.size, 8192);
	assert_string_equal(gpt.partitions[1].name, "a name that is longer than GPT's thi");
	assert_int_equal(gpt_find(&gpt, "holdfast-b", &found), ERR_NO_IMAGE);
	for (unsigned i = 0; i < 3; i++) {
		flash.parts = bad_maps[i];
		assert_int_equal(gpt_read(&flash, &gpt), ERR_BAD_GPT);
		assert_string_equal(refusal_last()->at, i < 2 ? "holdfast-b" : "holdfast-a");
		assert_int_equal(gpt.count, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
