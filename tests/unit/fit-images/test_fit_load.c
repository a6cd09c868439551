// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Payloads: where they are said to lie, how they are read, what they must be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>
#include <cmocka.h>

#include "fit_builder.h"
#include "fit_fixture.h"
#include "fit_load.h"

static uint8_t destination[BUILD_MAX] __attribute__((aligned(MEDIUM_ALIGN)));
static struct memory_medium medium;
static struct proof proof;
static size_t loaded;

static struct fit_image kernel(const struct fit_config *config)
{
	struct fit_image image;

	assert_int_equal(fit_config_image(config, "kernel", 0, &image), OK);
	return image;
}

static enum status load(const struct fit_config *config, size_t capacity)
{
	struct fit_image image = kernel(config);

	memset(destination, 0xee, sizeof(destination));
	return fit_load(&image, destination, capacity, &proof, &loaded);
}

static void check_loaded(size_t size)
{
	size_t i;

	assert_int_equal(loaded, size);
	for (i = 0; i < size; i++)
		assert_int_equal(destination[i], (uint8_t)(i * 7 + i / 251));
	assert_int_equal(destination[size], 0xee);
}

static void sizes_and_layouts(void **state)
{
	static const size_t sizes[] = { 0, 1, 511, 512, 513, 4096, 65536, 65537, 200000 };
	static const uint32_t blocks[] = { 1, 512, 4096 };
	unsigned i, j, external;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (j = 0; j < 3; j++)
			for (external = 0; external < 2; external++) {
				const struct fit_config *config;
				struct build build;

				build_plain(&build, sizes[i]);
				config = fixture_config(&build, &medium, blocks[j], &proof);
				if (external) {
					build_externalise(&build);
					config = fixture_again(&build, &medium, blocks[j], &proof);
				}
				assert_int_equal(load(config, sizes[i]), OK);
				check_loaded(sizes[i]);
				fixture_proof_ok(&proof);
				if (sizes[i] > 0) {
					assert_int_equal(load(config, sizes[i] - 1), ERR_TOO_BIG);
					assert_int_equal(destination[0], 0xee);
				}
				build_free(&build);
			}
}

static void read_once(void **state)
{
	static uint8_t seen[BUILD_MAX / 512];
	const struct fit_config *config;
	struct build build;

	(void)state;
	build_plain(&build, 200000);
	config = fixture_config(&build, &medium, 512, &proof);
	build_externalise(&build);
	config = fixture_again(&build, &medium, 512, &proof);
	memset(seen, 0, sizeof(seen));
	medium.seen = seen;
	medium.bytes_read = 0;
	assert_int_equal(load(config, sizeof(destination)), OK);
	assert_int_equal(medium.reread, 0);
	assert_true(medium.bytes_read <= 200000 + 1024);
	build_free(&build);
}

/*
 * Whatever one reads before, only what is loaded counts: bytes that change after the check cannot
 * be used.
 */
static void medium_lies(void **state)
{
	static uint8_t second[BUILD_MAX];
	static uint8_t seen[BUILD_MAX / 512];
	const struct fit_config *config;
	struct build build;

	(void)state;
	build_plain(&build, 5000);
	config = fixture_config(&build, &medium, 512, &proof);
	medium.second = second;
	medium.seen = seen;
	assert_int_equal(load(config, sizeof(destination)), OK);
	check_loaded(5000);
	assert_int_equal(load(config, sizeof(destination)), ERR_HASH_MISMATCH);
	build_free(&build);
}

static void changed_payload(void **state)
{
	const struct fit_config *config;
	struct build build;
	uint8_t *data;
	unsigned i;

	(void)state;
	build_plain(&build, 3000);
	config = fixture_config(&build, &medium, 512, &proof);
	data = (uint8_t *)(uintptr_t)fdt_getprop(
		build.blob, fdt_path_offset(build.blob, "/images/k"), "data", NULL);
	for (i = 0; i < 3000; i += 37) {
		data[i] ^= 0x10;
		assert_int_equal(load(config, sizeof(destination)), ERR_HASH_MISMATCH);
		assert_int_equal(refusal_last()->size, REFUSAL_BYTES);
		assert_string_equal(refusal_last()->at, "k");
		data[i] ^= 0x10;
	}
	assert_int_equal(load(config, sizeof(destination)), OK);
	build_free(&build);
}

static void all_hash_nodes_count(void **state)
{
	static const char *const algorithms[] = { "sha256", "sha384", "sha512", "sha256" };
	const struct fit_config *config;
	struct build build;
	unsigned wrong, i;

	(void)state;
	for (wrong = 0; wrong <= 4; wrong++) {
		build_plain(&build, 1000);
		for (i = 0; i < 4; i++) {
			char hash[] = "hash-?";
			char path[] = "/images/k/hash-?";

			hash[5] = path[15] = (char)('a' + i);
			build_node(&build, path);
			build_hash(&build, "/images/k", hash, algorithms[i]);
			if (i == wrong)
				assert_int_equal(fdt_setprop_inplace_namelen_partial(
							 build.blob,
							 fdt_path_offset(build.blob, path), "value",
							 5, 31, "?", 1),
						 0);
		}
		config = fixture_config(&build, &medium, 512, &proof);
		assert_int_equal(load(config, sizeof(destination)),
				 wrong == 4 ? OK : ERR_HASH_MISMATCH);
		build_free(&build);
	}
}

static void too_many_hash_nodes(void **state)
{
	const struct fit_config *config;
	struct build build;
	unsigned i;

	(void)state;
	build_plain(&build, 10);
	for (i = 0; i < 8; i++) {
		char hash[] = "hash-?";
		char path[] = "/images/k/hash-?";

		hash[5] = path[15] = (char)('a' + i);
		build_node(&build, path);
		build_hash(&build, "/images/k", hash, "sha256");
	}
	config = fixture_config(&build, &medium, 512, &proof);
	assert_int_equal(load(config, sizeof(destination)), ERR_BAD_FIT);
	build_free(&build);
}

static void encrypted(void **state)
{
	const struct fit_config *config;
	struct build build;

	(void)state;
	build_plain(&build, 10);
	build_node(&build, "/images/k/cipher");
	config = fixture_config(&build, &medium, 512, &proof);
	assert_int_equal(load(config, sizeof(destination)), ERR_BAD_FIT);
	build_free(&build);
}

/* The unsigned numbers. limit: bytes from the start of the FIT to its end. */
struct numbers {
	int64_t position, offset, size; /* -1: no such property */
	enum status status;
};

static void try_numbers(const struct build *build, const struct numbers *numbers)
{
	struct build changed;
	struct extent extent;
	struct fit_image image;
	const struct fit_config *config;
	size_t external = build->external;

	build_begin(&changed);
	memcpy(changed.blob, build->blob, BUILD_MAX);
	/* In place, so that the payload stays where it is. */
	if (numbers->position >= 0)
		assert_int_equal(fdt_setprop_inplace_u32(
					 changed.blob, fdt_path_offset(changed.blob, "/images/k"),
					 "data-position", (uint32_t)numbers->position),
				 0);
	if (numbers->offset >= 0)
		assert_int_equal(fdt_setprop_inplace_u32(changed.blob,
							 fdt_path_offset(changed.blob, "/images/k"),
							 "data-offset", (uint32_t)numbers->offset),
				 0);
	if (numbers->size >= 0)
		assert_int_equal(fdt_setprop_inplace_u32(changed.blob,
							 fdt_path_offset(changed.blob, "/images/k"),
							 "data-size", (uint32_t)numbers->size),
				 0);
	changed.external = external;
	config = fixture_again(&changed, &medium, 1, &proof);
	image = kernel(config);
	assert_int_equal(fit_image_extent(&image, &extent), numbers->status);
	if (numbers->status == OK) {
		assert_true(extent.offset >= fdt_totalsize(changed.blob));
		assert_true(range_inside(build_size(&changed), extent.offset, extent.size));
	} else {
		assert_int_equal(extent.size, 0);
	}
	build_free(&changed);
}

static void hostile_numbers(void **state)
{
	struct build with_offset, with_position;
	int64_t meta, all;
	unsigned i;

	(void)state;
	build_plain(&with_offset, 1000);
	(void)fixture_config(&with_offset, &medium, 1, &proof);
	build_plain(&with_position, 1000);
	build_u32(&with_position, "/images/k", "data-position", 0);
	build_u32(&with_position, "/images/k", "data-size", 0);
	(void)fixture_config(&with_position, &medium, 1, &proof);
	build_externalise(&with_offset);
	meta = fdt_totalsize(with_offset.blob);
	all = (int64_t)build_size(&with_offset) - meta;
	{
		const struct numbers cases[] = {
			{ -1, 0, 1000, OK },
			{ -1, 0, 0, OK },
			{ -1, all, 0, OK },
			{ -1, all - 1, 1, OK },
			{ -1, 1, 7, OK },
			{ -1, all, 1, ERR_TRUNCATED },
			{ -1, all + 1, 0, ERR_TRUNCATED },
			{ -1, 0, all + 1, ERR_TRUNCATED },
			{ -1, 0, 0xffffffff, ERR_TRUNCATED },
			{ -1, 0xffffffff, 0, ERR_TRUNCATED },
			{ -1, 0xffffffff, 0xffffffff, ERR_TRUNCATED },
			{ -1, 0x7fffffff, 0x80000001, ERR_TRUNCATED },
			{ -1, 0x80000000, 0x80000000, ERR_TRUNCATED },
			{ -1, 0xfffffffc, 4, ERR_TRUNCATED },
		};

		for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
			try_numbers(&with_offset, &cases[i]);
	}
	meta = fdt_totalsize(with_position.blob);
	with_position.external = 4096;
	all = meta + 4096;
	{
		const struct numbers cases[] = {
			{ meta, -1, 4096, OK },
			{ all, -1, 0, OK },
			{ all - 1, -1, 1, OK },
			{ meta - 1, -1, 0, ERR_BAD_FIT },
			{ 0, -1, 10, ERR_BAD_FIT },
			{ 0, -1, 0xffffffff, ERR_BAD_FIT },
			{ all, -1, 1, ERR_TRUNCATED },
			{ all + 1, -1, 0, ERR_TRUNCATED },
			{ 0xffffffff, -1, 1, ERR_TRUNCATED },
			{ meta, -1, 0xffffffff, ERR_TRUNCATED },
		};

		for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
			try_numbers(&with_position, &cases[i]);
	}
	build_free(&with_offset);
	build_free(&with_position);
}

static enum status extent_of(const struct build *build)
{
	struct fit_image image = kernel(fixture_again(build, &medium, 1, &proof));
	struct extent extent;

	return fit_image_extent(&image, &extent);
}

static void odd_numbers(void **state)
{
	const struct fit_config *config;
	struct build build;

	(void)state;
	build_plain(&build, 1000);
	(void)fixture_config(&build, &medium, 1, &proof);
	/* Unsigned, so not signed again. External wins over embedded, and needs a size. */
	build_u32(&build, "/images/k", "data-offset", 0);
	assert_int_equal(extent_of(&build), ERR_BAD_FIT);
	build_bytes(&build, "/images/k", "data-size", "12345678", 8);
	assert_int_equal(extent_of(&build), ERR_BAD_FIT);
	build_bytes(&build, "/images/k", "data-offset", "", 0);
	assert_int_equal(extent_of(&build), ERR_BAD_FIT);
	build_remove(&build, "/images/k", "data-offset");
	assert_int_equal(extent_of(&build), OK);
	build_remove(&build, "/images/k", "data");
	assert_int_equal(extent_of(&build), ERR_BAD_FIT);
	config = fixture_again(&build, &medium, 1, &proof);
	assert_int_equal(load(config, sizeof(destination)), ERR_BAD_FIT);
	build_free(&build);
}

static void media_fail(void **state)
{
	const struct fit_config *config;
	struct build build;
	uint64_t at;

	(void)state;
	build_plain(&build, 200000);
	for (at = 1; at < 20; at++) {
		config = fixture_config(&build, &medium, 512, &proof);
		medium.requests = 0;
		medium.fail_from = at;
		if (load(config, sizeof(destination)) == OK)
			break;
		assert_int_equal(refusal_last()->why, ERR_MEDIA_IO);
		assert_true(medium.stops >= 1);
		assert_false(medium.in_flight);
		assert_int_equal(loaded, 0);
	}
	assert_in_range(at, 3, 15);
	config = fixture_config(&build, &medium, 512, &proof);
	medium.short_reads = true;
	assert_int_equal(load(config, sizeof(destination)), ERR_MEDIA_IO);
	config = fixture_config(&build, &medium, 512, &proof);
	medium.dead = true;
	assert_int_equal(load(config, sizeof(destination)), ERR_MEDIA_IO);
	build_free(&build);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sizes_and_layouts),
		cmocka_unit_test(read_once),
		cmocka_unit_test(medium_lies),
		cmocka_unit_test(changed_payload),
		cmocka_unit_test(all_hash_nodes_count),
		cmocka_unit_test(too_many_hash_nodes),
		cmocka_unit_test(encrypted),
		cmocka_unit_test(hostile_numbers),
		cmocka_unit_test(odd_numbers),
		cmocka_unit_test(media_fail),
	};

	return cmocka_run_group_tests(tests, engines_set_up, NULL);
}
