// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* The numbers of a hash tree, and where they put its levels. */
#include "../unit.h"
#include "verity_tree.h"

static uint8_t root_hash[DIGEST_SIZE_MAX];

static struct verity_tree tree_of(enum digest_algorithm algorithm, uint32_t hash_block,
				  uint32_t data_blocks)
{
	return (struct verity_tree){ .algorithm = algorithm,
				     .data_block_size = 4096,
				     .hash_block_size = hash_block,
				     .data_blocks = data_blocks,
				     .hash_start_block = 7,
				     .root_hash = { root_hash, digest_size(algorithm) } };
}

static void levels_lie_from_the_top_down(void **state)
{
	static const struct {
		enum digest_algorithm algorithm;
		uint32_t hash_block, data_blocks, entry, entry_bits;
		unsigned count;
		uint64_t blocks[VERITY_LEVELS_MAX];
	} rows[] = {
		{ DIGEST_SHA256, 4096, 2, 32, 7, 1, { 1 } },
		{ DIGEST_SHA256, 4096, 128, 32, 7, 1, { 1 } },
		{ DIGEST_SHA256, 4096, 129, 32, 7, 2, { 2, 1 } },
		{ DIGEST_SHA256, 4096, 16384, 32, 7, 2, { 128, 1 } },
		{ DIGEST_SHA256, 4096, 16385, 32, 7, 3, { 129, 2, 1 } },
		{ DIGEST_SHA384, 512, 65, 64, 3, 3, { 9, 2, 1 } },
		{ DIGEST_SHA512, 65536, 1024, 64, 10, 1, { 1 } },
		{ DIGEST_SHA512, 65536, UINT32_MAX, 64, 10, 4, { 1 << 22, 1 << 12, 4, 1 } },
		{ DIGEST_SHA512,
		  512,
		  UINT32_MAX,
		  64,
		  3,
		  11,
		  { 1 << 29, 1 << 26, 1 << 23, 1 << 20, 1 << 17, 1 << 14, 1 << 11, 1 << 8, 1 << 5,
		    4, 1 } },
	};

	(void)state;
	for (unsigned i = 0; i < COUNT(rows); i++) {
		struct verity_tree tree =
			tree_of(rows[i].algorithm, rows[i].hash_block, rows[i].data_blocks);
		struct verity_levels levels;
		uint64_t start = 7;

		assert_status(verity_tree_check(&tree), OK);
		verity_tree_levels(&tree, &levels);
		assert_int_equal(levels.count, rows[i].count);
		assert_int_equal(levels.entry, rows[i].entry);
		assert_int_equal(levels.entry_bits, rows[i].entry_bits);
		for (unsigned level = levels.count; level-- > 0; start += levels.blocks[level]) {
			assert_int_equal(levels.blocks[level], rows[i].blocks[level]);
			assert_int_equal(levels.start[level], start);
		}
	}
}

/* The largest of all numbers: their sums are still small. */
static void nothing_wraps(void **state)
{
	struct verity_tree tree = tree_of(DIGEST_SHA512, 512, UINT32_MAX);
	struct verity_levels levels;

	(void)state;
	tree.hash_start_block = UINT32_MAX;
	verity_tree_levels(&tree, &levels);
	assert_int_equal(levels.start[VERITY_LEVELS_MAX - 1], UINT32_MAX);
	assert_true(levels.start[0] > UINT32_MAX);
	assert_true(levels.start[0] + levels.blocks[0] < (uint64_t)1 << 33);
}

static void refused(struct verity_tree tree, const char *at)
{
	refusal_clear();
	assert_status(verity_tree_check(&tree), ERR_VERITY_PARAMS);
	assert_string_equal(refusal_last()->at, at);
}

static void numbers_that_make_no_tree(void **state)
{
	static const uint32_t sizes[] = {
		0, 1, 256, 511, 513, 1000, 4095, 4097, 12288, 65537, 131072, 0x80000000, UINT32_MAX,
	};
	struct verity_tree good = tree_of(DIGEST_SHA256, 4096, 300), tree;

	(void)state;
	for (unsigned i = 0; i < COUNT(sizes); i++) {
		tree = good;
		tree.data_block_size = sizes[i];
		refused(tree, "data-block-size");
		tree = good;
		tree.hash_block_size = sizes[i];
		refused(tree, "hash-block-size");
	}
	for (tree = good, tree.data_blocks = 0; tree.data_blocks < 2; tree.data_blocks++)
		refused(tree, "num-data-blocks");
	for (tree = good, tree.root_hash.size = 0; tree.root_hash.size < 70; tree.root_hash.size++)
		if (tree.root_hash.size != 32)
			refused(tree, "digest");
	tree = good;
	tree.salt = (struct span){ root_hash, VERITY_SALT_MAX + 1 };
	refused(tree, "salt");
	tree.salt.size = SIZE_MAX;
	refused(tree, "salt");
	tree.salt.size = VERITY_SALT_MAX;
	assert_status(verity_tree_check(&tree), OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(levels_lie_from_the_top_down),
		cmocka_unit_test(nothing_wraps),
		cmocka_unit_test(numbers_that_make_no_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
