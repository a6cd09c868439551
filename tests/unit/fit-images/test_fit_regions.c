// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * Which bytes a signature covers: U-Boot's rule, by a vector that mkimage made and by a second
 * implementation.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>
#include <openssl/evp.h>
#include <cmocka.h>

#include "fit_builder.h"
#include "fit_regions.h"
#include "golden.h"

static uint8_t memory[FIT_META_MAX] __attribute__((aligned(64)));
static struct fit fit;
static struct memory_medium medium;

static void open_bytes(const void *bytes, size_t size)
{
	struct extent extent;

	memory_medium(&medium, bytes, size, 1);
	extent = memory_extent(&medium);
	assert_int_equal(fit_read(&extent, memory, &fit), OK);
	assert_int_equal(fit_open(&fit), OK);
}

static unsigned config(const char *name)
{
	unsigned node = FIT_NONE;

	assert_int_equal(fit_choose_named(&fit, name, &node), OK);
	return node;
}

/* The digest of the tested code equals that of the builder's bytes. */
static void check_build(const struct build *build, const char *name,
			enum digest_algorithm algorithm)
{
	static struct fit_coverage coverage;
	uint32_t strings = fdt_size_dt_strings(build->blob);
	uint8_t got[DIGEST_SIZE_MAX], want[EVP_MAX_MD_SIZE];
	size_t size;
	uint8_t *message = build_message(build, name, strings, NULL, &size);

	assert_int_equal(EVP_Digest(message, size, want, NULL,
				    EVP_get_digestbyname(digest_name(algorithm)), NULL),
			 1);
	free(message);
	open_bytes(build->blob, build_size(build));
	assert_int_equal(fit_coverage(&fit, config(name), &coverage), OK);
	assert_int_equal(fit_coverage_digest(&fit, &coverage, algorithm, strings, got), OK);
	assert_memory_equal(got, want, digest_size(algorithm));
}

static void golden_vector(void **state)
{
	static struct fit_coverage coverage;
	uint8_t got[DIGEST_SIZE_MAX];

	(void)state;
	open_bytes(golden_fit, sizeof(golden_fit));
	assert_int_equal(fit_coverage(&fit, config("c"), &coverage), OK);
	assert_int_equal(coverage.images, 1);
	assert_int_equal(fit_coverage_digest(&fit, &coverage, DIGEST_SHA256, 99, got), OK);
	assert_memory_equal(got, golden_digest, sizeof(golden_digest));
}

static void golden_vector_signature_nodes_do_not_count(void **state)
{
	static struct fit_coverage coverage;
	static uint8_t changed[sizeof(golden_fit)];
	uint8_t got[DIGEST_SIZE_MAX];
	int node;

	(void)state;
	memcpy(changed, golden_fit, sizeof(changed));
	node = fdt_path_offset(changed, "/configurations/c/signature");
	assert_int_equal(fdt_setprop_inplace(changed, node, "key-name-hint", "xyz", 4), 0);
	node = fdt_path_offset(changed, "/images/k");
	assert_int_equal(fdt_setprop_inplace(changed, node, "data", "abc", 3), 0);
	fdt_set_boot_cpuid_phys(changed, 7);
	open_bytes(changed, sizeof(changed));
	assert_int_equal(fit_coverage(&fit, config("c"), &coverage), OK);
	assert_int_equal(fit_coverage_digest(&fit, &coverage, DIGEST_SHA256, 99, got), OK);
	assert_memory_equal(got, golden_digest, sizeof(golden_digest));
}

static void second_implementation_agrees(void **state)
{
	struct build build;

	(void)state;
	build_plain(&build, 100);
	check_build(&build, "c", DIGEST_SHA256);
	check_build(&build, "c", DIGEST_SHA384);
	check_build(&build, "c", DIGEST_SHA512);
	/* Everything that may or may not be covered. */
	build_node(&build, "/images/other");
	build_node(&build, "/images/root");
	build_bytes(&build, "/images/root", "data", "", 0);
	build_node(&build, "/images/root/dm-verity");
	build_string(&build, "/images/root/dm-verity", "algo", "sha256");
	build_node(&build, "/images/root/extra");
	build_string(&build, "/images/root/extra", "p", "q");
	build_node(&build, "/images/root/extra/deep");
	build_node(&build, "/images/root/hashfoo");
	build_string(&build, "/images/root/hashfoo", "algo", "sha256");
	build_node(&build, "/images/root/cipher");
	build_string(&build, "/configurations/c", "description", "other");
	build_bytes(&build, "/configurations/c", "loadables", "root\0k\0nothing", 14);
	build_u32(&build, "/configurations/c", "number", 0x6b000000);
	build_u32(&build, "/configurations/c", "data-size", 1);
	build_node(&build, "/configurations/c/signature-1");
	build_node(&build, "/configurations/d");
	build_string(&build, "/configurations/d", "kernel", "other");
	check_build(&build, "c", DIGEST_SHA256);
	build_externalise(&build);
	check_build(&build, "c", DIGEST_SHA256);
	build_free(&build);
}

static void nops_count_in_covered_nodes_only(void **state)
{
	struct build build;
	int node;

	(void)state;
	build_plain(&build, 10);
	build_string(&build, "/images", "gone", "abc");
	build_string(&build, "/images/k", "gone", "abc");
	build_string(&build, "/images/k/hash-1", "gone", "abc");
	node = fdt_path_offset(build.blob, "/images");
	assert_int_equal(fdt_nop_property(build.blob, node, "gone"), 0);
	node = fdt_path_offset(build.blob, "/images/k");
	assert_int_equal(fdt_nop_property(build.blob, node, "gone"), 0);
	node = fdt_path_offset(build.blob, "/images/k/hash-1");
	assert_int_equal(fdt_nop_property(build.blob, node, "gone"), 0);
	check_build(&build, "c", DIGEST_SHA256);
	build_free(&build);
}

static void strings_beyond_the_block(void **state)
{
	static struct fit_coverage coverage;
	uint8_t got[DIGEST_SIZE_MAX];

	(void)state;
	open_bytes(golden_fit, sizeof(golden_fit));
	assert_int_equal(fit_coverage(&fit, config("c"), &coverage), OK);
	assert_int_equal(fit_coverage_digest(&fit, &coverage, DIGEST_SHA256,
					     (uint32_t)fit.strings.size + 1, got),
			 ERR_BAD_FIT);
	assert_int_equal(fit_coverage_digest(&fit, &coverage, DIGEST_SHA256, UINT32_MAX, got),
			 ERR_BAD_FIT);
}

static enum status coverage_of(const struct build *build, const char *name)
{
	static struct fit_coverage coverage;

	open_bytes(build->blob, build_size(build));
	return fit_coverage(&fit, config(name), &coverage);
}

static void what_is_not_there(void **state)
{
	static char many[2 * 257];
	struct build build;
	unsigned i;

	(void)state;
	build_plain(&build, 10);
	build_node(&build, "/images/bare");
	build_string(&build, "/configurations/c", "fdt", "bare");
	assert_int_equal(coverage_of(&build, "c"), ERR_NO_HASH);
	assert_string_equal(refusal_last()->at, "bare");
	build_string(&build, "/configurations/c", "fdt", "nothing");
	assert_int_equal(coverage_of(&build, "c"), OK);
	for (i = 0; i < 257; i++)
		many[2 * i] = 'x';
	build_bytes(&build, "/configurations/c", "fdt", many, sizeof(many));
	assert_int_equal(coverage_of(&build, "c"), ERR_BAD_FIT);
	build_remove(&build, "/configurations/c", "fdt");
	build_string(&build, "/configurations/c", "kernel", "nothing");
	assert_int_equal(coverage_of(&build, "c"), ERR_NO_IMAGE);
	/* compatible is no reference, even if it names an image. */
	build_string(&build, "/configurations/c", "compatible", "k");
	assert_int_equal(coverage_of(&build, "c"), ERR_NO_IMAGE);
	build_remove_node(&build, "/images");
	assert_int_equal(coverage_of(&build, "c"), ERR_BAD_FIT);
	build_free(&build);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_vector),
		cmocka_unit_test(golden_vector_signature_nodes_do_not_count),
		cmocka_unit_test(second_implementation_agrees),
		cmocka_unit_test(nops_count_in_covered_nodes_only),
		cmocka_unit_test(strings_beyond_the_block),
		cmocka_unit_test(what_is_not_there),
	};

	return cmocka_run_group_tests(tests, engines_set_up, NULL);
}
