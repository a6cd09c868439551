// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * A refusal that a fault lets pass on its way out (a skipped branch in whoever called): the masks
 * differ all the same, and the kernel has no entry.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <libfdt.h>
#include <cmocka.h>

#include "fit_builder.h"
#include "fit_fixture.h"
#include "fit_load.h"
#include "must.h"
#include "verify_fixture.h"

/* The rule as a fault would have it: right, but for the first `lies` answers. */
static unsigned lies;

enum status keyring_rule(const struct keyring *keyring, uint32_t satisfied)
{
	uint32_t all = ((uint32_t)1 << keyring->count) - 1;

	if (lies > 0) {
		lies--;
		return OK;
	}
	if (keyring->mode == REQUIRED_ANY)
		return satisfied != 0 ? OK : ERR_BAD_SIGNATURE;
	return satisfied == all ? OK : ERR_BAD_SIGNATURE;
}

static struct proof proof;

/* The configuration "c" with these two keys, of which the second has signed. */
static enum status verify_with(enum required_mode mode)
{
	static uint8_t memory[FIT_META_MAX] __attribute__((aligned(64)));
	static struct fit fit;
	struct key keys[] = { other.key, dev.key };
	struct keyring ring = ring_of(keys, 2, mode, 0);
	const struct fit_config *config;
	struct memory_medium medium;
	struct extent extent;
	struct build build;
	enum status verified;
	unsigned node;

	signed_plain(&build);
	memory_medium(&medium, build.blob, build_size(&build), 1);
	extent = memory_extent(&medium);
	MUST(fit_read(&extent, memory, &fit) == OK && fit_open(&fit) == OK);
	MUST(fit_choose_named(&fit, "c", &node) == OK && proof_begin(&proof) == OK);
	verified = fit_verify(&fit, node, &ring, &proof, &config);
	build_free(&build);
	return verified;
}

static void a_key_that_did_not_sign_leaves_no_trace(void **state)
{
	(void)state;
	assert_int_equal(verify_with(REQUIRED_ANY), OK);
	fixture_proof_ok(&proof);
}

static void the_rule_is_in_the_proof(void **state)
{
	(void)state;
	assert_int_equal(verify_with(REQUIRED_ALL), ERR_BAD_SIGNATURE);
	/* One branch that is skipped is seen by the next. */
	lies = 1;
	assert_int_equal(verify_with(REQUIRED_ALL), ERR_BAD_SIGNATURE);
	lies = 2;
	assert_int_equal(verify_with(REQUIRED_ALL), OK);
	assert_int_equal(lies, 0);
	fixture_proof_spoilt(&proof);
}

static void a_changed_payload_spoils_the_proof(void **state)
{
	static uint8_t destination[BUILD_MAX] __attribute__((aligned(MEDIUM_ALIGN)));
	const struct fit_config *config;
	struct memory_medium medium;
	struct fit_image image;
	struct build build;
	uint8_t *data;
	size_t loaded;

	(void)state;
	build_plain(&build, 3000);
	config = fixture_config(&build, &medium, 512, &proof);
	data = (uint8_t *)(uintptr_t)fdt_getprop(
		build.blob, fdt_path_offset(build.blob, "/images/k"), "data", NULL);
	data[2999] ^= 1;
	assert_int_equal(fit_config_image(config, "kernel", 0, &image), OK);
	assert_int_equal(fit_load(&image, destination, sizeof(destination), &proof, &loaded),
			 ERR_HASH_MISMATCH);
	fixture_proof_spoilt(&proof);
	build_free(&build);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_that_did_not_sign_leaves_no_trace),
		cmocka_unit_test(the_rule_is_in_the_proof),
		cmocka_unit_test(a_changed_payload_spoils_the_proof),
	};

	return cmocka_run_group_tests(tests, keys_set_up, keys_tear_down);
}
