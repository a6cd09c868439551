// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * test_tree_stage.c - a signed base tree takes from the earlier stage what it may, and nothing
 * else.
 */
#include "tree_builder.h"

#include "tree.h"

static uint8_t buffer[TREE_MAX] __attribute__((aligned(16)));
static struct tree tree;

static void *like_board(void)
{
	void *fdt = tree_new();

	tree_u32s(fdt, "/", "#address-cells", 1, 1u);
	tree_u32s(fdt, "/", "#size-cells", 1, 1u);
	tree_text(fdt, "/", "model", "signed");
	tree_text(fdt, "/memory", "device_type", "memory");
	tree_u32s(fdt, "/memory", "reg", 2, 0u, 0x1000u);
	tree_text(fdt, "/cpus/cpu@0", "device_type", "cpu");
	tree_u32s(fdt, "/cpus/cpu@0", "reg", 1, 0u);
	tree_text(fdt, "/cpus/cpu@1", "device_type", "cpu");
	tree_u32s(fdt, "/cpus/cpu@1", "reg", 1, 1u);
	tree_text(fdt, "/ethernet@1", "compatible", "vendor,mac");
	tree_text(fdt, "/aliases", "ethernet0", "/ethernet@1");
	return fdt;
}

static void *like_stage(void)
{
	void *fdt = tree_like_virt();

	tree_text(fdt, "/", "model", "unsigned");
	tree_text(fdt, "/", "serial-number", "SN-1");
	tree_text(fdt, "/cpus/cpu@0", "device_type", "cpu");
	tree_u32s(fdt, "/cpus/cpu@0", "reg", 1, 0u);
	tree_text(fdt, "/cpus/cpu@0", "enable-method", "psci");
	tree_text(fdt, "/cpus/cpu@7", "device_type", "cpu");
	tree_u32s(fdt, "/cpus/cpu@7", "reg", 1, 7u);
	tree_text(fdt, "/psci", "method", "smc");
	tree_text(fdt, "/psci", "compatible", "arm,psci-1.0");
	tree_text(fdt, "/psci", "evil", "yes");
	tree_u32s(fdt, "/reserved-memory", "#address-cells", 1, 2u);
	tree_u32s(fdt, "/reserved-memory", "#size-cells", 1, 2u);
	tree_u32s(fdt, "/reserved-memory/tee@50000000", "reg", 4, 0u, 0x50000000u, 0u, 0x100000u);
	tree_bytes(fdt, "/reserved-memory/tee@50000000", "no-map", NULL, 0);
	tree_u32s(fdt, "/reserved-memory/pool", "size", 2, 0u, 0x100000u);
	tree_bytes(fdt, "/eth", "local-mac-address", "\x02\x00\x00\x00\x00\x07", 6);
	tree_text(fdt, "/eth", "compatible", "evil,mac");
	tree_text(fdt, "/aliases", "ethernet0", "/eth");
	assert_int_equal(fdt_add_mem_rsv(fdt, 0x60000000, 0x2000), 0);
	return fdt;
}

static enum status take(void *base, void *stage)
{
	struct span signed_tree = tree_done(base);
	struct span stage_tree = tree_done(stage);
	struct tree_images images = { .count = 1 };
	enum status status;

	refusal_clear();
	images.all[0] = (struct tree_image){ (uint8_t *)(uintptr_t)signed_tree.at, signed_tree.size,
					     "fdt-1" };
	status = tree_begin(TREE_FROM_FIT, &images, stage_tree, buffer, &tree);
	tree_free(signed_tree);
	tree_free(stage_tree);
	return status;
}

static void expect_cells(const char *path, const char *name, unsigned count, uint32_t a, uint32_t b)
{
	int size;
	const uint8_t *value = tree_get(tree.fdt, path, name, &size);

	assert_non_null(value);
	assert_int_equal(size, 4 * count);
	assert_int_equal(load_be32(value), a);
	if (count > 1)
		assert_int_equal(load_be32(value + 4), b);
}

static void what_may_be_taken_is(void **state)
{
	uint64_t base;
	uint64_t size;

	(void)state;
	assert_int_equal(take(like_board(), like_stage()), OK);
	expect_cells("/memory@40000000", "reg", 2, 0x40000000, 0x40000000);
	assert_int_equal(fdt_subnode_offset_namelen(tree.fdt, 0, "memory", 6),
			 fdt_path_offset(tree.fdt, "/memory@40000000"));
	expect_text_property(tree.fdt, "/cpus/cpu@0", "enable-method", "psci");
	expect_text_property(tree.fdt, "/psci", "method", "smc");
	expect_text_property(tree.fdt, "/psci", "compatible", "arm,psci-1.0");
	expect_cells("/reserved-memory/tee@50000000", "reg", 2, 0x50000000, 0x100000);
	assert_non_null(tree_get(tree.fdt, "/reserved-memory/tee@50000000", "no-map", NULL));
	assert_non_null(tree_get(tree.fdt, "/reserved-memory", "ranges", NULL));
	expect_text_property(tree.fdt, "/", "serial-number", "SN-1");
	assert_memory_equal(tree_get(tree.fdt, "/ethernet@1", "local-mac-address", NULL),
			    "\x02\x00\x00\x00\x00\x07", 6);
	assert_int_equal(fdt_num_mem_rsv(tree.fdt), 1);
	assert_int_equal(fdt_get_mem_rsv(tree.fdt, 0, &base, &size), 0);
	assert_int_equal(base, 0x60000000);
	assert_int_equal(size, 0x2000);
}

static void and_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(take(like_board(), like_stage()), OK);
	expect_text_property(tree.fdt, "/", "model", "signed");
	expect_no_property(tree.fdt, "/", "compatible");
	expect_text_property(tree.fdt, "/ethernet@1", "compatible", "vendor,mac");
	expect_no_property(tree.fdt, "/psci", "evil");
	assert_true(fdt_path_offset(tree.fdt, "/cpus/cpu@7") < 0);
	assert_true(fdt_path_offset(tree.fdt, "/reserved-memory/pool") < 0);
	assert_true(fdt_path_offset(tree.fdt, "/pl011@9000000") < 0);
	assert_true(fdt_path_offset(tree.fdt, "/eth") < 0);
	assert_true(fdt_path_offset(tree.fdt, "/chosen") < 0);
	assert_int_equal(fdt_check_full(tree.fdt, TREE_MAX), 0);
}

/* Otherwise a bank of RAM could stand on a device of the signed tree. */
static void a_signed_reservation_stays(void **state)
{
	void *base = like_board();

	(void)state;
	tree_u32s(base, "/reserved-memory", "#address-cells", 1, 1u);
	tree_u32s(base, "/reserved-memory", "#size-cells", 1, 1u);
	tree_bytes(base, "/reserved-memory", "ranges", NULL, 0);
	tree_u32s(base, "/reserved-memory/tee@50000000", "reg", 2, 0x51000000u, 0x200000u);
	assert_int_equal(take(base, like_stage()), OK);
	expect_cells("/reserved-memory/tee@50000000", "reg", 2, 0x51000000, 0x200000);
	assert_null(tree_get(tree.fdt, "/reserved-memory/tee@50000000", "no-map", NULL));
}

/* Nobody starts a CPU that the stage's tree does not have; what is no CPU stays. */
static void cpus_that_the_stage_does_not_know_go(void **state)
{
	void *board = like_board();

	(void)state;
	tree_text(board, "/cpus/idle-states", "entry-method", "psci");
	tree_u32s(board, "/cpus/cpu@2", "reg", 1, 2u);
	tree_u32s(board, "/cpus/cpu@700", "reg", 2, 0u, 7u);
	assert_int_equal(take(board, like_stage()), OK);
	assert_true(fdt_path_offset(tree.fdt, "/cpus/cpu@0") >= 0);
	assert_true(fdt_path_offset(tree.fdt, "/cpus/cpu@1") < 0);
	assert_true(fdt_path_offset(tree.fdt, "/cpus/cpu@2") < 0);
	assert_true(fdt_path_offset(tree.fdt, "/cpus/cpu@700") >= 0);
	assert_true(fdt_path_offset(tree.fdt, "/cpus/idle-states") >= 0);
}

static void firmware_that_is_not_there_is_not_called(void **state)
{
	void *board = like_board();
	void *stage = like_stage();

	(void)state;
	tree_text(board, "/psci", "method", "hvc");
	assert_int_equal(take(board, stage), OK);
	expect_text_property(tree.fdt, "/psci", "method", "smc");
	board = like_board();
	stage = like_stage();
	tree_text(board, "/psci", "method", "hvc");
	assert_int_equal(fdt_del_node(stage, fdt_path_offset(stage, "/psci")), 0);
	assert_int_equal(take(board, stage), OK);
	assert_true(fdt_path_offset(tree.fdt, "/psci") < 0);
}

static void memory_has_its_name(void **state)
{
	void *stage = like_stage();

	(void)state;
	tree_text(stage, "/ethernet@1", "device_type", "memory");
	tree_u32s(stage, "/ethernet@1", "reg", 4, 0u, 0x50000000u, 0u, 0x1000u);
	assert_int_equal(take(like_board(), stage), ERR_BAD_DTB);
	assert_string_equal(refusal_last()->at, "memory");
}

/* Like the secure world's RAM in QEMU's tree. */
static void disabled_memory_is_not_taken(void **state)
{
	void *stage = like_stage();

	(void)state;
	tree_text(stage, "/secram@e000000", "device_type", "memory");
	tree_u32s(stage, "/secram@e000000", "reg", 4, 0u, 0xe000000u, 0u, 0x1000000u);
	tree_text(stage, "/secram@e000000", "status", "disabled");
	tree_text(stage, "/memory@40000000", "status", "okay");
	assert_int_equal(take(like_board(), stage), OK);
	assert_true(fdt_path_offset(tree.fdt, "/secram@e000000") < 0);
	expect_cells("/memory@40000000", "reg", 2, 0x40000000, 0x40000000);
}

/* The signed tree counts in one cell: what needs two is refused, not cut. */
static void addresses_are_not_cut(void **state)
{
	void *stage = like_stage();

	(void)state;
	tree_u32s(stage, "/memory@40000000", "reg", 4, 1u, 0u, 0u, 0x1000u);
	assert_int_equal(take(like_board(), stage), ERR_BAD_DTB);
	stage = like_stage();
	tree_u32s(stage, "/memory@40000000", "reg", 4, 0u, 0u, 1u, 0u);
	assert_int_equal(take(like_board(), stage), ERR_BAD_DTB);
}

static void broken_ranges(void **state)
{
	void *stage = like_stage();

	(void)state;
	tree_u32s(stage, "/reserved-memory/tee@50000000", "reg", 4, 0xffffffffu, 0xffffffffu, 0u,
		  2u);
	assert_int_equal(take(like_board(), stage), ERR_BAD_DTB);
	stage = like_stage();
	tree_u32s(stage, "/reserved-memory/tee@50000000", "reg", 3, 0u, 0u, 0u);
	assert_int_equal(take(like_board(), stage), ERR_BAD_DTB);
	stage = like_stage();
	tree_u32s(stage, "/reserved-memory", "#address-cells", 1, 9u);
	assert_int_equal(take(like_board(), stage), ERR_BAD_DTB);
	stage = like_stage();
	tree_u32s(stage, "/memory@40000000", "reg", 4, 0xffffffffu, 0u, 0xffffffffu, 0u);
	assert_int_equal(take(like_board(), stage), ERR_BAD_DTB);
}

static void more_ranges_than_anyone_has(void **state)
{
	uint8_t reg[16 * 200] = { 0 };
	void *stage = like_stage();

	(void)state;
	tree_bytes(stage, "/memory@40000000", "reg", reg, sizeof(reg));
	assert_int_equal(take(like_board(), stage), ERR_BAD_DTB);
}

/* What identifies the device is taken only if it looks like it. */
static void odd_identities_are_left(void **state)
{
	char serial[200];
	void *stage = like_stage();

	(void)state;
	memset(serial, 's', sizeof(serial));
	serial[sizeof(serial) - 1] = '\0';
	tree_text(stage, "/", "serial-number", serial);
	tree_bytes(stage, "/eth", "local-mac-address", "\x02\x00\x00\x00\x00", 5);
	assert_int_equal(take(like_board(), stage), OK);
	expect_no_property(tree.fdt, "/", "serial-number");
	expect_no_property(tree.fdt, "/ethernet@1", "local-mac-address");
	stage = like_stage();
	tree_bytes(stage, "/", "serial-number", "abc", 3);
	tree_text(stage, "/aliases", "ethernet0", "ethernet0");
	assert_int_equal(take(like_board(), stage), OK);
	expect_no_property(tree.fdt, "/", "serial-number");
	expect_no_property(tree.fdt, "/ethernet@1", "local-mac-address");
}

static void a_broken_stage_tree_is_refused_here_too(void **state)
{
	void *stage = like_stage();
	struct span good;
	struct tree_images images = { .count = 1 };
	struct span base = tree_done(like_board());

	(void)state;
	good = tree_done(stage);
	images.all[0] = (struct tree_image){ (uint8_t *)(uintptr_t)base.at, base.size, "fdt-1" };
	((uint8_t *)(uintptr_t)good.at)[0] ^= 1;
	assert_int_equal(tree_begin(TREE_FROM_FIT, &images, good, buffer, &tree), ERR_BAD_DTB);
	assert_string_equal(refusal_last()->at, "stage-before");
	tree_free(good);
	tree_free(base);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_may_be_taken_is),
		cmocka_unit_test(and_nothing_else),
		cmocka_unit_test(cpus_that_the_stage_does_not_know_go),
		cmocka_unit_test(firmware_that_is_not_there_is_not_called),
		cmocka_unit_test(memory_has_its_name),
		cmocka_unit_test(disabled_memory_is_not_taken),
		cmocka_unit_test(addresses_are_not_cut),
		cmocka_unit_test(broken_ranges),
		cmocka_unit_test(more_ranges_than_anyone_has),
		cmocka_unit_test(odd_identities_are_left),
		cmocka_unit_test(a_signed_reservation_stays),
		cmocka_unit_test(a_broken_stage_tree_is_refused_here_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
