// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Who has signed: keys, algorithms, the rule, the reasons. Signatures are made with OpenSSL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <libfdt.h>
#include <cmocka.h>

#include "fit_outcome.h"
#include "fit_verify.h"
#include "verify_fixture.h"

static void every_algorithm(void **state)
{
	static const struct {
		const char *kind, *digest, *padding;
	} kinds[] = {
		{ "rsa2048", "sha256", NULL },        { "rsa2048", "sha256", "pkcs-1.5" },
		{ "rsa2048", "sha256", "pss" },       { "rsa2048", "sha384", NULL },
		{ "rsa2048", "sha512", "pss" },       { "ecdsa256", "sha256", NULL },
		{ "ecdsa256", "sha512", "nonsense" }, { "ecdsa384", "sha384", NULL },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct test_key key;
		struct keyring ring;
		struct build build;

		test_key_make(&key, "key", kinds[i].kind, kinds[i].digest);
		key.padding = kinds[i].padding;
		ring = ring_of(&key.key, 1, REQUIRED_ALL, 0);
		build_plain(&build, 1000);
		build_sign(&build, "c", "signature", &key, NULL);
		assert_int_equal(outcome_of(&build, &ring), OK);
		/* External data, no hint, another hint: the same. */
		build_remove(&build, "/configurations/c/signature", "key-name-hint");
		assert_int_equal(outcome_of(&build, &ring), OK);
		build_string(&build, "/configurations/c/signature", "key-name-hint", "x");
		build_externalise(&build);
		assert_int_equal(outcome_of(&build, &ring), OK);
		test_key_free(&key);
		build_free(&build);
	}
}

static void wrong_keys(void **state)
{
	struct keyring ring = ring_of(&other.key, 1, REQUIRED_ALL, 0);
	struct build build;

	(void)state;
	signed_plain(&build);
	assert_int_equal(by_dev(&build), OK);
	assert_int_equal(outcome_of(&build, &ring), ERR_UNKNOWN_KEY);
	build_string(&build, "/configurations/c/signature", "key-name-hint", "other");
	assert_int_equal(outcome_of(&build, &ring), ERR_BAD_SIGNATURE);
	build_remove(&build, "/configurations/c/signature", "key-name-hint");
	assert_int_equal(outcome_of(&build, &ring), ERR_BAD_SIGNATURE);
	ring = ring_of(&second.key, 1, REQUIRED_ALL, 0);
	assert_int_equal(outcome_of(&build, &ring), ERR_UNKNOWN_KEY);
	build_free(&build);
}

static void trust(void **state)
{
	struct key optional = dev.key;
	struct keyring ring = ring_of(NULL, 0, REQUIRED_ALL, 0);
	struct build build;

	(void)state;
	signed_plain(&build);
	assert_int_equal(outcome_of(&build, &ring), ERR_NO_TRUST);
	optional.required = false;
	ring = ring_of(&optional, 1, REQUIRED_ANY, 0);
	assert_int_equal(outcome_of(&build, &ring), ERR_NO_TRUST);
	ring = ring_of(&dev.key, 1, REQUIRED_ANY, 2);
	assert_int_equal(outcome_of(&build, &ring), ERR_NO_TRUST);
	build_free(&build);
}

static void no_signature(void **state)
{
	struct build build;

	(void)state;
	build_plain(&build, 100);
	assert_int_equal(by_dev(&build), ERR_NO_SIGNATURE);
	build_node(&build, "/configurations/c/signature");
	assert_int_equal(by_dev(&build), ERR_NO_SIGNATURE);
	build_string(&build, "/configurations/c/signature", "algo", "sha256,rsa2048");
	build_bytes(&build, "/configurations/c/signature", "value", "", 0);
	assert_int_equal(by_dev(&build), ERR_NO_SIGNATURE);
	build_free(&build);
}

static void claims(void **state)
{
	static const char *const denied[] = { "sha1,rsa2048",
					      "md5,rsa2048",
					      "crc32,rsa2048",
					      "sha256,rsa1024",
					      "sha256",
					      "sha256,",
					      "",
					      "sha256,rsa2048 ",
					      "sha512,rsa2048",
					      "sha256,rsa4096",
					      "sha256,ecdsa256" };
	struct build build;
	unsigned i;

	(void)state;
	signed_plain(&build);
	/*
	 * A key of ours with an algorithm that it is not pinned to is a matter of the algorithm,
	 * too.
	 */
	for (i = 0; i < sizeof(denied) / sizeof(denied[0]); i++) {
		build_string(&build, "/configurations/c/signature", "algo", denied[i]);
		assert_int_equal(by_dev(&build), ERR_ALGO_DENIED);
	}
	build_bytes(&build, "/configurations/c/signature", "algo", "sha256,rsa2048", 14);
	assert_int_equal(by_dev(&build), ERR_ALGO_DENIED);
	build_remove(&build, "/configurations/c/signature", "algo");
	assert_int_equal(by_dev(&build), ERR_ALGO_DENIED);
	build_string(&build, "/configurations/c/signature", "algo", "sha256,rsa2048");
	assert_int_equal(by_dev(&build), OK);
	build_string(&build, "/configurations/c/signature", "padding", "oaep");
	assert_int_equal(by_dev(&build), ERR_ALGO_DENIED);
	build_string(&build, "/configurations/c/signature", "padding", "pss");
	assert_int_equal(by_dev(&build), ERR_BAD_SIGNATURE);
	build_free(&build);
}

static void pinned_padding(void **state)
{
	struct test_key pinned = dev;
	struct keyring ring = ring_of(&pinned.key, 1, REQUIRED_ALL, 0);
	struct build build;

	(void)state;
	pinned.key.padding = RSA_PSS;
	signed_plain(&build);
	assert_int_equal(outcome_of(&build, &ring), ERR_ALGO_DENIED);
	pinned.padding = "pss";
	build_sign(&build, "c", "signature", &pinned, NULL);
	assert_int_equal(outcome_of(&build, &ring), OK);
	build_free(&build);
}

static void several_keys(void **state)
{
	struct key keys[3] = { dev.key, second.key, other.key };
	struct keyring all = ring_of(keys, 2, REQUIRED_ALL, 0);
	struct keyring any = ring_of(keys, 2, REQUIRED_ANY, 0);
	struct keyring two = ring_of(keys, 3, REQUIRED_ANY, 2);
	struct build build;

	(void)state;
	signed_plain(&build);
	assert_int_equal(outcome_of(&build, &all), ERR_BAD_SIGNATURE);
	assert_int_equal(outcome_of(&build, &any), OK);
	assert_int_equal(outcome_of(&build, &two), ERR_BAD_SIGNATURE);
	/* The node itself is signed: a second one has to be there before. */
	build_node(&build, "/configurations/c/signature-2");
	assert_int_equal(outcome_of(&build, &any), ERR_BAD_SIGNATURE);
	build_sign(&build, "c", "signature", &dev, NULL);
	build_sign(&build, "c", "signature-2", &second, NULL);
	assert_int_equal(outcome_of(&build, &all), OK);
	assert_int_equal(outcome_of(&build, &any), OK);
	assert_int_equal(outcome_of(&build, &two), OK);
	/* One of them broken. */
	build_bytes(&build, "/configurations/c/signature-2", "value", "xx", 2);
	assert_int_equal(outcome_of(&build, &all), ERR_BAD_SIGNATURE);
	assert_int_equal(outcome_of(&build, &any), OK);
	/* One key twice is one key. */
	build_sign(&build, "c", "signature-2", &dev, NULL);
	assert_int_equal(outcome_of(&build, &two), ERR_BAD_SIGNATURE);
	keys[1] = dev.key;
	keys[1].name = "dev-again";
	assert_int_equal(outcome_of(&build, &two), ERR_BAD_SIGNATURE);
	/* A key that is not required never helps. */
	keys[0].required = false;
	keys[1] = second.key;
	assert_int_equal(outcome_of(&build, &any), ERR_BAD_SIGNATURE);
	build_free(&build);
}

static void nearest_reason_wins(void **state)
{
	struct build build;

	(void)state;
	build_plain(&build, 100);
	build_node(&build, "/configurations/c/signature-1");
	build_node(&build, "/configurations/c/signature-2");
	assert_int_equal(by_dev(&build), ERR_NO_SIGNATURE);
	build_sign(&build, "c", "signature-1", &dev, NULL);
	build_string(&build, "/configurations/c/signature-1", "algo", "sha1,rsa2048");
	assert_int_equal(by_dev(&build), ERR_ALGO_DENIED);
	build_sign(&build, "c", "signature-2", &second, NULL);
	assert_int_equal(by_dev(&build), ERR_UNKNOWN_KEY);
	build_string(&build, "/configurations/c/signature-1", "algo", "sha256,rsa2048");
	build_string(&build, "/", "description", "changed");
	assert_int_equal(by_dev(&build), ERR_BAD_SIGNATURE);
	build_free(&build);
}

static void too_many_signatures(void **state)
{
	char path[] = "/configurations/c/signature-?";
	struct build build;
	unsigned i;

	(void)state;
	build_plain(&build, 100);
	for (i = 0; i < 17; i++) {
		path[sizeof(path) - 2] = (char)('a' + i);
		build_node(&build, path);
	}
	build_sign(&build, "c", "signature-a", &dev, NULL);
	assert_int_equal(by_dev(&build), ERR_BAD_FIT);
	build_remove_node(&build, path);
	build_sign(&build, "c", "signature-a", &dev, NULL);
	assert_int_equal(by_dev(&build), OK);
	build_free(&build);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_algorithm),
		cmocka_unit_test(wrong_keys),
		cmocka_unit_test(trust),
		cmocka_unit_test(no_signature),
		cmocka_unit_test(claims),
		cmocka_unit_test(pinned_padding),
		cmocka_unit_test(several_keys),
		cmocka_unit_test(nearest_reason_wins),
		cmocka_unit_test(too_many_signatures),
	};

	return cmocka_run_group_tests(tests, keys_set_up, keys_tear_down);
}
