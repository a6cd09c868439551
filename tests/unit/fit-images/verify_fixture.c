// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* verify_fixture.c - see verify_fixture.h. */
#include "verify_fixture.h"

#include "fit_outcome.h"
#include "fit_verify.h"
#include "must.h"

struct test_key dev, other, second;

int keys_set_up(void **state)
{
	test_key_make(&dev, "dev", "rsa2048", "sha256");
	test_key_make(&other, "other", "rsa2048", "sha256");
	test_key_make(&second, "second", "ecdsa256", "sha256");
	return engines_set_up(state);
}

int keys_tear_down(void **state)
{
	(void)state;
	test_key_free(&dev);
	test_key_free(&other);
	test_key_free(&second);
	return 0;
}

struct keyring ring_of(struct key *keys, unsigned count, enum required_mode mode,
		       uint32_t threshold)
{
	return (struct keyring){ keys, count, mode, threshold };
}

enum status outcome_of(const struct build *build, const struct keyring *keyring)
{
	struct fit_outcome outcome;

	refusal_clear();
	fit_outcome(build->blob, build_size(build), keyring, NULL, "c", &outcome);
	return outcome.status;
}

enum status by_dev(const struct build *build)
{
	struct keyring ring = ring_of(&dev.key, 1, REQUIRED_ALL, 0);

	return outcome_of(build, &ring);
}

void signed_plain(struct build *build)
{
	build_plain(build, 100);
	build_sign(build, "c", "signature", &dev, NULL);
}

enum status verified_by_dev(const struct build *build)
{
	static uint8_t memory[FIT_META_MAX] __attribute__((aligned(64)));
	static struct fit fit;
	struct keyring ring = ring_of(&dev.key, 1, REQUIRED_ALL, 0);
	const struct fit_config *config;
	struct memory_medium medium;
	struct extent extent;
	struct proof proof;
	unsigned node;

	memory_medium(&medium, build->blob, build_size(build), 1);
	extent = memory_extent(&medium);
	MUST(fit_read(&extent, memory, &fit) == OK && fit_open(&fit) == OK);
	MUST(fit_choose_named(&fit, "c", &node) == OK && proof_begin(&proof) == OK);
	return fit_verify(&fit, node, &ring, &proof, &config);
}
