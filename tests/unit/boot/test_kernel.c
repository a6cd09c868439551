// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_kernel.c - where images go, what a kernel may be, and the masked entry. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "fake_fit.h"
#include "host.h"
#include "kernel.h"
#include "packed.h"
#include "platform.h"

#define IMAGE_SIZE 8192u
#define MIB UINT64_C(0x100000)
/* The first multiple of 2 MiB behind what the host reserves. */
#define LOWEST (HOST_RAM_BASE + 2 * MIB)

const struct keyring keyring_table = { NULL, 0, REQUIRED_ALL, 0 };

static uint8_t image[IMAGE_SIZE];
static uint8_t initrd[10000];
static uint8_t tree[100];
static struct fit_config config;
static struct region_map map;
static struct kernel kernel;

static void put_le64(size_t at, uint64_t value)
{
	for (unsigned i = 0; i < 8; i++)
		image[at + i] = (uint8_t)(value >> 8 * i);
}

static void make_image(uint64_t text_offset, uint64_t image_size)
{
	for (size_t i = 0; i < IMAGE_SIZE; i++)
		image[i] = (uint8_t)(i * 7 + 3);
	put_le64(8, text_offset);
	put_le64(16, image_size);
	put_le64(24, 10);
	memcpy(image + 56, "ARM\x64", 4);
}

static struct fake_image *add(const char *slot, const char *type, const uint8_t *data, size_t size)
{
	struct fake_image *added = &config.images[config.count++];

	*added = (struct fake_image){
		.name = slot,
		.slot = slot,
		.type = type,
		.arch = "arm64",
		.os = "linux",
		.data = data,
		.size = size,
	};
	return added;
}

static struct fake_image *the_kernel(void)
{
	return &config.images[0];
}

static int setup(void **state)
{
	(void)state;
	host_platform_reset();
	memset(&config, 0, sizeof(config));
	memset(&kernel, 0xcc, sizeof(kernel));
	make_image(0, 3 * MIB);
	add("kernel", "kernel_noload", image, IMAGE_SIZE);
	assert_int_equal(plat_memory(&map), OK);
	refusal_clear();
	return 0;
}

static void at_load(uint64_t load)
{
	the_kernel()->type = "kernel";
	the_kernel()->has_load = true;
	the_kernel()->load = load;
}

static enum status load(void)
{
	struct proof proof;

	region_release_all(&map);
	assert_int_equal(proof_begin(&proof), OK);
	return kernel_load(&config, &map, &proof, &kernel);
}

static void expect(enum status expected)
{
	assert_int_equal(load(), expected);
}

static const struct region *claim_of(const char *owner)
{
	const struct region *found = NULL;

	for (unsigned i = map.reserved_count; i < map.taken_count; i++) {
		if (strcmp(map.taken[i].owner, owner) != 0)
			continue;
		assert_null(found);
		found = &map.taken[i];
	}
	return found;
}

static void expect_claim(const char *owner, uint64_t base, uint64_t size)
{
	const struct region *claim = claim_of(owner);

	assert_non_null(claim);
	assert_int_equal(claim->base, base);
	assert_int_equal(claim->size, size);
}

static void expect_kernel_at(uint64_t base)
{
	assert_int_equal(kernel_entry(&kernel), base);
	assert_memory_equal((const void *)(uintptr_t)base, image, IMAGE_SIZE);
}

static void we_choose_the_place(void **state)
{
	(void)state;
	expect(OK);
	expect_kernel_at(LOWEST);
	expect_claim("kernel", LOWEST, 3 * MIB);
	the_kernel()->type = "kernel";
	expect(OK);
	expect_kernel_at(LOWEST);
}

static void load_of_noload_is_ignored(void **state)
{
	(void)state;
	the_kernel()->has_load = true;
	the_kernel()->load = 0;
	the_kernel()->has_entry = true;
	expect(OK);
	expect_kernel_at(LOWEST);
	the_kernel()->entry = 64;
	expect(ERR_BAD_LOAD);
}

static void old_kernels_have_a_text_offset(void **state)
{
	(void)state;
	make_image(0x80000, 3 * MIB);
	expect(OK);
	expect_kernel_at(LOWEST + 0x80000);
	expect_claim("kernel", LOWEST, 0x80000 + 3 * MIB);
	at_load(0x40400000 + 0x80000);
	expect(OK);
	expect_kernel_at(0x40480000);
	at_load(0x40400000);
	expect(ERR_BAD_LOAD);
}

static void a_load_address_is_obeyed(void **state)
{
	(void)state;
	at_load(0x48000000);
	expect(OK);
	expect_kernel_at(0x48000000);
	expect_claim("kernel", 0x48000000, 3 * MIB);
	the_kernel()->has_entry = true;
	the_kernel()->entry = 0x48000000;
	expect(OK);
}

static void entry_is_the_first_byte(void **state)
{
	static const uint64_t entries[] = { 0, 0x48000004, 0x47fffffc, 0x48000040, 0xffffffff };

	(void)state;
	at_load(0x48000000);
	the_kernel()->has_entry = true;
	for (unsigned i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		the_kernel()->entry = entries[i];
		expect(ERR_BAD_LOAD);
		assert_string_equal(refusal_last()->at, "kernel");
	}
}

static void load_addresses_nobody_may_have(void **state)
{
	static const struct {
		uint64_t load;
		enum status expected;
	} rows[] = {
		{ 0, ERR_BAD_LOAD },
		{ 0x3fe00000, ERR_BAD_LOAD },
		{ HOST_RAM_BASE + HOST_RAM_SIZE, ERR_BAD_LOAD },
		{ 0x80000000, ERR_BAD_LOAD },
		{ 0xffffffff, ERR_BAD_LOAD },
		{ 0xffe00000, ERR_BAD_LOAD },
		{ UINT64_C(0xffffffffffe00000), ERR_BAD_LOAD },
		{ UINT64_C(0xfffffffffffff000), ERR_BAD_LOAD },
		{ UINT64_C(0x140000000), ERR_BAD_LOAD },
		{ 0x40200800, ERR_BAD_LOAD },
		{ 0x40201000, ERR_BAD_LOAD },
		{ 0x40300000, ERR_BAD_LOAD },
		{ 0x40200040, ERR_BAD_LOAD },
		{ HOST_TREE_BASE, ERR_OVERLAP },
		{ HOST_LOADER_BASE, ERR_OVERLAP },
		{ HOST_LOADER_BASE - 2 * MIB, ERR_OVERLAP },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		at_load(rows[i].load);
		expect(rows[i].expected);
	}
}

static void bss_counts(void **state)
{
	(void)state;
	/* The file fits below the loader, its bss does not. */
	at_load(HOST_LOADER_BASE - 4 * MIB);
	make_image(0, 4 * MIB);
	expect(OK);
	make_image(0, 4 * MIB + 1);
	expect(ERR_OVERLAP);
	assert_string_equal(refusal_last()->at, "kernel/loader");
	/* Shorter than the file: then the file counts. */
	make_image(0, 1);
	expect(OK);
	expect_claim("kernel", HOST_LOADER_BASE - 4 * MIB, IMAGE_SIZE);
}

static void headers_that_lie(void **state)
{
	static const struct {
		size_t at;
		uint64_t value;
	} rows[] = {
		{ 16, 0 },
		{ 16, UINT64_MAX },
		{ 16, UINT64_C(0x8000000000000000) },
		{ 16, UINT64_C(0x7fffffffffffffff) },
		{ 16, 0xffffffff },
		{ 16, CONFIG_KERNEL_MAX * MIB + 1 },
		{ 8, 2 * MIB },
		{ 8, UINT64_MAX },
		{ 8, UINT64_C(0xfffffffffffff000) },
		{ 8, 0x123 },
		{ 24, 11 },
		{ 56, 0 },
		{ 56, 0x644d5242 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_image(0, 3 * MIB);
		put_le64(rows[i].at, rows[i].value);
		expect(ERR_BAD_KERNEL);
		assert_string_equal(refusal_last()->at, "kernel");
	}
}

static void too_short_for_a_header(void **state)
{
	(void)state;
	the_kernel()->size = 63;
	expect(ERR_BAD_KERNEL);
	the_kernel()->size = 0;
	expect(ERR_TRUNCATED);
	the_kernel()->size = CONFIG_KERNEL_MAX * MIB + 1;
	expect(ERR_TOO_BIG);
}

static void roles(void **state)
{
	struct fake_image good = *the_kernel();
	struct fake_image *k = the_kernel();

	(void)state;
	k->type = "ramdisk";
	expect(ERR_BAD_KERNEL);
	k->type = NULL;
	expect(ERR_BAD_KERNEL);
	*k = good;
	k->os = "u-boot";
	expect(ERR_BAD_KERNEL);
	k->os = NULL;
	expect(ERR_BAD_KERNEL);
	*k = good;
	k->arch = "arm";
	expect(ERR_BAD_KERNEL);
	k->arch = NULL;
	expect(ERR_BAD_KERNEL);
	*k = good;
	k->slot = "nothing";
	expect(ERR_BAD_KERNEL);
	*k = good;
	add("kernel", "kernel", image, IMAGE_SIZE);
	expect(ERR_BAD_FIT);
}

static void what_we_do_not_start(void **state)
{
	static const char *const others[] = { "firmware", "fpga",       "script",
					      "setup",    "standalone", "tee" };

	(void)state;
	for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		config.other = others[i];
		expect(ERR_BAD_FIT);
		assert_string_equal(refusal_last()->at, others[i]);
	}
	config.other = "description";
	expect(OK);
}

static void initrd_goes_to_the_top(void **state)
{
	(void)state;
	add("ramdisk", "ramdisk", initrd, sizeof(initrd));
	expect(OK);
	assert_int_equal(kernel.initrd.size, sizeof(initrd));
	assert_int_equal(kernel.initrd.base, HOST_LOADER_BASE - 3 * 4096);
	expect_claim("ramdisk", kernel.initrd.base, sizeof(initrd));
	/* It is handed on as it is, whatever it says it is packed with. */
	config.images[1].compression = "xz";
	expect(OK);
}

static void fixed_places_come_first(void **state)
{
	struct fake_image *ramdisk = add("ramdisk", "ramdisk", initrd, sizeof(initrd));

	(void)state;
	/* The kernel would have been put here, and needs more room than is left below. */
	ramdisk->has_load = true;
	ramdisk->load = LOWEST + MIB;
	expect(OK);
	assert_int_equal(kernel.initrd.base, LOWEST + MIB);
	expect_kernel_at(LOWEST + 2 * MIB);
}

static void payloads_over_each_other(void **state)
{
	struct fake_image *ramdisk = add("ramdisk", "ramdisk", initrd, sizeof(initrd));

	(void)state;
	at_load(0x48000000);
	ramdisk->has_load = true;
	ramdisk->load = 0x48000000;
	expect(ERR_OVERLAP);
	/* In the kernel's bss. */
	ramdisk->load = 0x48000000 + 2 * MIB;
	expect(ERR_OVERLAP);
	ramdisk->load = 0x48000000 + 3 * MIB;
	expect(OK);
	ramdisk->load = 0x48000000 - 4096;
	expect(ERR_OVERLAP);
	ramdisk->load = 0x48000000 + 3 * MIB + 1;
	expect(ERR_BAD_LOAD);
	ramdisk->load = HOST_LOADER_BASE;
	expect(ERR_OVERLAP);
	ramdisk->load = 0x100000;
	expect(ERR_BAD_LOAD);
}

static void ramdisk_roles(void **state)
{
	struct fake_image *ramdisk = add("ramdisk", "ramdisk", initrd, sizeof(initrd));

	(void)state;
	ramdisk->type = "filesystem";
	expect(ERR_BAD_FIT);
	ramdisk->type = "ramdisk";
	ramdisk->arch = "arm";
	expect(ERR_BAD_FIT);
	ramdisk->arch = NULL;
	ramdisk->os = NULL;
	expect(OK);
	add("ramdisk", "ramdisk", initrd, sizeof(initrd));
	expect(ERR_BAD_FIT);
}

static void trees(void **state)
{
	(void)state;
	for (unsigned i = 0; i < TREE_IMAGES_MAX; i++)
		add("fdt", "flat_dt", tree, sizeof(tree));
	expect(OK);
	assert_int_equal(kernel.trees.count, TREE_IMAGES_MAX);
	for (unsigned i = 0; i < TREE_IMAGES_MAX; i++) {
		assert_int_equal(kernel.trees.all[i].size, sizeof(tree));
		assert_int_equal((uintptr_t)kernel.trees.all[i].at % 8, 0);
	}
	add("fdt", "flat_dt", tree, sizeof(tree));
	expect(ERR_BAD_DTB);
}

static void tree_roles(void **state)
{
	struct fake_image *fdt = add("fdt", "kernel", tree, sizeof(tree));

	(void)state;
	expect(ERR_BAD_DTB);
	fdt->type = "flat_dt";
	fdt->arch = "arm";
	expect(ERR_BAD_DTB);
	fdt->arch = NULL;
	expect(OK);
	fdt->has_load = true;
	fdt->load = 0x44000020;
	expect(ERR_BAD_LOAD);
	fdt->load = 0x44000040;
	expect(OK);
	fdt->load = HOST_TREE_BASE;
	expect(ERR_OVERLAP);
	fdt->has_load = false;
	fdt->size = TREE_MAX + 1;
	expect(ERR_TOO_BIG);
}

/* gzip with one stored block: enough to be unpacked. */
static size_t store(uint8_t *out, const uint8_t *data, uint16_t size)
{
	static const uint8_t header[10] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3 };

	memcpy(out, header, 10);
	out[10] = 1;
	out[11] = (uint8_t)size;
	out[12] = (uint8_t)(size >> 8);
	out[13] = (uint8_t)~out[11];
	out[14] = (uint8_t)~out[12];
	memcpy(out + 15, data, size);
	memset(out + 15 + size, 0, 8);
	out[15 + size + 4] = (uint8_t)size;
	out[15 + size + 5] = (uint8_t)(size >> 8);
	return 15u + size + 8;
}

static void packed_kernels(void **state)
{
	static uint8_t packed[IMAGE_SIZE + 64];

	(void)state;
	the_kernel()->size = store(packed, image, IMAGE_SIZE);
	the_kernel()->data = packed;
	the_kernel()->compression = "gzip";
	expect(OK);
	expect_kernel_at(LOWEST);
	expect_claim("kernel", LOWEST, 3 * MIB);
	assert_null(claim_of("staging"));
	at_load(0x48000000);
	expect(OK);
	expect_kernel_at(0x48000000);
	assert_null(claim_of("staging"));
	/*
	 * Unpacked it reaches the loader, packed it does not: then there is less room, and that is
	 * all.
	 */
	at_load(HOST_LOADER_BASE - 4 * MIB);
	expect(OK);
	the_kernel()->compression = "bzip2";
	expect(ERR_DECOMPRESS);
	the_kernel()->compression = "lz4";
	expect(ERR_DECOMPRESS);
}

static void bombs(void **state)
{
	(void)state;
	the_kernel()->data = zeros_gzip;
	the_kernel()->size = sizeof(zeros_gzip);
	the_kernel()->compression = "gzip";
	expect(ERR_BAD_KERNEL);
	/* 64 KiB of room for 256 KiB. */
	assert_int_equal(plat_memory(&map), OK);
	assert_int_equal(region_reserve(&map, 0x48010000, 0x1000, "wall"), OK);
	at_load(0x48000000);
	expect(ERR_DECOMPRESS);
}

static void errors_of_loading_are_passed_on(void **state)
{
	(void)state;
	the_kernel()->load_status = ERR_HASH_MISMATCH;
	expect(ERR_HASH_MISMATCH);
	the_kernel()->load_status = ERR_MEDIA_IO;
	expect(ERR_MEDIA_IO);
}

/* A fault that makes an unequal comparison pass leads nowhere near the kernel. */
static void a_skipped_comparison_does_not_lead_to_the_kernel(void **state)
{
	(void)state;
	the_kernel()->unequal = true;
	expect(OK);
	assert_int_not_equal(kernel_entry(&kernel), LOWEST);
	assert_true(kernel_entry(&kernel) >> 32 != 0);
}

static void enter(void)
{
	kernel.dtb = 0x4f000000;
	kernel_enter(&kernel);
}

static void entering_wipes_what_was_known(void **state)
{
	static const struct kernel nothing;
	const struct host_result *result;

	(void)state;
	expect(OK);
	assert_int_not_equal(kernel.masked_entry, LOWEST);
	result = host_platform_run(enter);
	assert_int_equal(result->outcome, HOST_ENTERED);
	assert_int_equal(result->entry, LOWEST);
	assert_int_equal(result->dtb, 0x4f000000);
	assert_memory_equal(&kernel, &nothing, sizeof(kernel));
}

static int engines(void **state)
{
	(void)state;
	return digest_engines_start(plat_digest_engines()) == OK ? 0 : -1;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(we_choose_the_place, setup),
		cmocka_unit_test_setup(load_of_noload_is_ignored, setup),
		cmocka_unit_test_setup(old_kernels_have_a_text_offset, setup),
		cmocka_unit_test_setup(a_load_address_is_obeyed, setup),
		cmocka_unit_test_setup(entry_is_the_first_byte, setup),
		cmocka_unit_test_setup(load_addresses_nobody_may_have, setup),
		cmocka_unit_test_setup(bss_counts, setup),
		cmocka_unit_test_setup(headers_that_lie, setup),
		cmocka_unit_test_setup(too_short_for_a_header, setup),
		cmocka_unit_test_setup(roles, setup),
		cmocka_unit_test_setup(what_we_do_not_start, setup),
		cmocka_unit_test_setup(initrd_goes_to_the_top, setup),
		cmocka_unit_test_setup(fixed_places_come_first, setup),
		cmocka_unit_test_setup(payloads_over_each_other, setup),
		cmocka_unit_test_setup(ramdisk_roles, setup),
		cmocka_unit_test_setup(trees, setup),
		cmocka_unit_test_setup(tree_roles, setup),
		cmocka_unit_test_setup(packed_kernels, setup),
		cmocka_unit_test_setup(bombs, setup),
		cmocka_unit_test_setup(errors_of_loading_are_passed_on, setup),
		cmocka_unit_test_setup(a_skipped_comparison_does_not_lead_to_the_kernel, setup),
		cmocka_unit_test_setup(entering_wipes_what_was_known, setup),
	};

	return cmocka_run_group_tests(tests, engines, NULL);
}
