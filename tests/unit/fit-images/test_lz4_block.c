// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_lz4_block.c - one block: whole, in part, behind a window, and damaged. */
#include "../unit.h"

#include "../packed.h"
#include "lz4_block.h"

/* The legacy format is a magic, a size, and one block. */
#define BLOCK (packed_lz4_legacy + 8)
#define BLOCK_SIZE (sizeof(packed_lz4_legacy) - 8)

/* Both in allocations of exactly their size, so that the sanitizer sees one byte too many. */
static enum status unpack(const uint8_t *bytes, size_t size, size_t room, bool partial,
			  uint8_t **output, size_t *done)
{
	uint8_t *input = malloc(size ? size : 1);
	enum status status;

	memcpy(input, bytes, size);
	*output = malloc(room ? room : 1);
	*done = 0;
	status = lz4_block((struct span){ input, size }, *output, done, room, partial);
	free(input);
	return status;
}

static void expect_text(const uint8_t *output, size_t size)
{
	for (size_t i = 0; i < size; i++)
		assert_int_equal(output[i], (uint8_t)((i % 61) ^ (i / 20000)));
}

static void whole(void **state)
{
	uint8_t *output;
	size_t done;

	(void)state;
	for (size_t more = 0; more < 100; more += 33) {
		assert_status(unpack(BLOCK, BLOCK_SIZE, PACKED_SIZE + more, false, &output, &done),
			      OK);
		assert_int_equal(done, PACKED_SIZE);
		expect_text(output, done);
		free(output);
	}
	assert_status(unpack(BLOCK, BLOCK_SIZE, PACKED_SIZE - 1, false, &output, &done),
		      ERR_DECOMPRESS);
	free(output);
}

/* Of every length; with room to spare it ends where the block does. */
static void in_part(void **state)
{
	uint8_t *output;
	size_t done;

	(void)state;
	for (size_t room = 0; room <= PACKED_SIZE; room += room < 300 ? 1 : 997) {
		assert_status(unpack(BLOCK, BLOCK_SIZE, room, true, &output, &done), OK);
		assert_int_equal(done, room);
		expect_text(output, done);
		free(output);
	}
	assert_status(unpack(BLOCK, BLOCK_SIZE, PACKED_SIZE + 5, true, &output, &done), OK);
	assert_int_equal(done, PACKED_SIZE);
	free(output);
}

/* What is behind the part that is wanted is not looked at. */
static void in_part_before_rubbish(void **state)
{
	uint8_t bytes[] = { 0x50, 'a', 'b', 'c', 'd', 'e', 0, 0, 0xff };
	uint8_t *output;
	size_t done;

	(void)state;
	assert_status(unpack(bytes, sizeof(bytes), 5, true, &output, &done), OK);
	assert_memory_equal(output, "abcde", 5);
	free(output);
	assert_status(unpack(bytes, sizeof(bytes), 6, true, &output, &done), ERR_DECOMPRESS);
	free(output);
	/* Literals that are there in part only, and enough of them. */
	assert_status(unpack(bytes, 4, 3, true, &output, &done), OK);
	assert_memory_equal(output, "abc", 3);
	free(output);
	assert_status(unpack(bytes, 4, 4, true, &output, &done), ERR_DECOMPRESS);
	free(output);
}

static void truncations(void **state)
{
	uint8_t *output;
	size_t done;

	(void)state;
	for (size_t size = 0; size < BLOCK_SIZE; size++) {
		enum status got = unpack(BLOCK, size, PACKED_SIZE, false, &output, &done);

		assert_true(got == ERR_DECOMPRESS || (got == OK && done < PACKED_SIZE));
		expect_text(output, done);
		free(output);
	}
}

/* Linked blocks reach back into what is there, and not before it. */
static void window(void **state)
{
	/* "x", then six bytes from five back, then nothing more. */
	static const uint8_t bytes[] = { 0x12, 'x', 5, 0, 0 };
	uint8_t output[12] = "abcd";
	size_t done = 4;

	(void)state;
	assert_status(lz4_block((struct span){ bytes, 5 }, output, &done, 11, false), OK);
	assert_int_equal(done, 11);
	assert_memory_equal(output, "abcdxabcdxa", 12);
	done = 3;
	assert_status(lz4_block((struct span){ bytes, 5 }, output, &done, 11, false),
		      ERR_DECOMPRESS);
	done = 12;
	assert_status(lz4_block((struct span){ bytes, 5 }, output, &done, 11, true),
		      ERR_DECOMPRESS);
}

static void flips(void **state)
{
	uint8_t damaged[BLOCK_SIZE];
	uint8_t *output;
	size_t done;

	(void)state;
	for (size_t bit = 0; bit < BLOCK_SIZE * 8; bit++) {
		enum status got;

		memcpy(damaged, BLOCK, BLOCK_SIZE);
		damaged[bit / 8] ^= (uint8_t)(1u << bit % 8);
		got = unpack(damaged, BLOCK_SIZE, 3000, bit & 1, &output, &done);
		assert_true(got == OK || got == ERR_DECOMPRESS);
		assert_true(done <= 3000);
		free(output);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole),
		cmocka_unit_test(in_part),
		cmocka_unit_test(in_part_before_rubbish),
		cmocka_unit_test(truncations),
		cmocka_unit_test(window),
		cmocka_unit_test(flips),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
