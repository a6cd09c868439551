// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Any bit of a signed FIT, one at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <libfdt.h>
#include <cmocka.h>

#include "fit_outcome.h"
#include "fit_verify.h"
#include "verify_fixture.h"

/*
 * Any bit of the whole file, one at a time: refused, or the same decision. Counted, so that it can
 * be seen to have bitten.
 */
static void every_bit(void **state)
{
	struct keyring ring = ring_of(&dev.key, 1, REQUIRED_ALL, 0);
	unsigned accepted = 0, refused = 0;
	struct fit_outcome want, got;
	struct build build;
	size_t size, bit;
	bool external;

	for (external = false;; external = true) {
		signed_plain(&build);
		if (external)
			build_externalise(&build);
		size = build_size(&build);
		assert_true(size <= 4096);
		fit_outcome(build.blob, size, &ring, NULL, "c", &want);
		assert_int_equal(want.status, OK);
		for (bit = 0; bit < 8 * size; bit++) {
			build.blob[bit / 8] ^= (uint8_t)(1 << bit % 8);
			fit_outcome(build.blob, size, &ring, NULL, "c", &got);
			build.blob[bit / 8] ^= (uint8_t)(1 << bit % 8);
			if (got.status == OK)
				assert_memory_equal(got.decision, want.decision, OUTCOME_SIZE);
			accepted += got.status == OK;
			refused += got.status != OK;
		}
		build_free(&build);
		if (external)
			break;
	}
	print_message("%u accepted, %u refused\n", accepted, refused);
	assert_true(accepted > 100 && refused > 5000);
	(void)state;
}

/* The same for the curve: every bit of value and of a sample of the rest. */
static void ecdsa_bits(void **state)
{
	struct keyring ring = ring_of(&second.key, 1, REQUIRED_ALL, 0);
	struct fit_outcome want, got;
	struct build build;
	size_t bit;

	(void)state;
	build_plain(&build, 20);
	build_sign(&build, "c", "signature", &second, NULL);
	fit_outcome(build.blob, build_size(&build), &ring, NULL, "c", &want);
	assert_int_equal(want.status, OK);
	for (bit = 0; bit < 8 * build_size(&build); bit += 61) {
		build.blob[bit / 8] ^= (uint8_t)(1 << bit % 8);
		fit_outcome(build.blob, build_size(&build), &ring, NULL, "c", &got);
		build.blob[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (got.status == OK)
			assert_memory_equal(got.decision, want.decision, OUTCOME_SIZE);
	}
	build_free(&build);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_bit),
		cmocka_unit_test(ecdsa_bits),
	};

	return cmocka_run_group_tests(tests, keys_set_up, keys_tear_down);
}
