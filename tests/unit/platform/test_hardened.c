// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include "hardened.h"

static void equal_bytes_are_equal(void **state)
{
	uint8_t a[600], b[600];

	(void)state;
	for (size_t i = 0; i < sizeof(a); i++)
		a[i] = b[i] = (uint8_t)i;
	for (size_t size = 1; size <= sizeof(a); size++)
		assert_status(bytes_equal(a, b, size, ERR_HASH_MISMATCH), OK);
}

static void every_single_bit_counts(void **state)
{
	uint8_t a[64] __attribute__((aligned(8))) = { 0 };
	uint8_t b[64] __attribute__((aligned(8))) = { 0 };
	uint8_t c[64 + 1] __attribute__((aligned(8))) = { 0 };

	(void)state;
	for (size_t bit = 0; bit < 8 * sizeof(a); bit++) {
		b[bit / 8] ^= (uint8_t)(1u << bit % 8);
		/* By words, by bytes, and by bytes from an odd address. */
		memcpy(c + 1, b, sizeof(b));
		assert_status(bytes_equal(a, b, sizeof(a), ERR_HASH_MISMATCH), ERR_HASH_MISMATCH);
		assert_status(bytes_equal(a, b, bit / 8 + 1, ERR_HASH_MISMATCH), ERR_HASH_MISMATCH);
		assert_status(bytes_equal(a, c + 1, sizeof(a), ERR_HASH_MISMATCH),
			      ERR_HASH_MISMATCH);
		assert_status(bytes_equal(b, c + 1, sizeof(a), ERR_HASH_MISMATCH), OK);
		b[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	/* Differences that cancel out in a sum or an exclusive or. */
	b[3] = b[4] = 0x80;
	assert_status(bytes_equal(a, b, sizeof(a), ERR_HASH_MISMATCH), ERR_HASH_MISMATCH);
}

static void nothing_is_not_equal(void **state)
{
	uint8_t a[1] = { 0 }, b[1] = { 0 };

	(void)state;
	assert_status(bytes_equal(a, b, 0, ERR_NO_HASH), ERR_NO_HASH);
}

static void misuse_is_not_success(void **state)
{
	uint8_t a[4] = { 0 }, b[4] = { 1 };

	(void)state;
	assert_status(bytes_equal(a, a, sizeof(a), ERR_HASH_MISMATCH), ERR_INTERNAL);
	assert_status(bytes_equal(a, b, sizeof(a), OK), ERR_INTERNAL);
	assert_status(at_least(1, 2, OK), ERR_INTERNAL);
}

static void at_least_is_unsigned_and_inclusive(void **state)
{
	static const uint32_t values[] = {
		0, 1, 2, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff
	};

	(void)state;
	for (size_t i = 0; i < COUNT(values); i++)
		for (size_t j = 0; j < COUNT(values); j++)
			assert_status(at_least(values[i], values[j], ERR_ROLLBACK),
				      i >= j ? OK : ERR_ROLLBACK);
}

static void wipe_wipes(void **state)
{
	uint8_t a[33];

	(void)state;
	memset(a, 0xff, sizeof(a));
	wipe(a + 1, 31);
	assert_int_equal(a[0], 0xff);
	assert_int_equal(a[32], 0xff);
	for (size_t i = 1; i < 32; i++)
		assert_int_equal(a[i], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_bytes_are_equal),
		cmocka_unit_test(every_single_bit_counts),
		cmocka_unit_test(nothing_is_not_equal),
		cmocka_unit_test(misuse_is_not_success),
		cmocka_unit_test(at_least_is_unsigned_and_inclusive),
		cmocka_unit_test(wipe_wipes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
