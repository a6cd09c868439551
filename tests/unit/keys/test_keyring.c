// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include "keyring.h"

static uint8_t numbers[20][RSA_BYTES_MAX];
static struct key keys[20];
static struct keyring ring;

/* count required RSA keys, all different; the tests change what they are about. */
static void make(unsigned count, enum required_mode mode, uint32_t threshold)
{
	for (unsigned i = 0; i < COUNT(keys); i++) {
		numbers[i][0] = 0x80;
		numbers[i][255] = (uint8_t)(2 * i + 1);
		keys[i] = (struct key){
			.name = "k",
			.role = ROLE_RELEASE,
			.required = true,
			.algorithm = { DIGEST_SHA256, KEY_RSA, 2048 },
			.rsa = { .modulus = numbers[i], .size = 256, .exponent = 65537 }
		};
	}
	ring = (struct keyring){ keys, count, mode, threshold };
}

static void usable(void **state)
{
	(void)state;
	make(1, REQUIRED_ALL, 0);
	assert_status(keyring_usable(&ring), OK);
	make(16, REQUIRED_ANY, 16);
	assert_status(keyring_usable(&ring), OK);
}

static void unusable(void **state)
{
	(void)state;
	make(0, REQUIRED_ALL, 0);
	assert_status(keyring_usable(&ring), ERR_NO_TRUST);
	assert_status(keyring_usable(keyring_built_in()), ERR_NO_TRUST);
	make(2, REQUIRED_ANY, 0);
	keys[0].required = keys[1].required = false;
	assert_status(keyring_usable(&ring), ERR_NO_TRUST);
	assert_status(keyring_rule(&ring, 3), ERR_NO_TRUST);
	make(17, REQUIRED_ANY, 0);
	assert_status(keyring_usable(&ring), ERR_NO_TRUST);
	make(2, (enum required_mode)0, 0);
	assert_status(keyring_usable(&ring), ERR_NO_TRUST);
	make(2, REQUIRED_ANY, 3);
	assert_status(keyring_usable(&ring), ERR_NO_TRUST);
	make(3, REQUIRED_ANY, 3);
	keys[1].required = false;
	assert_status(keyring_usable(&ring), ERR_NO_TRUST);
	/* The same numbers twice are one key. */
	make(3, REQUIRED_ANY, 3);
	keys[1].rsa.modulus = keys[2].rsa.modulus;
	assert_status(keyring_usable(&ring), ERR_NO_TRUST);
}

/* Over all sets of satisfied keys, against the rule in other words. */
static void all_sets(enum required_mode mode, uint32_t threshold, uint32_t optional)
{
	make(5, mode, threshold);
	for (unsigned i = 0; i < 5; i++)
		keys[i].required = (optional & 1u << i) == 0;
	for (uint32_t set = 0; set < 32; set++) {
		uint32_t required = 31 & ~optional;
		unsigned good = (unsigned)__builtin_popcount(set & required);
		bool is_met = mode == REQUIRED_ALL ? (set & required) == required : good > 0;
		enum status want = is_met && good >= threshold ? OK : ERR_BAD_SIGNATURE;

		if (set == 0)
			want = ERR_UNKNOWN_KEY;
		assert_status(keyring_rule(&ring, set), want);
	}
}

static void the_rule(void **state)
{
	(void)state;
	for (uint32_t optional = 0; optional < 31; optional++) {
		unsigned required = 5 - (unsigned)__builtin_popcount(optional);

		for (uint32_t threshold = 0; threshold <= required; threshold++) {
			all_sets(REQUIRED_ALL, threshold, optional);
			all_sets(REQUIRED_ANY, threshold, optional);
		}
	}
}

static void bits_beyond_the_keys_do_not_count(void **state)
{
	(void)state;
	make(2, REQUIRED_ANY, 0);
	assert_status(keyring_rule(&ring, 0xfffffffc), ERR_UNKNOWN_KEY);
	make(2, REQUIRED_ANY, 2);
	assert_status(keyring_rule(&ring, 0xfffffffd), ERR_BAD_SIGNATURE);
}

static void threshold_counts_distinct_numbers(void **state)
{
	static uint8_t copy[RSA_BYTES_MAX];

	(void)state;
	make(3, REQUIRED_ANY, 2);
	memcpy(copy, numbers[0], sizeof(copy));
	/* another exponent is no other owner */
	keys[1].rsa = (struct rsa_public){ copy, 256, 3, NULL };
	assert_status(keyring_rule(&ring, 3), ERR_BAD_SIGNATURE);
	assert_status(keyring_rule(&ring, 5), OK);
	assert_status(keyring_rule(&ring, 6), OK);
	assert_status(keyring_rule(&ring, 7), OK);
}

/* Mode all means every key, also one that has the numbers of another. */
static void all_means_every_key(void **state)
{
	(void)state;
	make(3, REQUIRED_ALL, 0);
	keys[1].rsa.modulus = keys[0].rsa.modulus;
	assert_status(keyring_rule(&ring, 5), ERR_BAD_SIGNATURE);
	assert_status(keyring_rule(&ring, 7), OK);
}

static void a_point_and_its_negative_are_one_key(void **state)
{
	(void)state;
	make(3, REQUIRED_ANY, 2);
	for (unsigned i = 0; i < 3; i++) {
		keys[i].algorithm = (struct signature_algorithm){ DIGEST_SHA256, KEY_ECDSA, 256 };
		keys[i].ecdsa = (struct ecdsa_public){ ECDSA_P256, numbers[i / 2] + 224,
						       numbers[i] + 224, 32 };
	}
	assert_status(keyring_rule(&ring, 3), ERR_BAD_SIGNATURE);
	assert_status(keyring_rule(&ring, 5), OK);
}

/* Also of a key that is not required: it could be made so by one flipped bit. */
static void a_release_has_no_dev_keys(void **state)
{
	(void)state;
	make(3, REQUIRED_ANY, 0);
	assert_status(keyring_roles(&ring, ROLE_RELEASE), OK);
	keys[1].role = ROLE_ROOT;
	assert_status(keyring_roles(&ring, ROLE_RELEASE), OK);
	keys[2].required = false;
	for (int role = -1; role < 7; role++) {
		keys[2].role = (enum key_role)role;
		assert_status(keyring_roles(&ring, ROLE_RELEASE),
			      role >= ROLE_RELEASE && role <= ROLE_ROOT ? OK : ERR_KEY_ROLE);
		assert_status(keyring_roles(&ring, ROLE_TEST),
			      role >= ROLE_TEST && role <= ROLE_ROOT ? OK : ERR_KEY_ROLE);
	}
}

static void trust_is_the_lowest_required_role(void **state)
{
	(void)state;
	make(3, REQUIRED_ANY, 0);
	assert_string_equal(keyring_trust(&ring), "release");
	keys[1].role = ROLE_ROOT;
	assert_string_equal(keyring_trust(&ring), "release");
	keys[2].role = ROLE_TEST;
	assert_string_equal(keyring_trust(&ring), "test");
	keys[2].required = false;
	assert_string_equal(keyring_trust(&ring), "release");
	keys[0].role = ROLE_DEV;
	assert_string_equal(keyring_trust(&ring), "dev");
	assert_string_equal(keyring_trust(keyring_built_in()), "none");
	assert_string_equal(key_role_name(ROLE_ROOT), "root");
	assert_string_equal(key_role_name((enum key_role)9), "none");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usable),
		cmocka_unit_test(unusable),
		cmocka_unit_test(the_rule),
		cmocka_unit_test(bits_beyond_the_keys_do_not_count),
		cmocka_unit_test(threshold_counts_distinct_numbers),
		cmocka_unit_test(all_means_every_key),
		cmocka_unit_test(a_point_and_its_negative_are_one_key),
		cmocka_unit_test(a_release_has_no_dev_keys),
		cmocka_unit_test(trust_is_the_lowest_required_role),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
