// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* fit_fixture.c - see fit_fixture.h. */
#include "fit_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct test_key key;

const struct fit_config *fixture_again(const struct build *build, struct memory_medium *medium,
				       uint32_t block_size, struct proof *proof)
{
	static uint8_t memory[FIT_META_MAX] __attribute__((aligned(64)));
	static struct fit fit;
	static struct keyring ring;
	const struct fit_config *config = NULL;
	struct extent extent;
	unsigned node;

	ring = (struct keyring){ &key.key, 1, REQUIRED_ALL, 0 };
	memory_medium(medium, build->blob, BUILD_MAX, block_size);
	extent = memory_extent(medium);
	extent.size = build_size(build);
	assert_int_equal(fit_read(&extent, memory, &fit), OK);
	assert_int_equal(fit_open(&fit), OK);
	assert_int_equal(fit_choose_named(&fit, "c", &node), OK);
	assert_int_equal(proof_begin(proof), OK);
	assert_int_equal(fit_verify(&fit, node, &ring, proof, &config), OK);
	return config;
}

const struct fit_config *fixture_config(struct build *build, struct memory_medium *medium,
					uint32_t block_size, struct proof *proof)
{
	if (!key.pair)
		test_key_make(&key, "dev", "ecdsa256", "sha256");
	build_sign(build, "c", "signature", &key, NULL);
	return fixture_again(build, medium, block_size, proof);
}

void fixture_proof_ok(struct proof *proof)
{
	uint64_t want = 1, got = 2;

	assert_int_equal(proof_end(proof, &want, &got), OK);
	assert_true(want == got);
}

void fixture_proof_spoilt(struct proof *proof)
{
	uint64_t want = 1, got = 1;

	assert_int_equal(proof_end(proof, &want, &got), OK);
	assert_true(want != got);
}
