// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * The verity reader over media that lie or fail: what it gives is right (root_read() compares every
 * byte), or it is a refusal.
 */
#include "../unit.h"
#include "fit_fixture.h"
#include "root_builder.h"

static struct root root;

static const struct root_shape shapes[] = {
	{ DIGEST_SHA512, 512, 512, 66, 32, true, 0 }, /* 9 + 2 + 1 */
	{ DIGEST_SHA256, 2048, 1024, 34, 0, false, 1 },
};

/* Everything twice, whole and block by block. */
static bool all_is_right(void)
{
	bool right = true;

	for (unsigned turn = 0; turn < 2; turn++) {
		right &= root_read(&root, 0, root.data_size) == OK;
		for (size_t i = 0; i < root.shape.data_blocks; i++)
			right &= root_read(&root, i * root.shape.data_block,
					   root.shape.data_block) == OK;
		right &= root_read(&root, 100, root.data_size - 101) == OK;
	}
	return right;
}

/* Which block of a medium changes, and from which of its reads on. */
static const struct memory_medium *changed;
static uint64_t changed_lba;
static unsigned reads, right_reads;

static bool change_one(const struct memory_medium *medium, uint64_t lba, uint32_t blocks,
		       uint8_t *arrived)
{
	if (medium == changed && changed_lba >= lba && changed_lba - lba < blocks &&
	    ++reads > right_reads)
		arrived[(changed_lba - lba) * 512 + changed_lba % 512] ^= 0x80;
	return true;
}

static void a_block_changes_after_some_reads(void **state)
{
	(void)state;
	for (unsigned s = 0; s < COUNT(shapes); s++) {
		root_make(&root, &shapes[s]);
		root_watch(&root, change_one);
		for (unsigned m = 0; m < (shapes[s].separate ? 2 : 1); m++)
			for (uint64_t lba = 0; lba < root.device_size[m] / 512; lba++)
				for (right_reads = 1; right_reads < 3; right_reads++) {
					bool is_data = (m == 0) && lba < root.data_size / 512;
					bool right;

					changed = &root.medium[m];
					changed_lba = lba;
					reads = 0;
					assert_status(root_open(&root), OK);
					right = all_is_right();
					/*
					 * The tree fits into the cache: read once, kept by content.
					 */
					if (is_data)
						assert_false(right);
					else
						assert_true(right && reads <= 1);
				}
		changed = NULL;
		root_free(&root);
	}
}

static uint64_t right_requests, all_requests;

static bool change_all(const struct memory_medium *medium, uint64_t lba, uint32_t blocks,
		       uint8_t *arrived)
{
	(void)medium, (void)lba;
	if (++all_requests > right_requests)
		for (uint32_t i = 0; i < blocks; i++)
			arrived[i * 512] ^= 1;
	return true;
}

static void everything_changes_after_some_requests(void **state)
{
	unsigned refused = 0;
	bool right = false;

	(void)state;
	root_make(&root, &shapes[0]);
	root_watch(&root, change_all);
	for (right_requests = 0; !right; right_requests++) {
		all_requests = 0;
		assert_status(root_open(&root), right_requests == 0 ? ERR_VERITY_ROOT : OK);
		if (right_requests == 0)
			continue;
		right = all_is_right();
		assert_true(right == (all_requests <= right_requests));
		refused += !right;
	}
	assert_true(refused > 100);
	root_free(&root);
}

static uint64_t seed;

static bool change_some(const struct memory_medium *medium, uint64_t lba, uint32_t blocks,
			uint8_t *arrived)
{
	(void)medium, (void)lba;
	if (random_below(&seed, 30) == 0)
		arrived[random_below(&seed, (size_t)blocks * 512)] ^=
			(uint8_t)(1 << random_below(&seed, 8));
	return random_below(&seed, 50) != 0;
}

static void now_and_then(void **state)
{
	unsigned right = 0, wrong = 0;

	(void)state;
	seed = random_seed();
	for (unsigned s = 0; s < COUNT(shapes); s++) {
		root_make(&root, &shapes[s]);
		root_watch(&root, change_some);
		for (unsigned turn = 0; turn < 50; turn++) {
			while (root_open(&root) != OK)
				;
			for (unsigned i = 0; i < 60; i++) {
				size_t offset = random_below(&seed, root.data_size);
				size_t size = random_below(&seed, root.data_size - offset + 1);

				if (root_read_at(&root, offset, size, i) == OK)
					right++;
				else
					wrong++;
			}
		}
		root_free(&root);
	}
	assert_true(right > 500 && wrong > 500);
}

/* Requests that fail: [fail_from, fail_to). */
static uint64_t fail_from, fail_to;

static bool fail_some(const struct memory_medium *medium, uint64_t lba, uint32_t blocks,
		      uint8_t *arrived)
{
	uint64_t number = all_requests++;

	(void)medium, (void)lba;
	if (number < fail_from || number >= fail_to)
		return true;
	/* Half of it arrived. */
	memset(arrived + blocks * 256, 0xdd, (size_t)blocks * 256);
	return false;
}

/* From a request on the medium is gone; when it is back, so is the reader. */
static void it_fails_from_a_request_on(void **state)
{
	(void)state;
	for (unsigned s = 0; s < COUNT(shapes); s++) {
		enum status status = ERR_INTERNAL;

		root_make(&root, &shapes[s]);
		root.medium[0].medium.max_blocks = 16;
		root_watch(&root, fail_some);
		fail_to = UINT64_MAX;
		for (fail_from = 0; status != OK; fail_from++) {
			all_requests = 0;
			status = root_open(&root);
			if (fail_from == 0) {
				assert_status(status, ERR_VERITY_IO);
				continue;
			}
			assert_status(status, OK);
			status = root_read(&root, 0, root.data_size);
			if (status != OK) {
				assert_status(status, ERR_VERITY_IO);
				assert_int_equal(strncmp(refusal_last()->at, "level-", 6), 0);
				assert_int_equal(refusal_last()->size, 0);
			}
			all_requests = 0;
			assert_status(root_read(&root, 700, 0), OK);
			fail_to = 0;
			assert_status(root_read(&root, 0, root.data_size), OK);
			fail_to = UINT64_MAX;
		}
		assert_true(fail_from > 10);
		fixture_proof_ok(&root.proof);
		root_free(&root);
	}
}

/* One request that fails is made again for the data; of the tree it is a refusal. */
static void one_request_fails(void **state)
{
	unsigned refused = 0;

	(void)state;
	root_make(&root, &shapes[0]);
	root.medium[0].medium.max_blocks = 16;
	root_watch(&root, fail_some);
	for (fail_from = 1; fail_from < 20; fail_from++) {
		enum status status;

		fail_to = fail_from + 1;
		all_requests = 0;
		assert_status(root_open(&root), OK);
		status = root_read(&root, 0, root.data_size);
		refused += status != OK;
		if (fail_from > 11)
			assert_status(status, OK);
		fixture_proof_ok(&root.proof);
	}
	assert_int_equal(refused, 11);
	root_free(&root);
}

static uint64_t bad_lba;

static bool fail_blocks(const struct memory_medium *medium, uint64_t lba, uint32_t blocks,
			uint8_t *arrived)
{
	(void)arrived;
	return medium != &root.medium[0] || bad_lba < lba || bad_lba - lba >= blocks;
}

/* A sector that cannot be read: just its block is named. */
static void one_sector_fails(void **state)
{
	(void)state;
	for (unsigned s = 0; s < COUNT(shapes); s++) {
		root_make(&root, &shapes[s]);
		root_watch(&root, fail_blocks);
		for (bad_lba = 0; bad_lba < root.data_size / 512; bad_lba++) {
			uint64_t bad = bad_lba * 512 / shapes[s].data_block;

			assert_status(root_open(&root), OK);
			assert_status(root_read(&root, 0, root.data_size), ERR_VERITY_IO);
			assert_string_equal(refusal_last()->at, root_place(&root, 0, bad));
			assert_int_equal(root.reader.verified, bad);
			fixture_proof_ok(&root.proof);
		}
		root_free(&root);
	}
}

static uint32_t longest;

static bool fail_long_ones(const struct memory_medium *medium, uint64_t lba, uint32_t blocks,
			   uint8_t *arrived)
{
	(void)medium, (void)lba, (void)arrived;
	return blocks <= longest;
}

/* A medium that has trouble with long requests gives everything all the same. */
static void only_short_requests_succeed(void **state)
{
	(void)state;
	root_make(&root, &shapes[1]);
	root_watch(&root, fail_long_ones);
	longest = 4;
	assert_status(root_open(&root), OK);
	assert_status(root_read(&root, 0, root.data_size), OK);
	assert_int_equal(root.reader.failures, 0);
	fixture_proof_ok(&root.proof);
	root_free(&root);
}

/* What stands behind the data, in front of the tree, and behind it, is nobody's business. */
static void nothing_else_is_read(void **state)
{
	static uint8_t seen[400];

	(void)state;
	root_make(&root, &shapes[1]);
	root.medium[0].seen = seen;
	assert_status(root_open(&root), OK);
	assert_status(root_read(&root, 0, root.data_size), OK);
	assert_int_equal(root.medium[0].reread, 0);
	for (size_t i = root.data_size / 512; i < root.data_size / 512 + 2; i++)
		assert_int_equal(seen[i], 0);
	assert_int_equal(root.medium[0].bytes_read, root.device_size[0] - 1024);
	root_free(&root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_block_changes_after_some_reads),
		cmocka_unit_test(everything_changes_after_some_requests),
		cmocka_unit_test(now_and_then),
		cmocka_unit_test(it_fails_from_a_request_on),
		cmocka_unit_test(one_request_fails),
		cmocka_unit_test(one_sector_fails),
		cmocka_unit_test(only_short_requests_succeed),
		cmocka_unit_test(nothing_else_is_read),
	};

	return cmocka_run_group_tests(tests, engines_set_up, NULL);
}
