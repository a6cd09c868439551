// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Rotations as people have them, and those that are impossible. */
#include "rotation_fixture.h"

static void expect(unsigned at, const struct rotation_plan *plan, enum rotation_loader loader,
		   const char *signers)
{
	assert_true(at < plan->count);
	assert_int_equal(plan->releases[at].loader, loader);
	assert_int_equal(plan->releases[at].signers, by(signers));
}

static void one_key(void **state)
{
	struct rotation_plan plan;

	(void)state;
	make_keys(0);
	ring_of(0, "a", REQUIRED_ALL, 0);
	ring_of(1, "b", REQUIRED_ALL, 0);
	assert_int_equal(begin(1, true, true), BRIDGE_MADE);
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_POSSIBLE);
	assert_int_equal(plan.count, 2);
	expect(0, &plan, LOADER_BRIDGE, "ab");
	expect(1, &plan, LOADER_NEW, "b");
	rotation.together = false;
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_POSSIBLE);
	assert_int_equal(plan.count, 3);
	expect(0, &plan, LOADER_BRIDGE, "a");
	expect(1, &plan, LOADER_BRIDGE, "b");
	expect(2, &plan, LOADER_NEW, "b");
	rotation.together = true;
	rotation.bridge = NULL;
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_POSSIBLE);
	assert_int_equal(plan.count, 3);
	expect(0, &plan, LOADER_AS_IS, "ab");
	expect(1, &plan, LOADER_NEW, "ab");
	expect(2, &plan, LOADER_NEW, "b");
	rotation.together = false;
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_NO_WAY);
}

/* 2 of abc to 2 of abd, with a root key that is optional: a and b are enough all the way. */
static void threshold(void **state)
{
	struct rotation_plan plan;

	(void)state;
	make_keys(0);
	ring_of(0, "abc+e", REQUIRED_ANY, 2);
	ring_of(1, "abd+e", REQUIRED_ANY, 2);
	assert_int_equal(begin(1, true, true), BRIDGE_MADE);
	assert_int_equal(bridge.keyring.count, 5);
	assert_int_equal(bridge.keyring.threshold, 2);
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_POSSIBLE);
	assert_int_equal(plan.count, 2);
	expect(1, &plan, LOADER_NEW, "ab");
	/* It is known that they signed what is there: one release. */
	rotation.installed = by("ab");
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_POSSIBLE);
	assert_int_equal(plan.count, 1);
	/* b cannot sign any more. */
	rotation.installed = 0;
	rotation.can_sign = by("acde");
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_POSSIBLE);
	assert_int_equal(plan.releases[plan.count - 1].signers, by("ad"));
	/* b and c: nothing that the fleet takes can be signed. */
	rotation.can_sign = by("ade");
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_NO_OLD);
	assert_int_equal(plan.fleet, 0);
	rotation.can_sign = by("bc");
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_NO_NEW);
	rotation.can_sign = by("abcde");
	rotation.installed = by("ae");
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_INSTALLED);
}

static void no_bridge(void **state)
{
	(void)state;
	make_keys(0);
	ring_of(0, "a", REQUIRED_ALL, 0);
	ring_of(1, "bcd", REQUIRED_ANY, 2);
	assert_int_equal(begin(1, true, true), BRIDGE_WEAKER);
	ring_of(1, "b", REQUIRED_ANY, 0);
	keys[0][0].role = ROLE_DEV;
	assert_int_equal(begin(1, true, true), BRIDGE_ROLES);
	keys[1][0].role = ROLE_DEV;
	assert_int_equal(begin(1, true, true), BRIDGE_MADE);
	/* One key, pinned to one padding and then to the other, is two entries with two names. */
	ring_of(0, "a", REQUIRED_ALL, 0);
	ring_of(1, "a", REQUIRED_ALL, 0);
	keys[0][0].padding = RSA_PKCS1;
	keys[1][0].padding = RSA_PSS;
	assert_int_equal(begin(1, true, true), BRIDGE_MADE);
	assert_int_equal(bridge.keyring.count, 2);
	assert_string_equal(bridge.keys[0].name, "a");
	assert_string_equal(bridge.keys[1].name, "a-2");
}

/* 9 keys to 9 others: no set has room for both, and no release for all their signatures. */
static void too_many(void **state)
{
	static struct key many[18];
	struct rotation_plan plan;

	(void)state;
	make_keys(0);
	for (unsigned i = 0; i < COUNT(many); i++) {
		many[i] = all[0];
		many[i].required = true;
		many[i].rsa.modulus = many[i].id;
		many[i].rsa.size = KEY_ID_SIZE;
		many[i].id[0] = (uint8_t)(i + 1);
	}
	rings[0] = (struct keyring){ many, 9, REQUIRED_ALL, 0 };
	rings[1] = (struct keyring){ many + 9, 9, REQUIRED_ALL, 0 };
	assert_int_equal(begin(1, true, true), BRIDGE_TOO_MANY);
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_NO_WAY);
	rings[1].count = 7;
	assert_int_equal(begin(1, false, true), BRIDGE_MADE);
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_POSSIBLE);
	assert_int_equal(plan.count, 3);
}

/* One key, one padding to the other: it cannot sign one FIT in both ways, so only by a bridge. */
static void other_padding(void **state)
{
	struct rotation_plan plan;

	(void)state;
	make_keys(0);
	ring_of(0, "a", REQUIRED_ALL, 0);
	ring_of(1, "a", REQUIRED_ALL, 0);
	keys[0][0].padding = RSA_PKCS1;
	keys[1][0].padding = RSA_PSS;
	(void)begin(1, true, true);
	assert_int_equal(rotation.signer_count, 2);
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_POSSIBLE);
	assert_int_equal(plan.count, 3);
	rotation.bridge = NULL;
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_NO_WAY);
	/* From either padding to one: what is installed may have the other one. */
	keys[0][0].padding = 0;
	(void)begin(1, false, true);
	assert_int_equal(rotation.signer_count, 1);
	assert_int_equal(rotation.signers[0].padding, RSA_PSS);
	assert_int_equal(rotation_plan(&rotation, &plan), ROTATION_POSSIBLE);
	assert_int_equal(plan.count, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_key),       cmocka_unit_test(threshold),
		cmocka_unit_test(no_bridge),     cmocka_unit_test(too_many),
		cmocka_unit_test(other_padding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
