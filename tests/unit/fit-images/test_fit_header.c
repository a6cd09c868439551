// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Headers that lie, blocks that end early, metadata without end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>
#include <cmocka.h>

#include "fit.h"
#include "fit_builder.h"
#include "golden.h"

static uint8_t memory[FIT_META_MAX] __attribute__((aligned(64)));
static struct fit fit;

static enum status read_bytes(const void *bytes, size_t size)
{
	struct memory_medium medium;
	struct extent extent;

	memory_medium(&medium, bytes, size, 1);
	extent = memory_extent(&medium);
	return fit_read(&extent, memory, &fit);
}

static enum status read_build(const struct build *build)
{
	return read_bytes(build->blob, build_size(build));
}

static void set(uint8_t *blob, unsigned field, uint32_t value)
{
	store_be32(blob + 4 * field, value);
}

enum { MAGIC, TOTAL, STRUCT, STRINGS, RSVMAP, VERSION, COMPATIBLE, CPU, STRINGS_SIZE, STRUCT_SIZE };

static void header_lies(void **state)
{
	static const uint32_t values[] = { 0,          1,          39,         40,
					   0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff };
	static uint8_t blob[sizeof(golden_fit)];
	unsigned field, i;

	(void)state;
	for (field = 0; field <= STRUCT_SIZE; field++)
		for (i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
			bool harmless = field == RSVMAP || field == CPU ||
					(field == COMPATIBLE && values[i] <= 17);
			enum status status;

			memcpy(blob, golden_fit, sizeof(blob));
			set(blob, field, values[i]);
			status = read_bytes(blob, sizeof(blob));
			if (status == OK)
				status = fit_open(&fit);
			if (harmless)
				assert_int_equal(status, OK);
			else
				assert_int_not_equal(status, OK);
			if (field == MAGIC)
				assert_int_equal(status, ERR_NO_IMAGE);
		}
}

static void header_codes(void **state)
{
	static uint8_t blob[sizeof(golden_fit)];

	(void)state;
	memcpy(blob, golden_fit, sizeof(blob));
	set(blob, TOTAL, sizeof(blob) + 1);
	assert_int_equal(read_bytes(blob, sizeof(blob)), ERR_TRUNCATED);
	assert_string_equal(refusal_last()->at, "totalsize");
	memcpy(blob, golden_fit, sizeof(blob));
	set(blob, VERSION, 16);
	assert_int_equal(read_bytes(blob, sizeof(blob)), ERR_BAD_FIT);
	assert_string_equal(refusal_last()->at, "version");
	/* Strings over the structure block. */
	memcpy(blob, golden_fit, sizeof(blob));
	set(blob, STRINGS, load_be32(blob + 8) + 8);
	assert_int_equal(read_bytes(blob, sizeof(blob)), ERR_BAD_FIT);
	assert_string_equal(refusal_last()->at, "off_dt_strings");
	memcpy(blob, golden_fit, sizeof(blob));
	set(blob, STRUCT, load_be32(blob + 8) + 2);
	assert_int_equal(read_bytes(blob, sizeof(blob)), ERR_BAD_FIT);
	assert_string_equal(refusal_last()->at, "off_dt_struct");
	assert_int_equal(read_bytes(blob, 0), ERR_TRUNCATED);
	assert_int_equal(read_bytes(blob, 39), ERR_TRUNCATED);
}

static void every_truncation(void **state)
{
	size_t size;

	(void)state;
	for (size = 0; size < sizeof(golden_fit); size++)
		assert_int_equal(read_bytes(golden_fit, size), ERR_TRUNCATED);
}

/* A structure block cut off at every place, with a header that agrees. */
static void every_short_structure(void **state)
{
	static uint8_t blob[sizeof(golden_fit)];
	uint32_t size;

	(void)state;
	memcpy(blob, golden_fit, sizeof(blob));
	for (size = 0; size < load_be32(golden_fit + 36); size++) {
		set(blob, STRUCT_SIZE, size);
		assert_int_equal(read_bytes(blob, sizeof(blob)), ERR_BAD_FIT);
	}
}

static void too_much_metadata(void **state)
{
	uint8_t *large = calloc(1, FIT_META_MAX);
	struct build build;

	(void)state;
	build_plain(&build, 10);
	build_bytes(&build, "/configurations", "large", large, FIT_META_MAX - 100);
	assert_int_equal(read_build(&build), ERR_TOO_BIG);
	build_bytes(&build, "/configurations", "large", large, FIT_META_MAX - 4096);
	assert_int_equal(read_build(&build), OK);
	build_bytes(&build, "/images/k", "data", large, FIT_META_MAX);
	assert_int_equal(read_build(&build), OK);
	build_free(&build);
	free(large);
}

static void too_many_strings(void **state)
{
	static uint8_t blob[40 + FIT_META_MAX + 64];

	(void)state;
	memcpy(blob, golden_fit, 40);
	set(blob, TOTAL, sizeof(blob));
	set(blob, STRUCT, 40);
	set(blob, STRUCT_SIZE, 4);
	set(blob, STRINGS, 44);
	set(blob, STRINGS_SIZE, FIT_META_MAX);
	assert_int_equal(read_bytes(blob, sizeof(blob)), ERR_TOO_BIG);
	set(blob, STRINGS_SIZE, FIT_META_MAX - 64);
	assert_int_equal(read_bytes(blob, sizeof(blob)), ERR_BAD_FIT);
}

static void too_many_data(void **state)
{
	struct build build;
	unsigned i;

	(void)state;
	build_plain(&build, 10);
	for (i = 1; i <= FIT_DATA_MAX; i++) {
		char path[32];

		snprintf(path, sizeof(path), "/images/i%u", i);
		build_node(&build, path);
		build_bytes(&build, path, "data", "x", 1);
		if (i < FIT_DATA_MAX)
			continue;
		assert_int_equal(read_build(&build), ERR_BAD_FIT);
		build_remove_node(&build, path);
		assert_int_equal(read_build(&build), OK);
	}
	build_free(&build);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(header_lies),       cmocka_unit_test(header_codes),
		cmocka_unit_test(every_truncation),  cmocka_unit_test(every_short_structure),
		cmocka_unit_test(too_much_metadata), cmocka_unit_test(too_many_strings),
		cmocka_unit_test(too_many_data),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
