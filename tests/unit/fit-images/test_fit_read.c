// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Metadata from media of every sort, honest and not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>
#include <cmocka.h>

#include "fit.h"
#include "fit_builder.h"
#include "golden.h"

static uint8_t memory[FIT_META_MAX + 2] __attribute__((aligned(64)));
static struct fit fit;
static struct memory_medium medium;
static const uint32_t block_sizes[] = { 1, 512, 4096 };

/* A medium with the FIT at offset, and something else around it. */
static uint8_t *around(const void *bytes, size_t size, size_t offset, size_t *whole)
{
	uint8_t *disk;

	*whole = (offset + size + 3 * 4096) & ~(size_t)4095;
	disk = malloc(*whole);
	assert_non_null(disk);
	memset(disk, 0xee, *whole);
	memcpy(disk + offset, bytes, size);
	return disk;
}

static enum status read_at(const void *bytes, size_t size, size_t offset, uint32_t block)
{
	size_t whole;
	uint8_t *disk = around(bytes, size, offset, &whole);
	struct extent extent, all;
	enum status status;

	memory_medium(&medium, disk, whole, block);
	all = memory_extent(&medium);
	assert_int_equal(extent_sub(&all, offset, size, &extent), OK);
	memory[FIT_META_MAX] = 0x5a;
	status = fit_read(&extent, memory, &fit);
	assert_int_equal(memory[FIT_META_MAX], 0x5a);
	free(disk);
	return status;
}

/* What is in RAM is the FIT's structure block without embedded data. */
static void check_removed(const struct build *build)
{
	struct build without;
	int node;

	build_begin(&without);
	memcpy(without.blob, build->blob, fdt_totalsize(build->blob));
	assert_int_equal(fdt_open_into(without.blob, without.blob, BUILD_MAX), 0);
	fdt_for_each_subnode (node, without.blob, fdt_path_offset(without.blob, "/images"))
		if (fdt_getprop(without.blob, node, "data", NULL))
			assert_int_equal(fdt_setprop(without.blob, node, "data", NULL, 0), 0);
	assert_int_equal(fit.structure.size, fdt_size_dt_struct(without.blob));
	assert_memory_equal(fit.structure.at, without.blob + fdt_off_dt_struct(without.blob),
			    fit.structure.size);
	assert_int_equal(fit.strings.size, fdt_size_dt_strings(build->blob));
	assert_memory_equal(fit.strings.at, build->blob + fdt_off_dt_strings(build->blob),
			    fit.strings.size);
	build_free(&without);
}

/* Every recorded place holds the payload. */
static void check_places(const struct build *build)
{
	int images = fdt_path_offset(build->blob, "/images");
	unsigned i = 0;
	int node;

	fdt_for_each_subnode (node, build->blob, images) {
		int size;
		const uint8_t *data = fdt_getprop(build->blob, node, "data", &size);

		if (!data)
			continue;
		assert_true(i < fit.data_count);
		assert_int_equal(fit.data[i].size, size);
		assert_int_equal(fit.data[i].offset, data - build->blob);
		i++;
	}
	assert_int_equal(fit.data_count, i);
}

static void golden_everywhere(void **state)
{
	static const size_t offsets[] = { 0, 512, 4096, 1024 * 1024 };
	unsigned i, j;

	(void)state;
	for (i = 0; i < 3; i++)
		for (j = 0; j < 4; j++) {
			assert_int_equal(
				read_at(golden_fit, sizeof(golden_fit), offsets[j], block_sizes[i]),
				OK);
			assert_int_equal(fit_open(&fit), OK);
			assert_int_equal(fit.structure.size, 0x328 - 4);
			assert_int_equal(fit.data_count, 1);
		}
	/* A file may begin anywhere. */
	assert_int_equal(read_at(golden_fit, sizeof(golden_fit), 12345, 1), OK);
	assert_int_equal(fit_open(&fit), OK);
}

static void embedded_sizes(void **state)
{
	static const size_t sizes[] = { 0,    1,    3,    4,    5,    511,  3000,  3967,
					3968, 3969, 4095, 4096, 4097, 8191, 100000 };
	unsigned i, j;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (j = 0; j < 3; j++) {
			struct build build;

			build_plain(&build, sizes[i]);
			assert_int_equal(
				read_at(build.blob, build_size(&build), 4096, block_sizes[j]), OK);
			assert_int_equal(fit_open(&fit), OK);
			check_removed(&build);
			check_places(&build);
			build_free(&build);
		}
}

static void many_images(void **state)
{
	static uint8_t data[5000];
	struct build build;
	unsigned i;

	(void)state;
	build_plain(&build, 10000);
	for (i = 0; i < 20; i++) {
		char path[] = "/images/image-?";

		path[sizeof(path) - 2] = (char)('a' + i);
		memset(data, (int)i, sizeof(data));
		build_node(&build, path);
		build_bytes(&build, path, "data", data, i * 250);
		/* Elsewhere it is a property like any other. */
		build_node(&build, "/images/k/sub");
		build_bytes(&build, "/images/k/sub", "data", data, 100);
		build_remove_node(&build, "/images/k/sub");
	}
	build_bytes(&build, "/configurations", "data", data, 100);
	build_node(&build, "/other");
	build_node(&build, "/other/images");
	build_node(&build, "/other/images/x");
	build_bytes(&build, "/other/images/x", "data", data, 100);
	build_bytes(&build, "/images", "data", data, 100);
	for (i = 0; i < 3; i++) {
		assert_int_equal(read_at(build.blob, build_size(&build), 512, block_sizes[i]), OK);
		assert_int_equal(fit_open(&fit), OK);
		check_removed(&build);
		check_places(&build);
	}
	build_free(&build);
}

/* The payload is skipped: what is read stays close to the metadata, and no byte of it twice. */
static void payload_is_not_read(void **state)
{
	struct extent extent;
	struct build build;
	uint8_t *seen;

	(void)state;
	build_plain(&build, 400000);
	assert_true(build_size(&build) < BUILD_MAX);
	memory_medium(&medium, build.blob, BUILD_MAX, 512);
	seen = calloc(BUILD_MAX / 512, 1);
	medium.seen = seen;
	extent = memory_extent(&medium);
	assert_int_equal(fit_read(&extent, memory, &fit), OK);
	assert_true(medium.bytes_read < 16384);
	/* Blocks at the seams of header, strings and structure. */
	assert_true(medium.reread <= 4);
	build_free(&build);
	free(seen);
}

static void media_fail(void **state)
{
	struct build build;
	struct extent extent;
	uint64_t at;

	(void)state;
	build_plain(&build, 10000);
	memory_medium(&medium, build.blob, BUILD_MAX, 512);
	extent = memory_extent(&medium);
	for (at = 1; at < 100; at++) {
		medium.requests = 0;
		medium.fail_from = at;
		if (fit_read(&extent, memory, &fit) == OK)
			break;
		assert_int_equal(refusal_last()->why, ERR_MEDIA_IO);
		assert_true(medium.stops == at);
	}
	assert_in_range(at, 3, 20);
	medium.fail_from = 0;
	medium.dead = true;
	assert_int_equal(fit_read(&extent, memory, &fit), ERR_MEDIA_IO);
	medium.dead = false;
	medium.short_reads = true;
	assert_int_equal(fit_read(&extent, memory, &fit), ERR_MEDIA_IO);
	build_free(&build);
}

/*
 * A medium that answers differently the second time: whatever is read is one consistent private
 * copy, and walks stay inside.
 */
static void medium_changes_its_answers(void **state)
{
	static uint8_t second[BUILD_MAX];
	static uint8_t seen[BUILD_MAX / 512];
	struct extent extent;
	struct build build;
	unsigned i;

	(void)state;
	build_plain(&build, 10000);
	for (i = 0; i < 64; i++) {
		memset(second, (int)(i * 0x05), sizeof(second));
		memset(seen, 0, sizeof(seen));
		memory_medium(&medium, build.blob, BUILD_MAX, 512);
		medium.second = second;
		medium.seen = seen;
		extent = memory_extent(&medium);
		if (fit_read(&extent, memory, &fit) == OK)
			(void)!fit_open(&fit);
	}
	build_free(&build);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(golden_everywhere), cmocka_unit_test(embedded_sizes),
		cmocka_unit_test(many_images),       cmocka_unit_test(payload_is_not_read),
		cmocka_unit_test(media_fail),        cmocka_unit_test(medium_changes_its_answers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
