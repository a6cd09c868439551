// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "unit.h"

#include <libfdt.h>

#include "region.h"
#include "stage_memory.h"
#include "stage_tree.h"

#define MIB 0x100000ull
#define RAM 0x40000000ull

static uint8_t tree[8192] __attribute__((aligned(8)));

static void u64(const char *name, uint64_t a, uint64_t b)
{
	const fdt64_t cells[] = { cpu_to_fdt64(a), cpu_to_fdt64(b) };

	assert_int_equal(fdt_property(tree, name, cells, sizeof(cells)), 0);
}

static void memory_node(const char *name, uint64_t base, uint64_t size, const char *status)
{
	assert_int_equal(fdt_begin_node(tree, name), 0);
	assert_int_equal(fdt_property_string(tree, "device_type", "memory"), 0);
	u64("reg", base, size);
	if (status)
		assert_int_equal(fdt_property(tree, "status", status, (int)strlen(status) + 1), 0);
	assert_int_equal(fdt_end_node(tree), 0);
}

/* Open a tree with a reservation and address cells; the caller adds nodes and calls end(). */
static void begin(void)
{
	assert_int_equal(fdt_create(tree, sizeof(tree)), 0);
	assert_int_equal(fdt_add_reservemap_entry(tree, RAM + MIB, 0x1000), 0);
	assert_int_equal(fdt_finish_reservemap(tree), 0);
	assert_int_equal(fdt_begin_node(tree, ""), 0);
	assert_int_equal(fdt_property_u32(tree, "#address-cells", 2), 0);
	assert_int_equal(fdt_property_u32(tree, "#size-cells", 2), 0);
}

static void end(void)
{
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_finish(tree), 0);
}

static void reserved_nodes(void)
{
	assert_int_equal(fdt_begin_node(tree, "reserved-memory"), 0);
	assert_int_equal(fdt_property_u32(tree, "#address-cells", 2), 0);
	assert_int_equal(fdt_property_u32(tree, "#size-cells", 2), 0);
	assert_int_equal(fdt_begin_node(tree, "secure@50000000"), 0);
	u64("reg", RAM + 256 * MIB, MIB);
	assert_int_equal(fdt_property(tree, "no-map", "", 0), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_begin_node(tree, "anywhere"), 0);
	assert_int_equal(fdt_property_u64(tree, "size", MIB), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_end_node(tree), 0);
}

/* Like QEMU's behind TF-A: two banks, one that is the secure world's, reservations, psci, a bus. */
static int setup(void **state)
{
	(void)state;
	begin();
	memory_node("memory@40000000", RAM, 512 * MIB, NULL);
	memory_node("secram@e000000", 0xe000000, 16 * MIB, "disabled");
	memory_node("memory@100000000", 0x100000000, 64 * MIB + 5, "okay");
	reserved_nodes();
	assert_int_equal(fdt_begin_node(tree, "psci"), 0);
	assert_int_equal(fdt_property_string(tree, "method", "smc"), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_begin_node(tree, "pcie@10000000"), 0);
	assert_int_equal(fdt_property_string(tree, "compatible", "pci-host-ecam-generic"), 0);
	u64("reg", 0x4010000000, 0x10000000);
	assert_int_equal(fdt_end_node(tree), 0);
	end();
	return 0;
}

static void memory_is_what_is_not_disabled(void **state)
{
	struct stage_ranges banks;

	(void)state;
	assert_status(stage_tree_memory(tree, &banks), OK);
	assert_int_equal(banks.count, 2);
	assert_int_equal(banks.range[0].base, RAM);
	assert_int_equal(banks.range[0].size, 512 * MIB);
	assert_int_equal(banks.range[1].base, 0x100000000);
}

static void reservations_come_from_both_places(void **state)
{
	struct stage_ranges reserved;

	(void)state;
	assert_status(stage_tree_reserved(tree, &reserved), OK);
	assert_int_equal(reserved.count, 2);
	assert_int_equal(reserved.range[0].base, RAM + MIB);
	assert_false(reserved.range[0].no_map);
	assert_int_equal(reserved.range[1].base, RAM + 256 * MIB);
	assert_true(reserved.range[1].no_map);
}

static void firmware_and_buses_are_found(void **state)
{
	uint64_t base;
	uint64_t size;

	(void)state;
	assert_string_equal(stage_tree_psci(tree), "smc");
	assert_status(stage_tree_device(tree, "pci-host-ecam-generic", &base, &size), OK);
	assert_int_equal(base, 0x4010000000);
	assert_int_equal(size, 0x10000000);
	assert_status(stage_tree_device(tree, "arm,pl011", &base, &size), ERR_ABSENT);
}

static void size_leaves_padding_out(void **state)
{
	size_t used = stage_tree_size(tree);

	(void)state;
	assert_true(used > 200 && used <= fdt_totalsize(tree));
	assert_int_equal(stage_tree_size(NULL), 0);
	assert_int_equal(stage_tree_size(tree + 4), 0);
	assert_int_equal(fdt_open_into(tree, tree, sizeof(tree)), 0);
	assert_true(stage_tree_size(tree) < sizeof(tree));
	fdt_set_totalsize(tree, STAGE_TREE_MAX + 1);
	assert_int_equal(stage_tree_size(tree), 0);
}

static void bad_memory_is_refused(void **state)
{
	struct stage_ranges banks;

	(void)state;
	begin();
	end();
	assert_status(stage_tree_memory(tree, &banks), ERR_BAD_DTB);
	begin();
	memory_node("memory@0", UINT64_MAX - 10, 100, NULL);
	end();
	assert_status(stage_tree_memory(tree, &banks), ERR_BAD_DTB);
	begin();
	memory_node("memory@0", RAM, 0, NULL);
	end();
	assert_status(stage_tree_memory(tree, &banks), ERR_BAD_DTB);
	begin();
	assert_int_equal(fdt_begin_node(tree, "memory"), 0);
	assert_int_equal(fdt_property_string(tree, "device_type", "memory"), 0);
	assert_int_equal(fdt_property(tree, "reg", "123456789012345678", 18), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	end();
	assert_status(stage_tree_memory(tree, &banks), ERR_BAD_DTB);
	begin();
	assert_int_equal(fdt_begin_node(tree, "memory"), 0);
	assert_int_equal(fdt_property_string(tree, "device_type", "memory"), 0);
	assert_int_equal(fdt_property(tree, "reg", "123456789012", 12), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	end();
	assert_status(stage_tree_memory(tree, &banks), ERR_BAD_DTB);
}

static void too_many_ranges_are_refused(void **state)
{
	struct stage_ranges ranges;

	(void)state;
	begin();
	for (unsigned i = 0; i <= STAGE_RANGES_MAX; i++) {
		char name[32];

		snprintf(name, sizeof(name), "memory@%x", i);
		memory_node(name, RAM + i * MIB, MIB, NULL);
	}
	end();
	assert_status(stage_tree_memory(tree, &ranges), ERR_BAD_DTB);
	assert_true(ranges.count <= STAGE_RANGES_MAX);
}

static void map_has_windows_and_reservations(void **state)
{
	static struct region_map map;
	struct stage_memory memory = { { tree, sizeof(tree) }, RAM + 500 * MIB, MIB, 1ull << 39 };

	(void)state;
	assert_status(stage_memory_map(&memory, &map), OK);
	assert_int_equal(map.window_count, 2);
	assert_int_equal(map.windows[1].size, 64 * MIB);
	assert_int_equal(map.taken_count, 3);
	assert_string_equal(map.taken[2].owner, "loader");
	assert_status(region_claim(&map, RAM + 500 * MIB, 0x1000, "kernel"), ERR_OVERLAP);
	memory.limit = 0x100000000;
	assert_status(stage_memory_map(&memory, &map), OK);
	assert_int_equal(map.window_count, 1);
	memory.tree = (struct span){ NULL, 0 };
	assert_status(stage_memory_map(&memory, &map), ERR_BAD_DTB);
}

static void overlapping_banks_are_refused(void **state)
{
	static struct region_map map;
	struct stage_memory memory = { { tree, sizeof(tree) }, RAM, MIB, 1ull << 39 };

	(void)state;
	begin();
	memory_node("memory@40000000", RAM, 2 * MIB, NULL);
	memory_node("memory@40100000", RAM + MIB, 2 * MIB, NULL);
	end();
	assert_status(stage_memory_map(&memory, &map), ERR_BAD_DTB);
}

/*
 * Everything the platform does with a tree, on a copy with no byte to spare: the sanitizers watch.
 */
static void use(const uint8_t *bytes, size_t size)
{
	static struct region_map map;
	uint8_t *copy = malloc(size);
	struct stage_ranges ranges;
	uint64_t base;
	uint64_t length;
	size_t used;

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	if (fdt_totalsize(copy) > size)
		fdt_set_totalsize(copy, (uint32_t)size);
	used = stage_tree_size(copy);
	assert_true(used <= size);
	if (used != 0) {
		struct stage_memory memory = { { copy, used }, RAM, MIB, 1ull << 39 };

		fdt_set_totalsize(copy, (uint32_t)used);
		if (stage_tree_size(copy) != 0 && stage_memory_map(&memory, &map) == OK &&
		    stage_tree_reserved(copy, &ranges) == OK)
			(void)stage_tree_psci(copy);
		if (stage_tree_device(copy, "pci-host-ecam-generic", &base, &length) == OK)
			assert_in_range(base, 0, UINT64_MAX);
	}
	free(copy);
}

static void every_flipped_bit_is_survived(void **state)
{
	size_t size = fdt_totalsize(tree);

	(void)state;
	for (size_t bit = 0; bit < size * 8; bit++) {
		tree[bit / 8] ^= (uint8_t)(1u << bit % 8);
		use(tree, size);
		tree[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void random_damage_is_survived(void **state)
{
	size_t size = fdt_totalsize(tree);
	uint64_t random = random_seed();
	uint8_t damaged[sizeof(tree)] __attribute__((aligned(8)));

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		memcpy(damaged, tree, size);
		for (unsigned n = 1 + (unsigned)random_below(&random, 8); n > 0; n--)
			damaged[random_below(&random, size)] =
				(uint8_t)(random_next(&random) >> 24);
		use(damaged, size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(memory_is_what_is_not_disabled, setup),
		cmocka_unit_test_setup(reservations_come_from_both_places, setup),
		cmocka_unit_test_setup(firmware_and_buses_are_found, setup),
		cmocka_unit_test_setup(size_leaves_padding_out, setup),
		cmocka_unit_test_setup(bad_memory_is_refused, setup),
		cmocka_unit_test_setup(too_many_ranges_are_refused, setup),
		cmocka_unit_test_setup(map_has_windows_and_reservations, setup),
		cmocka_unit_test_setup(overlapping_banks_are_refused, setup),
		cmocka_unit_test_setup(every_flipped_bit_is_survived, setup),
		cmocka_unit_test_setup(random_damage_is_survived, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
