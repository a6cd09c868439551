// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_kernel_arm.c - what a zImage may be, and where it and the rest go on 32-bit Arm. */
#include "kernel_fixture.h"
#include "kernel_format.h"

#define RAM HOST_RAM_BASE
#define ROOM (32 * MIB)
#define REACH (512 * MIB)

static uint8_t initrd[4096];

/* In place of the core's own. */
const struct kernel_rules *kernel_rules(void)
{
	return &kernel_rules_arm;
}

static void put_le32(size_t at, uint32_t value)
{
	for (unsigned i = 0; i < 4; i++)
		image[at + i] = (uint8_t)(value >> 8 * i);
}

static void make_zimage(void)
{
	for (size_t i = 0; i < IMAGE_SIZE; i++)
		image[i] = (uint8_t)(i * 7 + 3);
	put_le32(0x24, 0x016f2818);
	put_le32(0x28, 0);
	put_le32(0x2c, IMAGE_SIZE);
	put_le32(0x30, 0x04030201);
}

/* RAM without anything in it: on these boards nothing lies at its start. */
static int setup_arm(void **state)
{
	setup(state);
	make_zimage();
	the_kernel()->arch = "arm";
	region_init(&map);
	return region_add_window(&map, RAM, HOST_LOADER_BASE - RAM) == OK ? 0 : -1;
}

static void behind_the_room(void **state)
{
	(void)state;
	expect(OK);
	expect_kernel_at(RAM + ROOM);
	expect_claim("kernel", RAM + ROOM, IMAGE_SIZE + MIB);
	expect_claim("kernel's room", RAM, ROOM);
}

static void the_rest_stays_within_reach(void **state)
{
	(void)state;
	add("ramdisk", "ramdisk", initrd, sizeof(initrd))->arch = "arm";
	expect(OK);
	expect_claim("ramdisk", RAM + REACH - sizeof(initrd), sizeof(initrd));
}

static void a_ramdisk_out_of_reach(void **state)
{
	struct fake_image *ramdisk = add("ramdisk", "ramdisk", initrd, sizeof(initrd));

	(void)state;
	ramdisk->arch = "arm";
	ramdisk->has_load = true;
	ramdisk->load = RAM + REACH;
	expect(ERR_BAD_LOAD);
	ramdisk->load = RAM + REACH - sizeof(initrd);
	expect(OK);
	/* The kernel would unpack itself over it. */
	ramdisk->load = RAM + ROOM - sizeof(initrd);
	expect(ERR_OVERLAP);
}

static void fixed_places(void **state)
{
	static const struct {
		uint64_t load;
		enum status expected;
	} rows[] = {
		{ RAM, ERR_OVERLAP },
		{ RAM + 0x8000, ERR_OVERLAP },
		{ RAM + ROOM - 4096, ERR_OVERLAP },
		{ RAM + ROOM, OK },
		{ RAM + 100 * MIB + 4096, OK },
		{ RAM + 100 * MIB + 2048, ERR_BAD_LOAD },
		{ RAM + 128 * MIB - 4096, OK },
		/* It would take the start of its own 128 MiB for the start of RAM. */
		{ RAM + 128 * MIB, ERR_BAD_LOAD },
		{ RAM - 4096, ERR_BAD_LOAD },
		{ 0, ERR_BAD_LOAD },
		{ UINT64_C(0x100000000) + RAM + ROOM, ERR_BAD_LOAD },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		at_load(rows[i].load);
		expect(rows[i].expected);
	}
}

static void headers_that_lie(void **state)
{
	static const struct {
		size_t at;
		uint32_t value;
	} rows[] = {
		{ 0x24, 0 },          { 0x24, 0x016f2819 }, { 0x28, 1 + IMAGE_SIZE },
		{ 0x2c, 0 },          { 0x2c, 0x33 },       { 0x2c, IMAGE_SIZE + 1 },
		{ 0x2c, 0xffffffff }, { 0x30, 0x01020304 }, { 0x30, 0 },
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_zimage();
		put_le32(rows[i].at, rows[i].value);
		expect(ERR_BAD_KERNEL);
		assert_string_equal(refusal_last()->at, "kernel");
	}
	make_zimage();
	the_kernel()->size = 0x33;
	expect(ERR_BAD_KERNEL);
}

/* A tree appended to the image is part of the file. */
static void a_longer_file(void **state)
{
	(void)state;
	put_le32(0x2c, IMAGE_SIZE - 100);
	expect(OK);
	expect_claim("kernel", RAM + ROOM, IMAGE_SIZE + MIB);
}

static void other_architectures(void **state)
{
	(void)state;
	the_kernel()->arch = "arm64";
	expect(ERR_BAD_KERNEL);
	the_kernel()->arch = "arm";
	make_image(0, 3 * MIB);
	expect(ERR_BAD_KERNEL);
}

static void something_is_in_its_room(void **state)
{
	(void)state;
	assert_int_equal(region_reserve(&map, RAM + MIB, 4096, "reserved-memory"), OK);
	expect(ERR_OVERLAP);
}

static void too_little_memory(void **state)
{
	(void)state;
	region_init(&map);
	assert_int_equal(region_add_window(&map, RAM, ROOM - 4096), OK);
	expect(ERR_BAD_LOAD);
	region_init(&map);
	assert_int_equal(region_add_window(&map, RAM, ROOM + 4096), OK);
	expect(ERR_TOO_BIG);
}

#define T(name) cmocka_unit_test_setup(name, setup_arm)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(behind_the_room),        T(the_rest_stays_within_reach),
		T(a_ramdisk_out_of_reach), T(fixed_places),
		T(headers_that_lie),       T(a_longer_file),
		T(other_architectures),    T(something_is_in_its_room),
		T(too_little_memory),
	};

	return cmocka_run_group_tests(tests, engines, NULL);
}
