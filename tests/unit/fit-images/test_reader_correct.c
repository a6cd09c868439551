// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * How the verity reader asks for error correction, and what it believes of the answer: nothing. The
 * correction itself is test_fec.c's.
 */
#include "../unit.h"
#include "fec.h"
#include "fit_fixture.h"
#include "root_builder.h"

static struct root root;
static struct verity_fec fec = { .roots = 2, .start_block = 1, .blocks = 1 };
static uint8_t memory[0x80000] __attribute__((aligned(MEDIUM_ALIGN)));

/* What was asked for, and how it is answered. */
static unsigned asked, asked_level;
static uint64_t asked_number;
static bool was_wiped;
static enum { RIGHT, WRONG, NOTHING } answer;
/* The device before it was damaged. */
static uint8_t *good[2];

size_t verity_fec_memory(const struct verity_tree *tree, const struct verity_fec *given)
{
	assert_int_equal(given->roots, 2);
	return tree->data_block_size;
}

enum status verity_fec_check(const struct verity_reader *reader)
{
	assert_int_equal(reader->fec.roots, 2);
	return fec.blocks != 0 ? OK : ERR_VERITY_PARAMS;
}

enum status verity_repair(struct verity_reader *reader, unsigned level, uint64_t number,
			  uint8_t *block)
{
	uint32_t size = level == 0 ? root.shape.data_block : root.shape.hash_block;

	assert_false(root.medium[0].in_flight || root.medium[1].in_flight);
	memset(reader->repair, 0x5a, reader->tree->data_block_size);
	asked++;
	asked_level = level;
	asked_number = number;
	was_wiped = true;
	for (uint32_t i = 0; i < size; i++)
		was_wiped &= block[i] == 0;
	if (answer == NOTHING)
		return ERR_VERITY_IO;
	memcpy(block, good[level == 0 ? 0 : 1] + number * size, size);
	block[size - 1] ^= answer == WRONG;
	return OK;
}

static enum status open_with_fec(void)
{
	refusal_clear();
	asked = 0;
	assert_status(proof_begin(&root.proof), OK);
	assert_true(verity_memory(&root.tree, &fec) <= sizeof(memory));
	return verity_open(&root.reader, &root.tree, &root.where[0], &root.where[1], &fec,
			   &root.proof, memory, verity_memory(&root.tree, &fec));
}

static void make(void)
{
	root_make(&root, &(struct root_shape){ DIGEST_SHA256, 1024, 1024, 70, 8, true, 0 });
	for (unsigned i = 0; i < 2; i++) {
		good[i] = malloc(root.device_size[i]);
		assert_non_null(good[i]);
		memcpy(good[i], root.device[i], root.device_size[i]);
	}
	answer = RIGHT;
}

static void unmake(void)
{
	root_free(&root);
	free(good[0]);
	free(good[1]);
}

static enum status read_all(void)
{
	return root_read(&root, 0, root.data_size);
}

static void good_ones_are_left_alone(void **state)
{
	(void)state;
	make();
	assert_status(open_with_fec(), OK);
	assert_status(read_all(), OK);
	assert_int_equal(asked, 0);
	assert_int_equal(root.reader.repaired, 0);
	fixture_proof_ok(&root.proof);
	fec.blocks = 0;
	assert_status(open_with_fec(), ERR_VERITY_PARAMS);
	fec.blocks = 1;
	unmake();
}

/* Damaged in one byte: right answers are used, and nothing of the damage is in the proof. */
static void one_block(unsigned level, uint64_t number)
{
	uint8_t *byte = root_block(&root, level, number) + 1023;

	*byte ^= 4;
	answer = RIGHT;
	assert_status(open_with_fec(), OK);
	assert_status(read_all(), OK);
	assert_int_equal(asked, 1);
	assert_int_equal(asked_level, level);
	assert_int_equal(asked_number, number);
	assert_int_equal(root.reader.repaired, 1);
	assert_int_equal(root.reader.verified, 70);
	fixture_proof_ok(&root.proof);
	for (answer = WRONG; answer <= NOTHING; answer++) {
		enum status status = open_with_fec();

		if (status == OK)
			status = read_all();
		assert_status(status, level == 2 ? ERR_VERITY_ROOT : ERR_VERITY_IO);
		assert_string_equal(refusal_last()->at, root_place(&root, level, number));
		assert_int_equal(refusal_last()->size, REFUSAL_BYTES);
		assert_int_equal(asked, 1);
		assert_int_equal(root.reader.repaired, 0);
		fixture_proof_spoilt(&root.proof);
	}
	*byte ^= 4;
}

static void every_block(void **state)
{
	(void)state;
	make();
	for (uint64_t i = 0; i < 70; i++)
		one_block(0, i);
	for (uint64_t i = 0; i < root_hash_blocks(&root); i++)
		one_block(root_level(&root, i), i);
	unmake();
}

/* Many, some beside each other, with good ones between them. */
static void many_blocks(void **state)
{
	uint64_t seed = random_seed();

	(void)state;
	make();
	for (unsigned turn = 0; turn < 30; turn++) {
		unsigned bad = 0;

		memcpy(root.device[0], good[0], root.device_size[0]);
		memcpy(root.device[1], good[1], root.device_size[1]);
		for (unsigned i = 0; i < 70; i++)
			if (random_below(&seed, 30) < turn) {
				root_block(&root, 0, i)[random_below(&seed, 1024)] ^= 0x10;
				bad++;
			}
		for (unsigned i = 0; i < root_hash_blocks(&root); i++)
			if (random_below(&seed, 30) < turn) {
				root_block(&root, 1, i)[random_below(&seed, 1024)] ^= 0x10;
				bad++;
			}
		assert_status(open_with_fec(), OK);
		assert_status(read_all(), OK);
		assert_int_equal(asked, bad);
		assert_int_equal(root.reader.repaired, bad);
		assert_int_equal(root.reader.verified, 70);
		fixture_proof_ok(&root.proof);
	}
	unmake();
}

static uint64_t bad_from, bad_to; /* blocks of 512 on bad_medium */
static unsigned bad_medium;

static bool fail_blocks(const struct memory_medium *medium, uint64_t lba, uint32_t blocks,
			uint8_t *arrived)
{
	memset(arrived, 0xdd, 512);
	if (medium != &root.medium[bad_medium] || lba >= bad_to || lba + blocks <= bad_from) {
		memcpy(arrived, medium->bytes + lba * 512, 512);
		return true;
	}
	return false;
}

static void unreadable_blocks(void **state)
{
	(void)state;
	make();
	root_watch(&root, fail_blocks);
	for (bad_medium = 0; bad_medium < 2; bad_medium++)
		for (bad_from = 0; bad_from < root.device_size[bad_medium] / 512; bad_from++) {
			bad_to = bad_from + 1;
			answer = RIGHT;
			assert_status(open_with_fec(), OK);
			assert_status(read_all(), OK);
			assert_int_equal(asked, 1);
			assert_int_equal(asked_number, bad_from / 2);
			assert_true(was_wiped);
			assert_int_equal(root.reader.failures, 1);
			fixture_proof_ok(&root.proof);
			answer = NOTHING;
			assert_true(open_with_fec() != OK || read_all() != OK);
		}
	/* There is an end to it: each may cost seconds. */
	bad_medium = 0;
	bad_from = 0;
	answer = RIGHT;
	bad_to = 2 * 64;
	assert_status(open_with_fec(), OK);
	assert_status(read_all(), OK);
	bad_to = 2 * 65;
	assert_status(open_with_fec(), OK);
	assert_status(read_all(), ERR_VERITY_IO);
	assert_string_equal(refusal_last()->at, root_place(&root, 0, 64));
	unmake();
}

static void not_without_roots(void **state)
{
	(void)state;
	make();
	*root_block(&root, 0, 3) ^= 1;
	fec.roots = 0;
	assert_status(open_with_fec(), OK);
	assert_null(root.reader.repair);
	assert_status(read_all(), ERR_VERITY_IO);
	fec.roots = 2;
	assert_int_equal(asked, 0);
	unmake();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones_are_left_alone),
		cmocka_unit_test(every_block),
		cmocka_unit_test(many_blocks),
		cmocka_unit_test(unreadable_blocks),
		cmocka_unit_test(not_without_roots),
	};

	return cmocka_run_group_tests(tests, engines_set_up, NULL);
}
