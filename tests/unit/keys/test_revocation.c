// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * Every set of signers with every list, over every small keyring, against the rule in other words.
 */
#include "../unit.h"

#include "revocation.h"

#define KEYS 4

static uint8_t numbers[KEYS][RSA_BYTES_MAX];
static struct key keys[KEYS];
static struct keyring ring;
static uint8_t ids[REVOKED_MAX + 1][KEY_ID_SIZE];

/* Bit i of root, optional: keys[i]. The key id of keys[i] is all i + 1. */
static void make(enum required_mode mode, uint32_t threshold, uint32_t root, uint32_t optional)
{
	for (unsigned i = 0; i < KEYS; i++) {
		numbers[i][0] = 0x80;
		numbers[i][255] = (uint8_t)(2 * i + 1);
		keys[i] = (struct key){
			.name = (const char *[]){ "a", "b", "c", "d" }[i],
			.role = (root & 1u << i) != 0 ? ROLE_ROOT : ROLE_RELEASE,
			.required = (optional & 1u << i) == 0,
			.algorithm = { DIGEST_SHA256, KEY_RSA, 2048 },
			.rsa = { .modulus = numbers[i], .size = 256, .exponent = 65537 }
		};
		memset(keys[i].id, (int)i + 1, KEY_ID_SIZE);
	}
	ring = (struct keyring){ keys, KEYS, mode, threshold };
}

/* The key ids of a set, an unknown one in front. */
static struct span list_of(uint32_t set)
{
	size_t count = 1;

	memset(ids[0], 0xee, KEY_ID_SIZE);
	for (unsigned i = 0; i < KEYS; i++)
		if ((set & 1u << i) != 0)
			memset(ids[count++], (int)i + 1, KEY_ID_SIZE);
	return (struct span){ ids[0], count * KEY_ID_SIZE };
}

static uint32_t required(void)
{
	uint32_t set = 0;

	for (unsigned i = 0; i < KEYS; i++)
		set |= (uint32_t)keys[i].required << i;
	return set;
}

static bool rule(uint32_t signers)
{
	unsigned good = (unsigned)__builtin_popcount(signers & required());

	if (ring.mode == REQUIRED_ALL && (signers & required()) != required())
		return false;
	return good >= 1 && good >= ring.threshold;
}

static bool authority(uint32_t signers, uint32_t root)
{
	return (signers & root) != 0 ||
	       (ring.threshold >= 2 &&
		(unsigned)__builtin_popcount(signers & required()) >= ring.threshold);
}

static void check(uint32_t signers, uint32_t listed, uint32_t root)
{
	struct revocation found;
	enum status status = revocation_rule(&ring, signers, list_of(listed), 7, &found);
	uint32_t left = signers & ~listed;

	assert_int_equal(found.version, 7);
	if (!rule(signers)) {
		assert_int_not_equal(status, OK);
	} else if (!authority(signers, root)) {
		assert_status(status, OK);
		assert_false(found.counts);
		assert_int_equal(found.keys, 0);
	} else if (rule(left) && authority(left, root)) {
		assert_status(status, OK);
		assert_true(found.counts);
		assert_int_equal(found.keys, listed);
		/* Somebody can still sign the next release, and revoke again. */
		assert_true(rule((1u << KEYS) - 1 - listed));
	} else {
		assert_status(status, ERR_KEY_REVOKED);
		assert_false(found.counts);
		assert_int_equal(found.keys, 0);
	}
}

static void every_set_and_list(void **state)
{
	unsigned cases = 0;

	(void)state;
	for (uint32_t shape = 0; shape < 1u << (2 * KEYS); shape++) {
		uint32_t root = shape & 15, optional = shape >> 4;

		for (uint32_t rest = 0; rest < 8; rest++) {
			make(rest & 1 ? REQUIRED_ALL : REQUIRED_ANY, rest >> 1, root, optional);
			if (keyring_usable(&ring) != OK)
				continue;
			for (uint32_t set = 0; set < 256; set++, cases++)
				check(set & 15, set >> 4, root);
		}
	}
	assert_true(cases > 300000);
}

static void no_list(void **state)
{
	struct revocation found;
	struct span list;

	(void)state;
	make(REQUIRED_ANY, 0, 1, 0);
	list = list_of(2);
	assert_status(revocation_rule(&ring, 1, list, 0, &found), ERR_BAD_FIT);
	assert_status(revocation_rule(&ring, 1, (struct span){ list.at, 0 }, 1, &found),
		      ERR_BAD_FIT);
	assert_status(revocation_rule(&ring, 1, (struct span){ list.at, 63 }, 1, &found),
		      ERR_BAD_FIT);
	assert_status(revocation_rule(&ring, 1, (struct span){ list.at, 1 }, 1, &found),
		      ERR_BAD_FIT);
	assert_status(revocation_rule(&ring, 1, (struct span){ ids[0], sizeof(ids) }, 1, &found),
		      ERR_BAD_FIT);
	assert_status(revocation_rule(&ring, 1, (struct span){ ids[0], sizeof(ids) - KEY_ID_SIZE },
				      UINT32_MAX, &found),
		      OK);
	assert_true(found.counts);
}

/* Key b under another exponent: whoever holds one holds the other. */
static void a_twin_goes_with_it(void **state)
{
	struct revocation found;

	(void)state;
	make(REQUIRED_ANY, 0, 1, 0);
	keys[2].rsa.modulus = numbers[1];
	keys[2].rsa.exponent = 3;
	assert_status(revocation_rule(&ring, 5, list_of(2), 1, &found), OK);
	assert_int_equal(found.keys, 6);
	make(REQUIRED_ANY, 2, 0, 0);
	keys[2].rsa.modulus = numbers[1];
	assert_status(revocation_rule(&ring, 5, list_of(2), 1, &found), ERR_KEY_REVOKED);
	assert_string_equal(refusal_last()->at, "c");
	assert_status(revocation_rule(&ring, 13, list_of(2), 1, &found), OK);
}

/* One signature of a release key is no threshold. */
static void threshold_of_one_revokes_nobody(void **state)
{
	struct revocation found;

	(void)state;
	make(REQUIRED_ANY, 1, 0, 0);
	assert_status(revocation_rule(&ring, 1, list_of(14), 1, &found), OK);
	assert_false(found.counts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_set_and_list),
		cmocka_unit_test(no_list),
		cmocka_unit_test(a_twin_goes_with_it),
		cmocka_unit_test(threshold_of_one_revokes_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
