// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_kernel.c - where a kernel goes, what it may be, and the masked entry. */
#include "kernel_fixture.h"

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
		{ 0xffffffff, ERR_BAD_LOAD },
		{ 0xffe00000, ERR_BAD_LOAD },
		{ UINT64_C(0xffffffffffe00000), ERR_BAD_LOAD },
		{ UINT64_C(0xfffffffffffff000), ERR_BAD_LOAD },
		{ UINT64_C(0x140000000), ERR_BAD_LOAD },
		{ 0x40200800, ERR_BAD_LOAD },
		{ 0x40201000, ERR_BAD_LOAD },
		{ 0x40300000, ERR_BAD_LOAD },
		{ 0x40200040, ERR_BAD_LOAD },
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

static void errors_of_loading_are_passed_on(void **state)
{
	(void)state;
	the_kernel()->load_status = ERR_HASH_MISMATCH;
	expect(ERR_HASH_MISMATCH);
	the_kernel()->load_status = ERR_MEDIA_IO;
	expect(ERR_MEDIA_IO);
}

/* A fault that makes an unequal comparison pass is found when the masks are compared. */
static void a_skipped_comparison_is_noticed(void **state)
{
	(void)state;
	the_kernel()->unequal = true;
	expect(ERR_INTERNAL);
	assert_int_equal(kernel.masked_entry, 0);
}

/* And if that is skipped too, it leads nowhere near the kernel. */
static void a_wrong_mask_does_not_lead_to_the_kernel(void **state)
{
	(void)state;
	expect(OK);
	kernel.got_mask ^= UINT64_C(1) << 63;
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
		cmocka_unit_test_setup(errors_of_loading_are_passed_on, setup),
		cmocka_unit_test_setup(a_skipped_comparison_is_noticed, setup),
		cmocka_unit_test_setup(a_wrong_mask_does_not_lead_to_the_kernel, setup),
		cmocka_unit_test_setup(entering_wipes_what_was_known, setup),
	};

	return cmocka_run_group_tests(tests, engines, NULL);
}
