// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include <openssl/sha.h>

#include "proof.h"
#include "signer.h"

static int setup(void **state)
{
	(void)state;
	start_engines();
	return 0;
}

static const uint8_t a[] = "first value", b[] = "first value", c[] = "other value";

static void equal_sides_equal_masks(void **state)
{
	uint8_t whole[SHA256_DIGEST_LENGTH];
	uint8_t text[2 * sizeof(a)];
	struct proof proof;
	uint64_t want = 0, got = 1;

	(void)state;
	assert_status(proof_begin(&proof), OK);
	assert_status(proof_add(&proof, a, b, sizeof(a)), OK);
	assert_status(proof_add(&proof, b, a, sizeof(a)), OK);
	assert_status(proof_end(&proof, &want, &got), OK);
	assert_true(want == got);
	/* The first 64 bits of SHA-256 over what was added. */
	memcpy(text, a, sizeof(a));
	memcpy(text + sizeof(a), b, sizeof(a));
	SHA256(text, sizeof(text), whole);
	assert_true(want == load_be64(whole));
}

static void one_difference_other_masks(void **state)
{
	struct proof proof;
	uint64_t want, got;

	(void)state;
	for (unsigned wrong = 0; wrong < 3; wrong++) {
		assert_status(proof_begin(&proof), OK);
		for (unsigned i = 0; i < 3; i++)
			assert_status(proof_add(&proof, a, i == wrong ? c : b, sizeof(a)), OK);
		assert_status(proof_end(&proof, &want, &got), OK);
		assert_true(want != got);
	}
}

static void left_out_is_noticed(void **state)
{
	struct proof proof;
	uint64_t whole, part, got;

	(void)state;
	assert_status(proof_begin(&proof), OK);
	assert_status(proof_add(&proof, a, b, sizeof(a)), OK);
	assert_status(proof_end(&proof, &part, &got), OK);
	assert_status(proof_begin(&proof), OK);
	assert_status(proof_add(&proof, a, b, sizeof(a)), OK);
	assert_status(proof_add(&proof, a, b, sizeof(a)), OK);
	assert_status(proof_end(&proof, &whole, &got), OK);
	assert_true(whole != part);
}

static void nothing_is_no_proof(void **state)
{
	struct proof proof;
	uint64_t want, got;

	(void)state;
	assert_status(proof_begin(&proof), OK);
	assert_status(proof_end(&proof, &want, &got), ERR_INTERNAL);
	assert_status(proof_begin(&proof), OK);
	assert_status(proof_add(&proof, a, b, 0), ERR_INTERNAL);
	assert_status(proof_add(&proof, a, a, sizeof(a)), ERR_INTERNAL);
	assert_status(proof_end(&proof, &want, &got), ERR_INTERNAL);
}

static void ended_is_wiped(void **state)
{
	struct proof proof;
	uint64_t want, got;
	uint8_t zeros[sizeof(proof)] = { 0 };

	(void)state;
	assert_status(proof_begin(&proof), OK);
	assert_status(proof_add(&proof, a, b, sizeof(a)), OK);
	assert_status(proof_end(&proof, &want, &got), OK);
	assert_memory_equal(&proof, zeros, sizeof(proof));
	assert_status(proof_add(&proof, a, b, sizeof(a)), ERR_INTERNAL);
	assert_status(proof_end(&proof, &want, &got), ERR_INTERNAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(equal_sides_equal_masks),
		cmocka_unit_test(one_difference_other_masks),
		cmocka_unit_test(left_out_is_noticed),
		cmocka_unit_test(nothing_is_no_proof),
		cmocka_unit_test(ended_is_wiped),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
