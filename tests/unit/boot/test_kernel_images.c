// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_kernel_images.c - where ramdisks, trees and packed kernels go. */
#include "../packed.h"
#include "kernel_fixture.h"

static uint8_t initrd[10000];
static uint8_t tree[100];

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
	fdt->load = HOST_LOADER_BASE;
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(initrd_goes_to_the_top, setup),
		cmocka_unit_test_setup(fixed_places_come_first, setup),
		cmocka_unit_test_setup(payloads_over_each_other, setup),
		cmocka_unit_test_setup(ramdisk_roles, setup),
		cmocka_unit_test_setup(trees, setup),
		cmocka_unit_test_setup(tree_roles, setup),
		cmocka_unit_test_setup(packed_kernels, setup),
		cmocka_unit_test_setup(bombs, setup),
	};

	return cmocka_run_group_tests(tests, engines, NULL);
}
