// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* The verity reader: every block of data and tree that is changed is found, and named. */
#include "../unit.h"
#include "fit_fixture.h"
#include "root_builder.h"

static struct root root;

static const struct root_shape shapes[] = {
	{ DIGEST_SHA512, 512, 512, 130, 32, false, 2 },  /* 17 + 3 + 1 */
	{ DIGEST_SHA256, 1024, 512, 70, 0, true, 0 },    /* 5 + 1 */
	{ DIGEST_SHA384, 4096, 1024, 33, 256, true, 5 }, /* 3 + 1 */
	{ DIGEST_SHA256, 512, 4096, 129, 1, false, 0 },  /* 2 + 1 */
};

/* Data blocks [*first, *end) that a block of the tree says something of. */
static void below(uint64_t number, uint64_t *first, uint64_t *end)
{
	const struct verity_levels *levels = &root.reader.levels;
	unsigned level = root_level(&root, number);
	unsigned bits = level * levels->entry_bits;

	*first = (number - levels->start[level - 1]) << bits;
	*end = *first + ((uint64_t)1 << bits);
	if (*end > root.shape.data_blocks)
		*end = root.shape.data_blocks;
}

static enum status read_block(uint64_t number)
{
	return root_read(&root, number * root.shape.data_block, root.shape.data_block);
}

static void assert_refused(enum status status, unsigned level, uint64_t number)
{
	assert_status(status, ERR_VERITY_IO);
	assert_string_equal(refusal_last()->at, root_place(&root, level, number));
	assert_int_equal(refusal_last()->size, REFUSAL_BYTES);
	assert_memory_not_equal(refusal_last()->want, refusal_last()->got, REFUSAL_BYTES);
	assert_true(refusal_last()->hint[0] != '\0');
	fixture_proof_spoilt(&root.proof);
}

static void every_data_block(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT(shapes); i++) {
		root_make(&root, &shapes[i]);
		for (uint64_t bad = 0; bad < shapes[i].data_blocks; bad++) {
			uint8_t *block = root_block(&root, 0, bad);
			size_t at = (size_t)(bad * 37) % shapes[i].data_block;

			block[at] ^= 0x40;
			assert_status(root_open(&root), OK);
			assert_refused(root_read(&root, 0, root.data_size), 0, bad);
			assert_int_equal(root.reader.verified, bad);
			/* By itself, in part, and by a byte beside the one that is wrong. */
			assert_status(root_open(&root), OK);
			assert_refused(read_block(bad), 0, bad);
			assert_status(root_open(&root), OK);
			assert_refused(root_read(&root,
						 bad * shapes[i].data_block +
							 (at + 1) % shapes[i].data_block,
						 1),
				       0, bad);
			/* All others are what they are. */
			assert_status(root_open(&root), OK);
			for (uint64_t n = 0; n < shapes[i].data_blocks; n++)
				if (n != bad)
					assert_status(read_block(n), OK);
			fixture_proof_ok(&root.proof);
			block[at] ^= 0x40;
		}
		root_free(&root);
	}
}

static void one_hash_block(uint64_t bad)
{
	unsigned level = root_level(&root, bad);
	uint64_t first, end;

	assert_status(root_open(&root), OK);
	below(bad, &first, &end);
	assert_refused(root_read(&root, 0, root.data_size), level, bad);
	assert_status(root_open(&root), OK);
	for (uint64_t n = 0; n < root.shape.data_blocks; n++) {
		if (n >= first && n < end) {
			assert_status(root_open(&root), OK);
			assert_refused(read_block(n), level, bad);
			assert_status(root_open(&root), OK);
		} else {
			assert_status(read_block(n), OK);
		}
	}
}

static void every_hash_block(void **state)
{
	(void)state;
	for (unsigned i = 0; i < COUNT(shapes); i++) {
		uint64_t start, count;

		root_make(&root, &shapes[i]);
		start = root.tree.hash_start_block;
		count = root_hash_blocks(&root);
		for (uint64_t bad = start + 1; bad < start + count; bad++) {
			uint8_t *block = root_block(&root, 1, bad);
			size_t at = (size_t)(bad * 91) % shapes[i].hash_block;

			block[at] ^= 2;
			one_hash_block(bad);
			block[at] ^= 2;
		}
		*root_block(&root, 1, start) ^= 1;
		assert_status(root_open(&root), ERR_VERITY_ROOT);
		assert_string_equal(refusal_last()->at,
				    root_place(&root, root_level(&root, start), start));
		fixture_proof_spoilt(&root.proof);
		root_free(&root);
	}
}

/* Also those of the padding: Linux would not see them, but the digest does. */
static void every_bit_of_a_tree(void **state)
{
	(void)state;
	root_make(&root, &(struct root_shape){ DIGEST_SHA512, 512, 512, 9, 4, true, 0 });
	for (unsigned number = 0; number < 3; number++)
		for (unsigned bit = 0; bit < 512 * 8; bit++) {
			uint8_t *byte = root_block(&root, 1, number) + bit / 8;

			*byte ^= (uint8_t)(1 << bit % 8);
			if (number == 0) {
				assert_status(root_open(&root), ERR_VERITY_ROOT);
			} else {
				assert_status(root_open(&root), OK);
				assert_refused(read_block(number == 1 ? 3 : 8), 1, number);
			}
			*byte ^= (uint8_t)(1 << bit % 8);
		}
	assert_status(root_open(&root), OK);
	assert_status(root_read(&root, 0, root.data_size), OK);
	root_free(&root);
}

static void swap(uint8_t *a, uint8_t *b, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		uint8_t was = a[i];

		a[i] = b[i];
		b[i] = was;
	}
}

/* A good block is good only in its place. */
static void blocks_in_wrong_places(void **state)
{
	uint64_t start, count;

	(void)state;
	root_make(&root, &shapes[0]);
	for (uint64_t i = 0; i + 1 < root.shape.data_blocks; i++) {
		swap(root_block(&root, 0, i), root_block(&root, 0, i + 1), 512);
		assert_status(root_open(&root), OK);
		assert_refused(root_read(&root, 0, root.data_size), 0, i);
		swap(root_block(&root, 0, i), root_block(&root, 0, i + 1), 512);
	}
	start = root.tree.hash_start_block;
	count = root_hash_blocks(&root);
	for (uint64_t i = start + 1; i < start + count; i++)
		for (uint64_t k = i + 1; k < start + count; k++) {
			swap(root_block(&root, 1, i), root_block(&root, 1, k), 512);
			assert_status(root_open(&root), OK);
			assert_status(root_read(&root, 0, root.data_size), ERR_VERITY_IO);
			swap(root_block(&root, 1, i), root_block(&root, 1, k), 512);
		}
	root_free(&root);
}

/* After a refusal the reader is as good as before, and what was wrong is still refused. */
static void it_goes_on_after_a_refusal(void **state)
{
	uint8_t *bad;

	(void)state;
	root_make(&root, &shapes[0]);
	assert_status(root_open(&root), OK);
	assert_status(root_read(&root, 20 * 512 + 1, 10), OK);
	bad = root_block(&root, 0, 21);
	*bad ^= 1;
	for (unsigned i = 0; i < 3; i++) {
		assert_status(root_read(&root, 21 * 512 + 1, 10), ERR_VERITY_IO);
		assert_status(root_read(&root, 21 * 512 + 1, 10), ERR_VERITY_IO);
		assert_status(root_read(&root, 20 * 512 - 7, 519), OK);
		assert_status(root_read(&root, 19 * 512 + 7, 4 * 512), ERR_VERITY_IO);
	}
	*bad ^= 1;
	assert_status(root_read(&root, 21 * 512 + 1, 10), OK);
	root_free(&root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_data_block),
		cmocka_unit_test(every_hash_block),
		cmocka_unit_test(every_bit_of_a_tree),
		cmocka_unit_test(blocks_in_wrong_places),
		cmocka_unit_test(it_goes_on_after_a_refusal),
	};

	return cmocka_run_group_tests(tests, engines_set_up, NULL);
}
