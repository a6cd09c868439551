// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * test_digest_blocks.c - digests of many blocks, by threads, with engines that fail at some block.
 */
#include "../unit.h"

#include <pthread.h>

#include "digest.h"
#include "digest_blocks.h"
#include "platform.h"
#include "quarantine.h"

#define ROOM (4u << 20)
#define COUNT_MAX 300
#define THREADS 4

static uint8_t data[ROOM];
static uint8_t salt[256];
static uint8_t got[COUNT_MAX * DIGEST_SIZE_MAX + 1];
static unsigned shares, items_shared;

static struct {
	void (*work)(void *context, unsigned item);
	void *context;
	unsigned items, next;
} job;

static void *helper(void *unused)
{
	unsigned item;

	(void)unused;
	while ((item = __atomic_fetch_add(&job.next, 1, __ATOMIC_ACQ_REL)) < job.items)
		job.work(job.context, item);
	return NULL;
}

void plat_share(void (*work)(void *context, unsigned item), void *context, unsigned items)
{
	pthread_t threads[THREADS];

	shares++;
	items_shared += items;
	job.work = work;
	job.context = context;
	job.items = items;
	job.next = 0;
	for (unsigned i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, helper, NULL), 0);
	for (unsigned i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

/* Software under another name, which goes wrong at one block after its tests. */
enum fault { NO_FAULT, UPDATE_FAILS, FINISH_FAILS, WRITES_NOTHING, BEGIN_FAILS };
static enum fault fault;
static unsigned wrong_at, blocks_seen;
static bool armed;

static bool now(enum fault which)
{
	return armed && fault == which;
}

static bool at_that_block(void)
{
	return __atomic_fetch_add(&blocks_seen, 1, __ATOMIC_RELAXED) == wrong_at;
}

static bool probe(enum digest_algorithm algorithm)
{
	(void)algorithm;
	return true;
}

static enum status begin(void *state, enum digest_algorithm algorithm)
{
	return now(BEGIN_FAILS) ? ERR_INTERNAL : digest_engine_soft.begin(state, algorithm);
}

static enum status update(void *state, const uint8_t *bytes, size_t size)
{
	if (now(UPDATE_FAILS) && at_that_block())
		return ERR_INTERNAL;
	return digest_engine_soft.update(state, bytes, size);
}

static enum status finish(void *state, uint8_t *digest)
{
	if (now(FINISH_FAILS) && at_that_block())
		return ERR_INTERNAL;
	if (now(WRITES_NOTHING) && at_that_block())
		return OK;
	return digest_engine_soft.finish(state, digest);
}

static struct digest_engine doubtful = {
	.name = "doubtful",
	.anywhere = true,
	.probe = probe,
	.begin = begin,
	.update = update,
	.finish = finish,
};

static const struct digest_engine *const none[] = { NULL };
static const struct digest_engine *const one_engine[] = { &doubtful, NULL };

static int fresh(void **state)
{
	uint64_t random = 5;

	(void)state;
	for (size_t i = 0; i < ROOM; i++)
		data[i] = (uint8_t)random_next(&random);
	for (size_t i = 0; i < sizeof(salt); i++)
		salt[i] = (uint8_t)random_next(&random);
	armed = false;
	doubtful.anywhere = true;
	fault = NO_FAULT;
	blocks_seen = shares = items_shared = 0;
	return digest_engines_start(none) == OK ? 0 : -1;
}

/* By the software engine itself. */
static void expect(enum digest_algorithm algorithm, size_t salt_size, size_t block_size,
		   unsigned count)
{
	uint8_t state[DIGEST_STATE_SIZE] __attribute__((aligned(16)));
	uint8_t want[DIGEST_SIZE_MAX];
	size_t size = digest_size(algorithm);

	for (unsigned i = 0; i < count; i++) {
		assert_status(digest_engine_soft.begin(state, algorithm), OK);
		assert_status(digest_engine_soft.update(state, salt, salt_size), OK);
		assert_status(digest_engine_soft.update(state, data + i * block_size, block_size),
			      OK);
		assert_status(digest_engine_soft.finish(state, want), OK);
		assert_memory_equal(got + i * size, want, size);
	}
	/* And not a byte more. */
	for (size_t i = count * size; i < sizeof(got); i++)
		assert_int_equal(got[i], 0xee);
}

static void check(enum digest_algorithm algorithm, size_t salt_size, size_t block_size,
		  unsigned count)
{
	const struct span prefix = { salt, salt_size };

	memset(got, 0xee, sizeof(got));
	assert_status(digest_blocks(algorithm, prefix, data, block_size, count, got), OK);
	expect(algorithm, salt_size, block_size, count);
}

static void all_counts(void **state)
{
	(void)state;
	for (unsigned count = 0; count <= COUNT_MAX; count++)
		check(DIGEST_SHA256, 32, 512, count);
	assert_true(shares > 0 && items_shared > shares);
}

static void all_algorithms_sizes_and_salts(void **state)
{
	static const size_t salts[] = { 0, 1, 32, 55, 64, 119, 128, 255, 256 };

	(void)state;
	for (enum digest_algorithm a = DIGEST_SHA256; a <= DIGEST_SHA512; a++)
		for (size_t size = 512; size <= 65536; size *= 2)
			for (size_t i = 0; i < COUNT(salts); i++)
				check(a, salts[i], size, size < 4096 ? 70 : 9);
}

static void random_shapes(void **state)
{
	uint64_t random = random_seed();

	(void)state;
	for (unsigned turn = 0; turn < 40; turn++) {
		size_t size = (size_t)512 << random_below(&random, 8);
		unsigned most = (1u << 20) / (unsigned)size;
		enum digest_algorithm a = (enum digest_algorithm)(1 + random_below(&random, 3));

		check(a, random_below(&random, 257), size,
		      (unsigned)random_below(&random, most < COUNT_MAX ? most + 1 : COUNT_MAX));
	}
}

/* The blocks are done again by the next engine, and the one that failed is not used again. */
static void a_failure_at_any_block_changes_nothing(void **state)
{
	static const unsigned wrong[] = { 0, 1, 7, 8, 63, 64, 199 };
	unsigned seed = 0;

	(void)state;
	for (fault = UPDATE_FAILS; fault <= BEGIN_FAILS; fault++)
		for (size_t i = 0; i < COUNT(wrong); i++) {
			armed = false;
			blocks_seen = 0;
			wrong_at = wrong[i];
			assert_status(digest_engines_start(one_engine), OK);
			assert_string_equal(digest_engine_name(DIGEST_SHA256), "doubtful");
			armed = true;
			check(DIGEST_SHA256, 32, 4096, 200);
			seed++;
		}
	assert_int_equal(seed, 4 * COUNT(wrong));
}

static void an_engine_that_keeps_failing_is_struck_off(void **state)
{
	(void)state;
	assert_status(digest_engines_start(one_engine), OK);
	armed = true;
	fault = BEGIN_FAILS;
	check(DIGEST_SHA256, 32, 4096, 20);
	assert_string_equal(quarantine(0)->name, "doubtful");
	assert_string_equal(digest_engine_name(DIGEST_SHA256), "mbedtls");
	assert_int_equal(shares, 0);
	check(DIGEST_SHA256, 32, 4096, 20);
	assert_int_equal(shares, 1);
}

static void an_engine_of_one_place_is_not_shared(void **state)
{
	(void)state;
	doubtful.anywhere = false;
	assert_status(digest_engines_start(one_engine), OK);
	assert_null(digest_engine_anywhere(DIGEST_SHA256));
	check(DIGEST_SHA256, 32, 4096, 200);
	assert_int_equal(shares, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(all_counts, fresh),
		cmocka_unit_test_setup(all_algorithms_sizes_and_salts, fresh),
		cmocka_unit_test_setup(random_shapes, fresh),
		cmocka_unit_test_setup(a_failure_at_any_block_changes_nothing, fresh),
		cmocka_unit_test_setup(an_engine_that_keeps_failing_is_struck_off, fresh),
		cmocka_unit_test_setup(an_engine_of_one_place_is_not_shared, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
