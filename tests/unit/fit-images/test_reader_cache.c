// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* The verity reader's cache: bounded, by content, and never believed more than the tree. */
#include "../unit.h"
#include "fit_fixture.h"
#include "root_builder.h"

static struct root root;

/* 225 + 29 + 4 + 1 hash blocks; 32 fit. */
static const struct root_shape large = { DIGEST_SHA512, 512, 512, 1800, 16, true, 3 };

static enum status read_block(uint64_t number)
{
	return root_read(&root, number * root.shape.data_block, root.shape.data_block);
}

/* Reads of each hash block; damaged: what arrives from now on is wrong. */
static unsigned reads[300];
static bool damaged;

static bool count_reads(const struct memory_medium *medium, uint64_t lba, uint32_t blocks,
			uint8_t *arrived)
{
	if (medium != &root.medium[1])
		return true;
	for (uint32_t i = 0; i < blocks; i++) {
		reads[lba + i]++;
		arrived[i * 512 + 9] ^= damaged;
	}
	return true;
}

static void open_counted(const struct root_shape *shape)
{
	root_make(&root, shape);
	root_watch(&root, count_reads);
	memset(reads, 0, sizeof(reads));
	damaged = false;
	assert_status(root_open(&root), OK);
}

/* What fits is read once, whatever the order, and the medium may say what it likes then. */
static void what_fits_is_read_once(void **state)
{
	uint64_t seed = random_seed();

	(void)state;
	open_counted(&(struct root_shape){ DIGEST_SHA512, 512, 512, 200, 16, true, 3 });
	assert_status(root_read(&root, 0, root.data_size), OK);
	damaged = true;
	for (unsigned i = 0; i < 3000; i++)
		assert_status(read_block(random_below(&seed, 200)), OK);
	for (unsigned i = 0; i < 3; i++)
		assert_int_equal(reads[i], 0);
	for (unsigned i = 3; i < 3 + 25 + 4 + 1; i++)
		assert_int_equal(reads[i], 1);
	assert_int_equal(root.reader.hashed, 30);
	fixture_proof_ok(&root.proof);
	root_free(&root);
}

static void more_leaves_than_slots(void **state)
{
	uint64_t seed = random_seed();
	uint64_t sum = 0;

	(void)state;
	open_counted(&large);
	for (unsigned i = 0; i < 8000; i++) {
		uint64_t number = random_below(&seed, large.data_blocks);
		size_t most = large.data_blocks - number < 20 ? large.data_blocks - number : 20;

		assert_status(root_read(&root, number * 512, (1 + random_below(&seed, most)) * 512),
			      OK);
	}
	for (unsigned i = 0; i < COUNT(reads); i++)
		sum += reads[i];
	/* Each that was read was verified, and it was more than once, but for the top. */
	assert_int_equal(reads[3], 1);
	assert_int_equal(root.reader.hashed, sum);
	assert_true(sum > 3000);
	fixture_proof_ok(&root.proof);
	root_free(&root);
}

/* What was good when it was first read, was evicted, and is not good now. */
static void evicted_means_verified_again(void **state)
{
	unsigned refused = 0;

	(void)state;
	open_counted(&large);
	for (uint64_t leaf = 0; leaf < 100; leaf++)
		assert_status(read_block(leaf * 8), OK);
	damaged = true;
	for (uint64_t leaf = 99; leaf > 80; leaf--)
		assert_status(read_block(leaf * 8 + 1), OK);
	for (uint64_t leaf = 0; leaf < 60; leaf++) {
		enum status status = read_block(leaf * 8 + 1);

		assert_status(status, ERR_VERITY_IO);
		assert_int_equal(refusal_last()->size, REFUSAL_BYTES);
		refused++;
	}
	damaged = false;
	for (uint64_t leaf = 0; leaf < 100; leaf++)
		assert_status(read_block(leaf * 8 + 1), OK);
	assert_int_equal(refused, 60);
	fixture_proof_spoilt(&root.proof);
	root_free(&root);
}

/* A block that is refused leaves nothing behind: not under its own name, nor under another. */
static void a_refused_block_is_not_kept(void **state)
{
	(void)state;
	open_counted(&large);
	for (uint64_t leaf = 0; leaf < 40; leaf++)
		assert_status(read_block(leaf * 8), OK);
	damaged = true;
	for (uint64_t other = 100; other < 110; other++) {
		assert_status(read_block(other * 8), ERR_VERITY_IO);
		/* Those that were in the slot that it was read to, too. */
		for (uint64_t leaf = 0; leaf < 40; leaf++)
			if (read_block(leaf * 8 + 1) != OK)
				assert_int_not_equal(strncmp(refusal_last()->at, "level-0-", 8), 0);
	}
	root_free(&root);
}

/* Front to back, each is read once: what is above a block is kept longer than it. */
static void in_order(void **state)
{
	(void)state;
	open_counted(&large);
	assert_status(root_read(&root, 0, root.data_size), OK);
	for (unsigned i = 3; i < 3 + 1 + 4 + 29 + 225; i++)
		assert_int_equal(reads[i], 1);
	root_free(&root);
}

/* A tree that is higher than usual, in slots that are few: 64 KiB each, four of them. */
static void few_slots(void **state)
{
	uint64_t seed = random_seed();

	(void)state;
	root_make(&root,
		  &(struct root_shape){ DIGEST_SHA512, 512, 65536, 6 * 1024 + 3, 16, false, 0 });
	assert_status(root_open(&root), OK);
	assert_int_equal(root.reader.cache.count, 4);
	for (unsigned i = 0; i < 200; i++)
		assert_status(read_block(random_below(&seed, root.shape.data_blocks)), OK);
	assert_true(root.reader.hashed > 20);
	fixture_proof_ok(&root.proof);
	root_free(&root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_fits_is_read_once),
		cmocka_unit_test(more_leaves_than_slots),
		cmocka_unit_test(evicted_means_verified_again),
		cmocka_unit_test(a_refused_block_is_not_kept),
		cmocka_unit_test(in_order),
		cmocka_unit_test(few_slots),
	};

	return cmocka_run_group_tests(tests, engines_set_up, NULL);
}
