// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_decompress_zlib.c - RFC 1950 around the same deflate stream that the gzip sample has. */
#include "../unit.h"

#include "../packed.h"
#include "decompress.h"

#define BODY (packed_gzip + 10)
#define BODY_SIZE (sizeof(packed_gzip) - 18)
#define WHOLE (BODY_SIZE + 6)

static enum status unpack(const uint8_t *bytes, size_t size, size_t capacity, size_t *made)
{
	uint8_t *input = malloc(size ? size : 1);
	uint8_t *output = malloc(capacity ? capacity : 1);
	enum status status;

	memcpy(input, bytes, size);
	*made = 0;
	status = decompress_zlib((struct span){ input, size }, output, capacity, made);
	for (size_t i = 0; status == OK && i < *made; i++)
		assert_int_equal(output[i], (uint8_t)((i % 61) ^ (i / 20000)));
	free(input);
	free(output);
	return status;
}

/* The checksum at the end is not computed, but must be there. */
static void make(uint8_t *whole)
{
	whole[0] = 0x78;
	whole[1] = 0xda;
	memcpy(whole + 2, BODY, BODY_SIZE);
	memset(whole + 2 + BODY_SIZE, 0x5a, 4);
}

static void text(void **state)
{
	uint8_t whole[WHOLE];
	size_t made;

	(void)state;
	make(whole);
	assert_status(unpack(whole, WHOLE, PACKED_SIZE, &made), OK);
	assert_int_equal(made, PACKED_SIZE);
	assert_status(unpack(whole, WHOLE, PACKED_SIZE + 7, &made), OK);
	assert_int_equal(made, PACKED_SIZE);
	assert_status(unpack(whole, WHOLE, PACKED_SIZE - 1, &made), ERR_DECOMPRESS);
	assert_status(unpack(whole, WHOLE, 0, &made), ERR_DECOMPRESS);
	assert_status(decompress_zlib((struct span){ NULL, 0 }, whole, 1, &made), ERR_DECOMPRESS);
}

static void truncations_and_more(void **state)
{
	uint8_t whole[WHOLE + 1];
	size_t made;

	(void)state;
	make(whole);
	whole[WHOLE] = 0;
	for (size_t size = 0; size < WHOLE; size++)
		assert_status(unpack(whole, size, PACKED_SIZE, &made), ERR_DECOMPRESS);
	assert_status(unpack(whole, WHOLE + 1, PACKED_SIZE, &made), ERR_DECOMPRESS);
}

static void headers(void **state)
{
	uint8_t whole[WHOLE];
	size_t made;
	unsigned good = 0;

	(void)state;
	make(whole);
	for (unsigned header = 0; header < 65536; header++) {
		bool right = (header & 0x0f00) == 0x0800 && header < 0x8000 && !(header & 0x20) &&
			     header % 31 == 0;

		/* Those that are refused are many and cheap. */
		if (right)
			good++;
		whole[0] = (uint8_t)(header >> 8);
		whole[1] = (uint8_t)header;
		if (right || header % 7 == 0)
			assert_status(unpack(whole, WHOLE, PACKED_SIZE, &made),
				      right ? OK : ERR_DECOMPRESS);
	}
	assert_int_equal(good, 32);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(text),
		cmocka_unit_test(truncations_and_more),
		cmocka_unit_test(headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
