// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* What is accepted, what is refused and with which code; signatures are made with OpenSSL. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "fit_builder.h"
#include "fit_outcome.h"
#include "fit_verify.h"

static struct test_key dev, other, second;

static int set_up(void **state)
{
	test_key_make(&dev, "dev", "rsa2048", "sha256");
	test_key_make(&other, "other", "rsa2048", "sha256");
	test_key_make(&second, "second", "ecdsa256", "sha256");
	return engines_set_up(state);
}

static int tear_down(void **state)
{
	(void)state;
	test_key_free(&dev);
	test_key_free(&other);
	test_key_free(&second);
	return 0;
}

static struct keyring ring_of(struct key *keys, unsigned count, enum required_mode mode, uint32_t threshold)
{
	return (struct keyring){ keys, count, mode, threshold };
}

static enum status outcome_of(const struct build *build, const struct keyring *keyring)
{
	struct fit_outcome outcome;

	refusal_clear();
	fit_outcome(build->blob, build_size(build), keyring, NULL, "c", &outcome);
	return outcome.status;
}

static enum status by_dev(const struct build *build)
{
	struct keyring ring = ring_of(&dev.key, 1, REQUIRED_ALL, 0);

	return outcome_of(build, &ring);
}

static void signed_plain(struct build *build)
{
	build_plain(build, 100);
	build_sign(build, "c", "signature", &dev, NULL);
}

static void every_algorithm(void **state)
{
	static const struct {
		const char *kind, *digest, *padding;
	} kinds[] = {
		{ "rsa2048", "sha256", NULL },	     { "rsa2048", "sha256", "pkcs-1.5" },
		{ "rsa2048", "sha256", "pss" },	     { "rsa2048", "sha384", NULL },
		{ "rsa2048", "sha512", "pss" },	     { "ecdsa256", "sha256", NULL },
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
	static const char *const denied[] = { "sha1,rsa2048", "md5,rsa2048", "crc32,rsa2048", "sha256,rsa1024",
					      "sha256", "sha256,", "", "sha256,rsa2048 ", "sha512,rsa2048",
					      "sha256,rsa4096", "sha256,ecdsa256" };
	struct build build;
	unsigned i;

	(void)state;
	signed_plain(&build);
	/* A key of ours with an algorithm that it is not pinned to is a matter of the algorithm, too. */
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

/* Whatever is signed and changed afterwards. */
static void changed(void **state)
{
	static const struct {
		const char *node, *name;
	} props[] = { { "/", "description" },	     { "/", "new" },
		      { "/configurations/c", "kernel" }, { "/configurations/c", "cmdline" },
		      { "/images/k", "type" },	     { "/images/k", "os" },
		      { "/images/k", "load" },	     { "/images/k/hash-1", "value" },
		      { "/images/k/hash-1", "uboot-ignore" } };
	static const char *const nodes[] = { "/x", "/configurations/c/x", "/images/k/x", "/images/k/hash-1/x",
					     "/images/k/hash-2" };
	struct build build;
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(props) / sizeof(props[0]); i++) {
		signed_plain(&build);
		build_bytes(&build, props[i].node, props[i].name, "k\0k", 4);
		assert_int_equal(by_dev(&build), ERR_BAD_SIGNATURE);
		build_free(&build);
	}
	for (i = 0; i < sizeof(nodes) / sizeof(nodes[0]); i++) {
		signed_plain(&build);
		build_node(&build, nodes[i]);
		assert_int_equal(by_dev(&build), ERR_BAD_SIGNATURE);
		build_free(&build);
	}
}

/* What is not signed changes nothing. */
static void unsigned_parts(void **state)
{
	struct build build;

	(void)state;
	signed_plain(&build);
	build_string(&build, "/configurations", "default", "nothing");
	build_string(&build, "/configurations", "new", "x");
	build_string(&build, "/images", "new", "x");
	build_string(&build, "/configurations/c/signature", "hashed-nodes", "/");
	build_string(&build, "/configurations/c/signature", "sign-images", "fdt");
	build_node(&build, "/images/k2");
	build_string(&build, "/images/k2", "new-name-of-a-property", "x");
	build_node(&build, "/configurations/d");
	build_node(&build, "/configurations/c/signature/x");
	assert_int_equal(by_dev(&build), OK);
	build_u32(&build, "/images/k", "data-size", 1);
	assert_int_equal(by_dev(&build), OK);
	build_free(&build);
}

static void strings_coverage(void **state)
{
	struct build_omit omit = { .strings = true };
	struct build build;
	uint8_t cells[8] = { 0xff, 0xff, 0xff, 0xff };

	(void)state;
	build_plain(&build, 100);
	build_sign(&build, "c", "signature", &dev, &omit);
	assert_int_equal(by_dev(&build), ERR_NOT_COVERED);
	build_free(&build);
	build_plain(&build, 100);
	build_string(&build, "/configurations/c", "cmdline", "quiet");
	omit = (struct build_omit){ .strings_size = fdt_size_dt_strings(build.blob) - 1 };
	build_sign(&build, "c", "signature", &dev, &omit);
	assert_int_equal(by_dev(&build), ERR_NOT_COVERED);
	assert_string_equal(refusal_last()->at, "cmdline");
	/* The attack: a name outside the signature is made another one, so that the property is not found. */
	assert_string_equal((char *)build.blob + fdt_off_dt_strings(build.blob) + omit.strings_size - 7,
			    "cmdline");
	build.blob[fdt_off_dt_strings(build.blob) + omit.strings_size] = 'x';
	assert_int_not_equal(by_dev(&build), OK);
	build_free(&build);
	signed_plain(&build);
	store_be32(cells + 4, load_be32((const uint8_t *)fdt_getprop(
				      build.blob, fdt_path_offset(build.blob, "/configurations/c/signature"),
				      "hashed-strings", NULL) + 4));
	build_bytes(&build, "/configurations/c/signature", "hashed-strings", cells, 8);
	assert_int_equal(by_dev(&build), OK);
	build_bytes(&build, "/configurations/c/signature", "hashed-strings", cells, 4);
	assert_int_equal(by_dev(&build), ERR_BAD_FIT);
	store_be32(cells + 4, fdt_size_dt_strings(build.blob));
	build_bytes(&build, "/configurations/c/signature", "hashed-strings", cells, 8);
	assert_int_equal(by_dev(&build), ERR_BAD_SIGNATURE);
	store_be32(cells + 4, fdt_size_dt_strings(build.blob) + 1);
	build_bytes(&build, "/configurations/c/signature", "hashed-strings", cells, 8);
	assert_int_equal(by_dev(&build), ERR_BAD_FIT);
	build_free(&build);
}

static void add_root(struct build *build)
{
	build_node(build, "/images/root");
	build_string(build, "/images/root", "type", "filesystem");
	build_bytes(build, "/images/root", "data", "", 0);
	build_node(build, "/images/root/hash-1");
	build_hash(build, "/images/root", "hash-1", "sha256");
	build_node(build, "/images/root/dm-verity");
	build_bytes(build, "/images/root/dm-verity", "digest", "0123456789abcdef0123456789abcdef", 32);
	build_string(build, "/configurations/c", "loadables", "root");
}

static void what_a_signature_leaves_out(void **state)
{
	static const char *const left_out[] = { "/images/root", "/images/root/hash-1", "/images/k", "/" };
	struct build build;
	unsigned i;

	(void)state;
	build_plain(&build, 100);
	add_root(&build);
	build_sign(&build, "c", "signature", &dev, NULL);
	assert_int_equal(by_dev(&build), OK);
	build_sign(&build, "c", "signature", &dev, &(struct build_omit){ .node = "/images/root/dm-verity" });
	assert_int_equal(by_dev(&build), ERR_NOT_COVERED);
	assert_string_equal(refusal_last()->at, "root");
	/* The explanation is no way in: it holds only for what is really so signed. */
	build_bytes(&build, "/images/k", "load", "abcd", 4);
	assert_int_equal(by_dev(&build), ERR_BAD_SIGNATURE);
	build_free(&build);
	for (i = 0; i < 4; i++) {
		build_plain(&build, 100);
		add_root(&build);
		build_sign(&build, "c", "signature", &dev, &(struct build_omit){ .node = left_out[i] });
		assert_int_equal(by_dev(&build), ERR_BAD_SIGNATURE);
		build_free(&build);
	}
}

static void hashes(void **state)
{
	struct build build;

	(void)state;
	build_plain(&build, 100);
	build_node(&build, "/images/k/hash-2");
	build_hash(&build, "/images/k", "hash-2", "sha512");
	build_sign(&build, "c", "signature", &dev, NULL);
	assert_int_equal(by_dev(&build), OK);
	build_string(&build, "/images/k/hash-2", "algo", "crc32");
	build_sign(&build, "c", "signature", &dev, NULL);
	assert_int_equal(by_dev(&build), ERR_ALGO_DENIED);
	assert_string_equal(refusal_last()->at, "k");
	build_string(&build, "/images/k/hash-2", "algo", "sha384");
	build_sign(&build, "c", "signature", &dev, NULL);
	assert_int_equal(by_dev(&build), ERR_BAD_FIT);
	build_remove(&build, "/images/k/hash-2", "value");
	build_sign(&build, "c", "signature", &dev, NULL);
	assert_int_equal(by_dev(&build), ERR_NO_HASH);
	build_remove(&build, "/images/k/hash-2", "algo");
	build_sign(&build, "c", "signature", &dev, NULL);
	assert_int_equal(by_dev(&build), ERR_BAD_FIT);
	build_remove_node(&build, "/images/k/hash-2");
	build_remove_node(&build, "/images/k/hash-1");
	build_sign(&build, "c", "signature", &dev, NULL);
	assert_int_equal(by_dev(&build), ERR_NO_HASH);
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

static void references(void **state)
{
	struct build build;

	(void)state;
	build_plain(&build, 100);
	build_string(&build, "/configurations/c", "ramdisk", "nothing");
	build_sign(&build, "c", "signature", &dev, NULL);
	assert_int_equal(by_dev(&build), ERR_CONFIG_MISSING);
	assert_string_equal(refusal_last()->at, "nothing");
	build_bytes(&build, "/configurations/c", "ramdisk", "k", 1);
	build_sign(&build, "c", "signature", &dev, NULL);
	assert_int_equal(by_dev(&build), ERR_BAD_FIT);
	build_free(&build);
}

/* The gate itself, on a configuration that was verified. */
static void gate(void **state)
{
	static uint8_t memory[FIT_META_MAX] __attribute__((aligned(64)));
	static struct fit fit;
	struct keyring ring = ring_of(&dev.key, 1, REQUIRED_ALL, 0);
	const struct fit_config *config;
	struct memory_medium medium;
	struct fit_image image;
	struct extent extent;
	struct proof proof;
	struct build build;
	const char *string;
	struct span value;
	uint32_t number;
	uint64_t address;
	unsigned node;

	(void)state;
	build_plain(&build, 100);
	build_string(&build, "/configurations/c", "cmdline", "quiet");
	build_u32(&build, "/configurations/c", "holdfast,rollback-index", 7);
	build_bytes(&build, "/images/k", "entry", "\0\0\0\1\x40\x20\0\0", 8);
	build_bytes(&build, "/images/k", "odd", "123456", 6);
	build_node(&build, "/images/k/extra");
	build_string(&build, "/images/k/extra", "type", "x");
	build_sign(&build, "c", "signature", &dev, NULL);
	memory_medium(&medium, build.blob, build_size(&build), 1);
	extent = memory_extent(&medium);
	assert_int_equal(fit_read(&extent, memory, &fit), OK);
	assert_int_equal(fit_open(&fit), OK);
	assert_int_equal(fit_choose_named(&fit, "c", &node), OK);
	assert_int_equal(proof_begin(&proof), OK);
	assert_int_equal(fit_verify(&fit, node, &ring, &proof, &config), OK);
	assert_string_equal(fit_config_name(config), "c");
	assert_ptr_equal(fit_config_key(config), &dev.key);
	assert_int_equal(fit_config_string(config, "cmdline", &string), OK);
	assert_string_equal(string, "quiet");
	assert_int_equal(fit_config_string(config, "holdfast,rollback-index", &string), ERR_BAD_FIT);
	assert_null(string);
	assert_int_equal(fit_config_u32(config, "holdfast,rollback-index", &number), OK);
	assert_int_equal(number, 7);
	assert_int_equal(fit_config_u32(config, "cmdline", &number), ERR_BAD_FIT);
	assert_int_equal(fit_config_u32(config, "absent", &number), ERR_ABSENT);
	assert_int_equal(fit_config_image(config, "kernel", 0, &image), OK);
	assert_string_equal(fit_image_name(&image), "k");
	assert_int_equal(fit_config_image(config, "kernel", 1, &image), ERR_ABSENT);
	assert_int_equal(fit_config_image(config, "fdt", 0, &image), ERR_ABSENT);
	assert_int_equal(fit_config_image(config, "kernel", 0, &image), OK);
	assert_int_equal(fit_image_address(&image, "load", &address), OK);
	assert_int_equal(address, 0x40200000);
	assert_int_equal(fit_image_address(&image, "entry", &address), OK);
	assert_true(address == 0x140200000);
	assert_int_equal(fit_image_address(&image, "odd", &address), ERR_BAD_FIT);
	assert_int_equal(fit_image_address(&image, "absent", &address), ERR_ABSENT);
	assert_int_equal(fit_image_expect(&image, "type", "kernel", ERR_BAD_KERNEL), OK);
	assert_int_equal(fit_image_expect(&image, "type", "ramdisk", ERR_BAD_KERNEL), ERR_BAD_KERNEL);
	assert_int_equal(fit_image_expect(&image, "absent", "x", ERR_BAD_KERNEL), ERR_ABSENT);
	/* Never covered: names that signatures leave out, children of other kinds. */
	assert_int_equal(fit_image_property(&image, "data", &value), ERR_NOT_COVERED);
	assert_int_equal(fit_image_child_property(&image, "extra", "type", &value), ERR_NOT_COVERED);
	assert_null(value.at);
	assert_int_equal(fit_image_child_property(&image, "extra", "absent", &value), ERR_NOT_COVERED);
	assert_int_equal(fit_image_child_property(&image, "absent", "type", &value), ERR_ABSENT);
	/* Nodes that are no configuration. */
	assert_int_equal(fit_verify(&fit, FIT_NONE, &ring, &proof, &config), ERR_INTERNAL);
	assert_null(config);
	assert_int_equal(fit_verify(&fit, 0, &ring, &proof, &config), ERR_INTERNAL);
	build_free(&build);
}

/* Any bit of the whole file, one at a time: refused, or the same decision. Counted, so that it can be seen to have bitten. */
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
		cmocka_unit_test(every_algorithm),
		cmocka_unit_test(wrong_keys),
		cmocka_unit_test(trust),
		cmocka_unit_test(no_signature),
		cmocka_unit_test(claims),
		cmocka_unit_test(pinned_padding),
		cmocka_unit_test(changed),
		cmocka_unit_test(unsigned_parts),
		cmocka_unit_test(strings_coverage),
		cmocka_unit_test(what_a_signature_leaves_out),
		cmocka_unit_test(hashes),
		cmocka_unit_test(several_keys),
		cmocka_unit_test(nearest_reason_wins),
		cmocka_unit_test(too_many_signatures),
		cmocka_unit_test(references),
		cmocka_unit_test(gate),
		cmocka_unit_test(every_bit),
		cmocka_unit_test(ecdsa_bits),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
