// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * test_home.c - where the loader moves to (platform/arch/common/home.c), with an ARMv7 board's
 * limits.
 */
#include "../unit.h"

#include <libfdt.h>

#include "tree_builder.h"

/* A board and a loader of our own, in place of board.h and image.h. */
#define HOLDFAST_BOARD_H
#define BOARD_RAM_BASE RAM
#define BOARD_RAM_LEAST (64 * MIB)
#define BOARD_TREE ((uintptr_t)tree)
#define BOARD_EARLY_STACK (RAM + 4 * MIB)
#define HOLDFAST_IMAGE_H
#define FOOTPRINT 0x51000u
static uint64_t image_footprint(void)
{
	return FOOTPRINT;
}

#include "../../../platform/arch/common/home.c"

const uint8_t board_tree[16];

static struct home home;

/* In flash, unless said otherwise. */
static void find(uintptr_t image)
{
	home_find(&home, 0, image);
	assert_true(home.image % PAGE == 0 && home.copy % PAGE == 0);
	assert_true(home.copy + page_up(home.tree_size) == home.image);
}

static void ram(uint64_t base, uint64_t size)
{
	tree_begin();
	tree_memory("memory@0", base, size, NULL);
	tree_end();
}

static void reserve(uint64_t base, uint64_t size)
{
	char name[32];

	snprintf(name, sizeof(name), "taken@%llx", (unsigned long long)base);
	assert_int_equal(fdt_begin_node(tree, name), 0);
	tree_u64("reg", base, size);
	assert_int_equal(fdt_end_node(tree), 0);
}

static void at_the_top_of_ram(void **state)
{
	(void)state;
	ram(RAM, 256 * MIB);
	find(0);
	assert_ptr_equal(home.tree, tree);
	assert_int_equal(home.tree_size, stage_tree_size(tree));
	assert_int_equal(home.image + FOOTPRINT, RAM + 256 * MIB);
}

/* What a kernel maps for itself early, whatever comes behind. */
static void within_the_first_512_mib(void **state)
{
	(void)state;
	ram(RAM, 2048 * MIB);
	find(0);
	assert_int_equal(home.image + FOOTPRINT, RAM + 512 * MIB);
	ram(RAM, 0x800000000);
	find(0);
	assert_int_equal(home.image + FOOTPRINT, RAM + 512 * MIB);
}

static void not_where_we_run(void **state)
{
	(void)state;
	ram(RAM, 64 * MIB);
	find(RAM + 64 * MIB - FOOTPRINT - 0x800);
	assert_true(home.image + FOOTPRINT <= RAM + 64 * MIB - FOOTPRINT - 0x800);
	assert_true(home.image + FOOTPRINT > RAM + 63 * MIB - FOOTPRINT);
}

static void below_what_is_reserved(void **state)
{
	(void)state;
	tree_begin();
	tree_memory("memory@0", RAM, 64 * MIB, NULL);
	assert_int_equal(fdt_begin_node(tree, "reserved-memory"), 0);
	assert_int_equal(fdt_property_u32(tree, "#address-cells", 2), 0);
	assert_int_equal(fdt_property_u32(tree, "#size-cells", 2), 0);
	reserve(RAM + 63 * MIB, MIB);
	reserve(RAM + 62 * MIB + 12345, 100);
	assert_int_equal(fdt_end_node(tree), 0);
	tree_end();
	find(0);
	assert_int_equal(home.image + FOOTPRINT, RAM + 63 * MIB);
}

/* No room in the first bank: the next one. None anywhere, or no tree: the board's least RAM. */
static void other_banks(void **state)
{
	(void)state;
	tree_begin();
	tree_memory("memory@1", RAM, 0x20000, NULL);
	tree_memory("memory@2", RAM + 32 * MIB, 8 * MIB, NULL);
	tree_end();
	find(0);
	assert_int_equal(home.image + FOOTPRINT, RAM + 40 * MIB);
	ram(RAM + 600 * MIB, 64 * MIB);
	find(0);
	assert_int_equal(home.image + FOOTPRINT, RAM + BOARD_RAM_LEAST);
	memset(tree, 0, 64);
	find(0);
	assert_null(home.tree);
	assert_int_equal(home.tree_size, 0);
	assert_int_equal(home.image + FOOTPRINT, RAM + BOARD_RAM_LEAST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_the_top_of_ram), cmocka_unit_test(within_the_first_512_mib),
		cmocka_unit_test(not_where_we_run),  cmocka_unit_test(below_what_is_reserved),
		cmocka_unit_test(other_banks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
