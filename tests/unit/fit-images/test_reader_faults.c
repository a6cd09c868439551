// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * A comparison of the verity reader that a fault lets pass: what it gave is wrong, and the masks
 * differ, so that no kernel is entered on the strength of it.
 */
#include "../unit.h"
#include "fit_fixture.h"
#include "hardened.h"
#include "root_builder.h"

static struct root root;
static uint8_t bytes[64 * 512] __attribute__((aligned(MEDIUM_ALIGN)));

/* As a fault would have it: right, but for the first `lies` that are unequal. */
static unsigned lies, compared; /* digests, 64 bytes each */

enum status bytes_equal(const void *a, const void *b, size_t size, enum status unequal_is)
{
	compared += (unsigned)(size / 64);
	if (size != 0 && memcmp(a, b, size) == 0)
		return OK;
	if (lies == 0)
		return unequal_is;
	lies--;
	return OK;
}

static void make(void)
{
	root_make(&root, &(struct root_shape){ DIGEST_SHA512, 512, 512, 64, 8, true, 0 });
	lies = 0;
	compared = 0;
}

static void good_ones_are_all_compared(void **state)
{
	(void)state;
	make();
	assert_status(root_open(&root), OK);
	assert_int_equal(compared, 1);
	assert_status(root_read(&root, 0, root.data_size), OK);
	assert_int_equal(compared, 64 + 8 + 1);
	assert_status(root_read(&root, 5, 3), OK);
	assert_int_equal(compared, 64 + 8 + 1 + 1);
	fixture_proof_ok(&root.proof);
	root_free(&root);
}

static void a_data_block_that_passes(void **state)
{
	(void)state;
	make();
	for (unsigned bad = 0; bad < 64; bad++) {
		*root_block(&root, 0, bad) ^= 1;
		assert_status(root_open(&root), OK);
		lies = 1;
		assert_status(verity_read(&root.reader, 0, bytes, sizeof(bytes)), OK);
		assert_int_equal(lies, 0);
		assert_memory_not_equal(bytes, root.data, sizeof(bytes));
		fixture_proof_spoilt(&root.proof);
		*root_block(&root, 0, bad) ^= 1;
	}
	root_free(&root);
}

/* Its other entries are good: all that follows is as it should be. */
static void a_hash_block_that_passes(void **state)
{
	(void)state;
	make();
	for (unsigned number = 0; number < 9; number++) {
		uint8_t *last = root_block(&root, 1, number) + 511;
		uint64_t first = number == 0 ? 0 : (number - 1) * 8;

		*last ^= 1;
		lies = 1;
		assert_status(root_open(&root), OK);
		assert_status(root_read(&root, first * 512, 7 * 512), OK);
		assert_int_equal(lies, 0);
		fixture_proof_spoilt(&root.proof);
		*last ^= 1;
	}
	root_free(&root);
}

/* A refusal whose way out is skipped: both sides were in the proof before. */
static void a_refusal_spoils_the_proof(void **state)
{
	(void)state;
	make();
	*root_block(&root, 0, 63) ^= 1;
	assert_status(root_open(&root), OK);
	assert_status(root_read(&root, 63 * 512, 1), ERR_VERITY_IO);
	fixture_proof_spoilt(&root.proof);
	root_free(&root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones_are_all_compared),
		cmocka_unit_test(a_data_block_that_passes),
		cmocka_unit_test(a_hash_block_that_passes),
		cmocka_unit_test(a_refusal_spoils_the_proof),
	};

	return cmocka_run_group_tests(tests, engines_set_up, NULL);
}
