// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* The whole trust set of trust_tree.h; then one thing wrong at a time. */
#include "trust_tree.h"

#include "key_id.h"
#include "r_squared.h"

static void what_mkimage_writes(void **state)
{
	uint8_t id[KEY_ID_SIZE];
	const struct key *key;

	(void)state;
	assert_status(read_tree(), OK);
	assert_int_equal(set.keyring.count, 2);
	assert_ptr_equal(set.keyring.keys, set.keys);
	assert_int_equal(set.keyring.mode, REQUIRED_ALL);
	assert_int_equal(set.keyring.threshold, 0);
	assert_status(keyring_usable(&set.keyring), OK);
	key = find("dev");
	assert_true(key->required);
	assert_int_equal(key->role, ROLE_DEV);
	assert_int_equal(key->padding, 0);
	assert_int_equal(key->algorithm.digest, DIGEST_SHA256);
	assert_int_equal(key->algorithm.bits, 2048);
	assert_int_equal(key->rsa.exponent, 65537);
	assert_memory_equal(key->rsa.modulus, rsa.first, 256);
	assert_null(key->rsa.r_squared);
	assert_status(key_id(&rsa.key, id), OK);
	assert_memory_equal(key->id, id, KEY_ID_SIZE);
	key = find("ec");
	assert_false(key->required);
	assert_int_equal(key->algorithm.type, KEY_ECDSA);
	assert_int_equal(key->algorithm.digest, DIGEST_SHA384);
	assert_memory_equal(key->ecdsa.y, ecdsa.second, 48);
}

static void what_enroll_adds(void **state)
{
	uint8_t id[KEY_ID_SIZE];

	(void)state;
	assert_status(key_id(&rsa.key, id), OK);
	put("key-dev", "holdfast,key-id", id, sizeof(id));
	put_text("key-dev", "holdfast,role", "release");
	put_text("key-dev", "holdfast,padding", "pss");
	put_text("ec", "holdfast,role", "root");
	put_text("ec", "required", "conf");
	put_text(NULL, "required-mode", "any");
	put_u32(NULL, "holdfast,threshold", 2);
	assert_status(read_tree(), OK);
	assert_int_equal(find("dev")->role, ROLE_RELEASE);
	assert_int_equal(find("dev")->padding, RSA_PSS);
	assert_int_equal(find("ec")->role, ROLE_ROOT);
	assert_int_equal(set.keyring.mode, REQUIRED_ANY);
	assert_int_equal(set.keyring.threshold, 2);
	assert_status(keyring_usable(&set.keyring), OK);
}

static void defaults(void **state)
{
	(void)state;
	assert_int_equal(fdt_delprop(tree, node("key-dev"), "rsa,exponent"), 0);
	assert_int_equal(fdt_delprop(tree, node("key-dev"), "key-name-hint"), 0);
	assert_int_equal(fdt_delprop(tree, node("key-dev"), "rsa,n0-inverse"), 0);
	assert_status(read_tree(), OK);
	assert_int_equal(find("dev")->rsa.exponent, 65537);
	put_text(NULL, "required-mode", "all");
	put_text("key-dev", "holdfast,padding", "pkcs-1.5");
	assert_status(read_tree(), OK);
	assert_int_equal(find("dev")->padding, RSA_PKCS1);
}

/* Each row: one property replaced (or, with size -1, deleted) in the good set. */
static const struct {
	const char *node, *property;
	const char *value;
	int size;
	enum status want;
} wrong[] = {
	{ "key-dev", "required", "image", 6, ERR_NO_TRUST },
	{ "key-dev", "required", "Conf", 5, ERR_NO_TRUST },
	{ "key-dev", "required", "conf", 4, ERR_NO_TRUST },
	{ "key-dev", "required", "", 0, ERR_NO_TRUST },
	{ "key-dev", "required", "conf\0conf", 10, ERR_NO_TRUST },
	{ "key-dev", "algo", NULL, -1, ERR_NO_TRUST },
	{ "key-dev", "algo", "sha1,rsa2048", 13, ERR_ALGO_DENIED },
	{ "key-dev", "algo", "sha256,rsa1024", 15, ERR_ALGO_DENIED },
	{ "key-dev", "algo", "sha256,rsa4096", 15, ERR_NO_TRUST },
	{ "key-dev", "algo", "sha256,ecdsa256", 16, ERR_NO_TRUST },
	{ "key-dev", "algo", "sha256,rsa2048", 14, ERR_NO_TRUST },
	{ "key-dev", "key-name-hint", "", 1, ERR_NO_TRUST },
	{ "key-dev", "key-name-hint", "a b", 4, ERR_NO_TRUST },
	{ "key-dev", "key-name-hint", "a\nb", 4, ERR_NO_TRUST },
	{ "key-dev", "key-name-hint", "a\"b", 4, ERR_NO_TRUST },
	{ "key-dev", "key-name-hint", "a\\b", 4, ERR_NO_TRUST },
	{ "key-dev", "key-name-hint", "a;b", 4, ERR_NO_TRUST },
	{ "key-dev", "key-name-hint", "a/b", 4, ERR_NO_TRUST },
	{ "key-dev", "key-name-hint", "a*b", 4, ERR_NO_TRUST },
	{ "key-dev", "key-name-hint", "\xc3\xa4", 3, ERR_NO_TRUST },
	{ "key-dev", "key-name-hint",
	  "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn", 65, ERR_NO_TRUST },
	{ "key-dev", "holdfast,role", "boss", 5, ERR_NO_TRUST },
	{ "key-dev", "holdfast,role", "", 1, ERR_NO_TRUST },
	{ "key-dev", "holdfast,role", "none", 5, ERR_NO_TRUST },
	{ "key-dev", "holdfast,padding", "oaep", 5, ERR_NO_TRUST },
	{ "ec", "holdfast,padding", "pss", 4, ERR_NO_TRUST },
	{ "key-dev", "holdfast,key-id", "0123456789abcdef0123456789abcdef", 32, ERR_NO_TRUST },
	{ "key-dev", "holdfast,key-id", "01", 2, ERR_NO_TRUST },
	{ "key-dev", "rsa,num-bits", NULL, -1, ERR_NO_TRUST },
	{ "key-dev", "rsa,num-bits", "\0\0\x08\x01", 4, ERR_NO_TRUST },
	{ "key-dev", "rsa,num-bits", "\x08\x00", 2, ERR_NO_TRUST },
	{ "key-dev", "rsa,modulus", NULL, -1, ERR_NO_TRUST },
	{ "key-dev", "rsa,modulus", "\xff\xff", 2, ERR_NO_TRUST },
	{ "key-dev", "rsa,exponent", "\0\0\0\0\0\1\0\0", 8, ERR_NO_TRUST },
	{ "key-dev", "rsa,exponent", "\0\0\0\0\0\0\0\1", 8, ERR_NO_TRUST },
	{ "key-dev", "rsa,exponent", "\0\1\0\1", 4, ERR_NO_TRUST },
	{ "key-dev", "rsa,exponent", "", 0, ERR_NO_TRUST },
	{ "key-dev", "rsa,n0-inverse", "\0\0\0\1", 4, ERR_NO_TRUST },
	{ "key-dev", "rsa,n0-inverse", "", 0, ERR_NO_TRUST },
	{ "key-dev", "rsa,r-squared", "\0\0\0\1", 4, ERR_NO_TRUST },
	{ "key-dev", "rsa,r-squared", "", 0, ERR_NO_TRUST },
	{ "ec", "ecdsa,curve", NULL, -1, ERR_NO_TRUST },
	{ "ec", "ecdsa,curve", "prime256v1", 11, ERR_NO_TRUST },
	{ "ec", "ecdsa,x-point", NULL, -1, ERR_NO_TRUST },
	{ "ec", "ecdsa,y-point", NULL, -1, ERR_NO_TRUST },
	{ "ec", "ecdsa,y-point", "0123456789abcdef0123456789abcdef", 32, ERR_NO_TRUST },
	{ "ec", "ecdsa,y-point", "0123456789abcdef0123456789abcdef0123456789abcdef", 48,
	  ERR_NO_TRUST },
	{ NULL, "required-mode", "some", 5, ERR_NO_TRUST },
	{ NULL, "required-mode", "any", 3, ERR_NO_TRUST },
	{ NULL, "holdfast,threshold", "\0\0\0\0", 4, ERR_NO_TRUST },
	{ NULL, "holdfast,threshold", "\0\0\0\0\0\0\0\2", 8, ERR_NO_TRUST },
};

static void one_thing_wrong(void **state)
{
	for (size_t i = 0; i < COUNT(wrong); i++) {
		setup(state);
		print_message("%s %s\n", wrong[i].node ? wrong[i].node : "", wrong[i].property);
		if (wrong[i].size < 0)
			assert_int_equal(fdt_delprop(tree, node(wrong[i].node), wrong[i].property),
					 0);
		else
			put(wrong[i].node, wrong[i].property, wrong[i].value, wrong[i].size);
		assert_status(read_tree(), wrong[i].want);
		assert_status(refusal_last()->why, wrong[i].want);
		assert_string_not_equal(refusal_last()->hint, "");
	}
}

/* As mkimage writes it, then with one bit of it wrong. */
static void wrong_r_squared(void **state)
{
	uint8_t value[256];

	(void)state;
	assert_status(r_squared(&rsa.key.rsa, value), OK);
	put("key-dev", "rsa,r-squared", value, 256);
	assert_status(read_tree(), OK);
	assert_memory_equal(find("dev")->rsa.r_squared, value, 256);
	for (size_t at = 0; at < 256; at += 51) {
		value[at] ^= 0x10;
		put("key-dev", "rsa,r-squared", value, 256);
		assert_status(read_tree(), ERR_NO_TRUST);
		assert_string_equal(refusal_last()->at, "dev");
		value[at] ^= 0x10;
	}
}

static void even_or_short_modulus(void **state)
{
	uint8_t modulus[256];

	(void)state;
	assert_int_equal(fdt_delprop(tree, node("key-dev"), "rsa,n0-inverse"), 0);
	memcpy(modulus, rsa.first, 256);
	modulus[255] &= 0xfe;
	put("key-dev", "rsa,modulus", modulus, 256);
	assert_status(read_tree(), ERR_NO_TRUST);
	memcpy(modulus, rsa.first, 256);
	modulus[0] &= 0x7f;
	put("key-dev", "rsa,modulus", modulus, 256);
	assert_status(read_tree(), ERR_NO_TRUST);
}

static void too_many_keys(void **state)
{
	char name[16];

	(void)state;
	for (unsigned i = 3; i <= KEYRING_KEYS_MAX + 1; i++) {
		(void)snprintf(name, sizeof(name), "key-%u", i);
		assert_status(read_tree(), OK);
		put_rsa(name, &rsa);
	}
	assert_status(read_tree(), ERR_NO_TRUST);
}

static void no_signature_node(void **state)
{
	(void)state;
	assert_int_equal(fdt_set_name(tree, signature(), "signature@0"), 0);
	assert_status(read_tree(), ERR_NO_TRUST);
	assert_int_equal(fdt_create_empty_tree(tree, TREE_SIZE), 0);
	assert_status(read_tree(), ERR_NO_TRUST);
}

/* A set without a key is whole, but decides nothing. */
static void empty_and_optional_only(void **state)
{
	(void)state;
	assert_int_equal(fdt_delprop(tree, node("key-dev"), "required"), 0);
	assert_status(read_tree(), OK);
	assert_status(keyring_usable(&set.keyring), ERR_NO_TRUST);
	assert_int_equal(fdt_del_node(tree, node("key-dev")), 0);
	assert_int_equal(fdt_del_node(tree, node("ec")), 0);
	assert_status(read_tree(), OK);
	assert_int_equal(set.keyring.count, 0);
	assert_status(keyring_usable(&set.keyring), ERR_NO_TRUST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(what_mkimage_writes, setup),
		cmocka_unit_test_setup(what_enroll_adds, setup),
		cmocka_unit_test_setup(defaults, setup),
		cmocka_unit_test_setup(one_thing_wrong, setup),
		cmocka_unit_test_setup(wrong_r_squared, setup),
		cmocka_unit_test_setup(even_or_short_modulus, setup),
		cmocka_unit_test_setup(too_many_keys, setup),
		cmocka_unit_test_setup(no_signature_node, setup),
		cmocka_unit_test_setup(empty_and_optional_only, setup),
	};

	return cmocka_run_group_tests(tests, setup_keys, teardown_keys);
}
