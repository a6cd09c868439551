// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* What was signed: changes inside and outside, what a signature leaves out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <libfdt.h>
#include <cmocka.h>

#include "fit_outcome.h"
#include "fit_verify.h"
#include "verify_fixture.h"

/* Whatever is signed and changed afterwards. */
static void changed(void **state)
{
	static const struct {
		const char *node, *name;
	} props[] = { { "/", "description" },
		      { "/", "new" },
		      { "/configurations/c", "kernel" },
		      { "/configurations/c", "cmdline" },
		      { "/images/k", "type" },
		      { "/images/k", "os" },
		      { "/images/k", "load" },
		      { "/images/k/hash-1", "value" },
		      { "/images/k/hash-1", "uboot-ignore" } };
	static const char *const nodes[] = { "/x", "/configurations/c/x", "/images/k/x",
					     "/images/k/hash-1/x", "/images/k/hash-2" };
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
	assert_int_equal(verified_by_dev(&build), ERR_NOT_COVERED);
	/*
	 * The attack: a name outside the signature is made another one, so that the property is not
	 *   found.
	 */
	assert_string_equal((char *)build.blob + fdt_off_dt_strings(build.blob) +
				    omit.strings_size - 7,
			    "cmdline");
	build.blob[fdt_off_dt_strings(build.blob) + omit.strings_size] = 'x';
	assert_int_equal(verified_by_dev(&build), ERR_NOT_COVERED);
	build_free(&build);
	signed_plain(&build);
	store_be32(cells + 4,
		   load_be32((const uint8_t *)fdt_getprop(
				     build.blob,
				     fdt_path_offset(build.blob, "/configurations/c/signature"),
				     "hashed-strings", NULL) +
			     4));
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
	build_bytes(build, "/images/root/dm-verity", "digest", "0123456789abcdef0123456789abcdef",
		    32);
	build_string(build, "/configurations/c", "loadables", "root");
}

static void what_a_signature_leaves_out(void **state)
{
	static const char *const left_out[] = { "/images/root", "/images/root/hash-1", "/images/k",
						"/" };
	struct build build;
	unsigned i;

	(void)state;
	build_plain(&build, 100);
	add_root(&build);
	build_sign(&build, "c", "signature", &dev, NULL);
	assert_int_equal(by_dev(&build), OK);
	build_sign(&build, "c", "signature", &dev,
		   &(struct build_omit){ .node = "/images/root/dm-verity" });
	assert_int_equal(by_dev(&build), ERR_NOT_COVERED);
	assert_string_equal(refusal_last()->at, "root");
	/* The explanation is no way in: it holds only for what is really so signed. */
	build_bytes(&build, "/images/k", "load", "abcd", 4);
	assert_int_equal(by_dev(&build), ERR_BAD_SIGNATURE);
	build_free(&build);
	for (i = 0; i < 4; i++) {
		build_plain(&build, 100);
		add_root(&build);
		build_sign(&build, "c", "signature", &dev,
			   &(struct build_omit){ .node = left_out[i] });
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
	assert_int_equal(verified_by_dev(&build), ERR_ALGO_DENIED);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(changed),          cmocka_unit_test(unsigned_parts),
		cmocka_unit_test(strings_coverage), cmocka_unit_test(what_a_signature_leaves_out),
		cmocka_unit_test(hashes),           cmocka_unit_test(references),
	};

	return cmocka_run_group_tests(tests, keys_set_up, keys_tear_down);
}
