// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_decompress.c - the three decompressors: what the tools pack, and everything else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../packed.h"
#include "decompress.h"

struct sample {
	const char *name;
	enum compression compression;
	const uint8_t *bytes;
	size_t size;
};

#define SAMPLE(compression, array)                                                                 \
	{                                                                                          \
#array, compression, array, sizeof(array)                                          \
	}

static const struct sample texts[] = {
	SAMPLE(COMPRESSION_GZIP, packed_gzip),           SAMPLE(COMPRESSION_LZ4, packed_lz4_linked),
	SAMPLE(COMPRESSION_LZ4, packed_lz4_independent), SAMPLE(COMPRESSION_LZ4, packed_lz4_legacy),
	SAMPLE(COMPRESSION_ZSTD, packed_zstd),
};
static const struct sample bombs[] = {
	SAMPLE(COMPRESSION_GZIP, zeros_gzip),
	SAMPLE(COMPRESSION_LZ4, zeros_lz4),
	SAMPLE(COMPRESSION_ZSTD, zeros_zstd),
};
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * Input and output in allocations of exactly their size, so that the sanitizer sees one byte too
 * many.
 */
static enum status unpack(enum compression compression, const uint8_t *bytes, size_t size,
			  size_t capacity, uint8_t **output, size_t *made)
{
	uint8_t *input = malloc(size ? size : 1);
	enum status status;

	memcpy(input, bytes, size);
	*output = malloc(capacity ? capacity : 1);
	status = decompress(compression, (struct span){ input, size }, *output, capacity, "kernel",
			    made);
	free(input);
	return status;
}

static void expect_text(enum compression compression, const uint8_t *bytes, size_t size,
			size_t capacity)
{
	uint8_t *output;
	size_t made;

	assert_int_equal(unpack(compression, bytes, size, capacity, &output, &made), OK);
	assert_int_equal(made, PACKED_SIZE);
	for (size_t i = 0; i < made; i++)
		assert_int_equal(output[i], (uint8_t)((i % 61) ^ (i / 20000)));
	free(output);
}

static void expect_refused(enum compression compression, const uint8_t *bytes, size_t size,
			   size_t capacity)
{
	uint8_t *output;
	size_t made;

	refusal_clear();
	assert_int_equal(unpack(compression, bytes, size, capacity, &output, &made),
			 ERR_DECOMPRESS);
	assert_string_equal(refusal_last()->at, "kernel");
	free(output);
}

static void every_format_gives_the_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		expect_text(texts[i].compression, texts[i].bytes, texts[i].size, PACKED_SIZE);
		expect_text(texts[i].compression, texts[i].bytes, texts[i].size, PACKED_SIZE + 999);
	}
}

static void one_byte_of_room_too_little(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		expect_refused(texts[i].compression, texts[i].bytes, texts[i].size,
			       PACKED_SIZE - 1);
		expect_refused(texts[i].compression, texts[i].bytes, texts[i].size, 1);
		expect_refused(texts[i].compression, texts[i].bytes, texts[i].size, 0);
	}
}

static void every_truncation_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		for (size_t size = 0; size < texts[i].size; size++)
			expect_refused(texts[i].compression, texts[i].bytes, size, PACKED_SIZE);
}

static void nothing_may_follow(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		uint8_t *longer = malloc(texts[i].size + 12);

		memcpy(longer, texts[i].bytes, texts[i].size);
		memset(longer + texts[i].size, 0, 12);
		for (size_t more = 1; more <= 12; more++)
			expect_refused(texts[i].compression, longer, texts[i].size + more,
				       PACKED_SIZE);
		free(longer);
	}
}

static void bombs_stop_at_the_claim(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bombs); i++) {
		uint8_t *output;
		size_t made;

		expect_refused(bombs[i].compression, bombs[i].bytes, bombs[i].size, 4096);
		expect_refused(bombs[i].compression, bombs[i].bytes, bombs[i].size, ZEROS_SIZE - 1);
		assert_int_equal(unpack(bombs[i].compression, bombs[i].bytes, bombs[i].size,
					ZEROS_SIZE, &output, &made),
				 OK);
		assert_int_equal(made, ZEROS_SIZE);
		free(output);
	}
}

/* Damage may pass unseen (the digest is what protects), but never write or read outside. */
static void every_flip_stays_inside(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++) {
		uint8_t *damaged = malloc(texts[i].size);

		for (size_t bit = 0; bit < texts[i].size * 8; bit += 3) {
			uint8_t *output;
			size_t made = 0;
			enum status status;

			memcpy(damaged, texts[i].bytes, texts[i].size);
			damaged[bit / 8] ^= (uint8_t)(1u << bit % 8);
			status = unpack(texts[i].compression, damaged, texts[i].size, PACKED_SIZE,
					&output, &made);
			assert_true(status == OK || status == ERR_DECOMPRESS);
			assert_true(made <= PACKED_SIZE);
			free(output);
		}
		free(damaged);
	}
}

static void formats_are_not_guessed(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(texts); i++)
		for (size_t j = 0; j < COUNT(texts); j++)
			if (texts[j].compression != texts[i].compression)
				expect_refused(texts[j].compression, texts[i].bytes, texts[i].size,
					       PACKED_SIZE);
}

/* Some kernels' Image.lz4 have their size behind them. */
static void legacy_lz4_with_its_size(void **state)
{
	uint8_t sized[sizeof(packed_lz4_legacy) + 4];

	(void)state;
	memcpy(sized, packed_lz4_legacy, sizeof(packed_lz4_legacy));
	for (unsigned i = 0; i < 4; i++)
		sized[sizeof(packed_lz4_legacy) + i] = (uint8_t)(PACKED_SIZE >> 8 * i);
	expect_text(COMPRESSION_LZ4, sized, sizeof(sized), PACKED_SIZE);
	sized[sizeof(packed_lz4_legacy)] ^= 1;
	expect_refused(COMPRESSION_LZ4, sized, sizeof(sized), PACKED_SIZE);
}

/* A header with every optional part, as RFC 1952 allows. */
static void gzip_with_all_of_its_header(void **state)
{
	static const uint8_t optional[] = {
		3, 0, 'a', 'b', 'c', 'n', 'a', 'm', 'e', 0, 'c', 0, 0, 0
	};
	uint8_t whole[sizeof(packed_gzip) + sizeof(optional)];

	(void)state;
	memcpy(whole, packed_gzip, 10);
	memcpy(whole + 10, optional, sizeof(optional));
	memcpy(whole + 10 + sizeof(optional), packed_gzip + 10, sizeof(packed_gzip) - 10);
	whole[3] = 0x1e;
	expect_text(COMPRESSION_GZIP, whole, sizeof(whole), PACKED_SIZE);
	whole[10] = 0xff;
	whole[11] = 0xff;
	expect_refused(COMPRESSION_GZIP, whole, sizeof(whole), PACKED_SIZE);
	memcpy(whole, packed_gzip, sizeof(packed_gzip));
	whole[3] = 0x20;
	expect_refused(COMPRESSION_GZIP, whole, sizeof(packed_gzip), PACKED_SIZE);
}

static void gzip_length_is_compared(void **state)
{
	uint8_t wrong[sizeof(packed_gzip)];

	(void)state;
	memcpy(wrong, packed_gzip, sizeof(wrong));
	wrong[sizeof(wrong) - 4] ^= 1;
	expect_refused(COMPRESSION_GZIP, wrong, sizeof(wrong), PACKED_SIZE);
}

/* The length alone would not notice what stands before it. */
static void gzip_with_something_before_its_trailer(void **state)
{
	uint8_t longer[sizeof(packed_gzip) + 4];
	size_t body = sizeof(packed_gzip) - 8;

	(void)state;
	memcpy(longer, packed_gzip, body);
	memset(longer + body, 0, 4);
	memcpy(longer + body + 4, packed_gzip + body, 8);
	expect_refused(COMPRESSION_GZIP, longer, sizeof(longer), PACKED_SIZE);
}

static void names(void **state)
{
	enum compression compression;

	(void)state;
	assert_int_equal(compression_by_name("none", &compression), OK);
	assert_int_equal(compression, COMPRESSION_NONE);
	assert_int_equal(compression_by_name("gzip", &compression), OK);
	assert_int_equal(compression, COMPRESSION_GZIP);
	assert_int_equal(compression_by_name("lz4", &compression), OK);
	assert_int_equal(compression_by_name("zstd", &compression), OK);
	assert_int_equal(compression_by_name("lzma", &compression), ERR_DECOMPRESS);
	assert_int_equal(compression_by_name("", &compression), ERR_DECOMPRESS);
	assert_int_equal(compression_by_name("GZIP", &compression), ERR_DECOMPRESS);
	assert_int_equal(compression_by_name("gzip ", &compression), ERR_DECOMPRESS);
}

static void none_is_no_decompressor(void **state)
{
	uint8_t *output;
	size_t made;

	(void)state;
	assert_int_equal(unpack(COMPRESSION_NONE, packed_gzip, sizeof(packed_gzip), PACKED_SIZE,
				&output, &made),
			 ERR_INTERNAL);
	free(output);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_gives_the_text),
		cmocka_unit_test(one_byte_of_room_too_little),
		cmocka_unit_test(every_truncation_is_refused),
		cmocka_unit_test(nothing_may_follow),
		cmocka_unit_test(bombs_stop_at_the_claim),
		cmocka_unit_test(every_flip_stays_inside),
		cmocka_unit_test(formats_are_not_guessed),
		cmocka_unit_test(legacy_lz4_with_its_size),
		cmocka_unit_test(gzip_with_all_of_its_header),
		cmocka_unit_test(gzip_length_is_compared),
		cmocka_unit_test(gzip_with_something_before_its_trailer),
		cmocka_unit_test(names),
		cmocka_unit_test(none_is_no_decompressor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
