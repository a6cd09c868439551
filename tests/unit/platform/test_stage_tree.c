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

static const char *const bus = "pci-host-ecam-generic";
static struct stage_facts facts;

static void memory_is_what_is_not_disabled(void **state)
{
	(void)state;
	assert_status(stage_tree_read(tree, NULL, &facts), OK);
	assert_int_equal(facts.memory.count, 2);
	assert_int_equal(facts.memory.range[0].base, RAM);
	assert_int_equal(facts.memory.range[0].size, 512 * MIB);
	assert_int_equal(facts.memory.range[1].base, 0x100000000);
	assert_int_equal(facts.memory.range[1].size, 64 * MIB + 5);
	assert_int_equal(facts.bus.size, 0);
}

static void reservations_come_from_both_places(void **state)
{
	(void)state;
	assert_status(stage_tree_read(tree, bus, &facts), OK);
	assert_int_equal(facts.reserved.count, 2);
	assert_int_equal(facts.reserved.range[0].base, RAM + MIB);
	assert_false(facts.reserved.range[0].no_map);
	assert_int_equal(facts.reserved.range[1].base, RAM + 256 * MIB);
	assert_true(facts.reserved.range[1].no_map);
}

static void firmware_and_buses_are_found(void **state)
{
	(void)state;
	assert_status(stage_tree_read(tree, bus, &facts), OK);
	assert_int_equal(facts.psci, STAGE_SMC);
	assert_int_equal(facts.bus.base, 0x4010000000);
	assert_int_equal(facts.bus.size, 0x10000000);
	assert_status(stage_tree_read(tree, "arm,pl011", &facts), OK);
	assert_int_equal(facts.bus.size, 0);
}

/* One bank with one-cell addresses, a memory node with children, things too deep to matter. */
static void cells_and_depth_are_respected(void **state)
{
	const fdt32_t reg[] = { cpu_to_fdt32(0x80000000), cpu_to_fdt32(0x1000000) };

	(void)state;
	assert_int_equal(fdt_create(tree, sizeof(tree)), 0);
	assert_int_equal(fdt_finish_reservemap(tree), 0);
	assert_int_equal(fdt_begin_node(tree, ""), 0);
	assert_int_equal(fdt_property_u32(tree, "#address-cells", 1), 0);
	assert_int_equal(fdt_property_u32(tree, "#size-cells", 1), 0);
	assert_int_equal(fdt_begin_node(tree, "memory"), 0);
	assert_int_equal(fdt_property_string(tree, "device_type", "memory"), 0);
	assert_int_equal(fdt_property(tree, "reg", reg, sizeof(reg)), 0);
	memory_node("memory@1", 1, 2, NULL);
	assert_int_equal(fdt_begin_node(tree, "psci"), 0);
	assert_int_equal(fdt_property_string(tree, "method", "hvc"), 0);
	memory_node("reserved-memory", 3, 4, NULL);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	end();
	assert_status(stage_tree_read(tree, bus, &facts), OK);
	assert_int_equal(facts.memory.count, 1);
	assert_int_equal(facts.memory.range[0].base, 0x80000000);
	assert_int_equal(facts.memory.range[0].size, 0x1000000);
	assert_int_equal(facts.reserved.count, 0);
	assert_int_equal(facts.psci, STAGE_NO_PSCI);
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
	static const struct {
		const char *reg;
		int size;
	} regs[] = { { "123456789012345678", 18 }, { "123456789012", 12 }, { "", 0 } };
	static const uint64_t banks[][2] = {
		{ UINT64_MAX - 10, 100 }, { UINT64_MAX - 100, 50 }, { 1ull << 52, 1 }, { RAM, 0 }
	};

	(void)state;
	begin();
	end();
	assert_status(stage_tree_read(tree, bus, &facts), ERR_BAD_DTB);
	for (size_t i = 0; i < COUNT(banks); i++) {
		begin();
		memory_node("memory@0", banks[i][0], banks[i][1], NULL);
		end();
		assert_status(stage_tree_read(tree, bus, &facts), ERR_BAD_DTB);
	}
	for (size_t i = 0; i < COUNT(regs); i++) {
		begin();
		assert_int_equal(fdt_begin_node(tree, "memory"), 0);
		assert_int_equal(fdt_property_string(tree, "device_type", "memory"), 0);
		assert_int_equal(fdt_property(tree, "reg", regs[i].reg, regs[i].size), 0);
		assert_int_equal(fdt_end_node(tree), 0);
		end();
		assert_status(stage_tree_read(tree, bus, &facts), ERR_BAD_DTB);
	}
}

static void too_many_ranges_are_refused(void **state)
{
	(void)state;
	begin();
	for (unsigned i = 0; i <= STAGE_RANGES_MAX; i++) {
		char name[32];

		snprintf(name, sizeof(name), "memory@%x", i);
		memory_node(name, RAM + i * MIB, MIB, NULL);
	}
	end();
	assert_status(stage_tree_read(tree, bus, &facts), ERR_BAD_DTB);
	assert_true(facts.memory.count <= STAGE_RANGES_MAX);
}

static void the_copy_is_checked_and_without_padding(void **state)
{
	static uint8_t copy[sizeof(tree)] __attribute__((aligned(8)));
	size_t size = stage_tree_size(tree);
	struct span span = stage_tree_copy(tree, size, copy);

	(void)state;
	assert_ptr_equal(span.at, copy);
	assert_int_equal(span.size, size);
	assert_int_equal(fdt_totalsize(copy), size);
	assert_int_equal(fdt_check_full(copy, size), 0);
	assert_int_equal(stage_tree_copy(tree, 0, copy).size, 0);
	/* It grew behind our back. */
	assert_int_equal(stage_tree_copy(tree, size - 8, copy).size, 0);
}

/* Blocks in another order, the structure last: its end is the end of the buffer. */
static uint8_t *structure_last(size_t cut, size_t *size)
{
	size_t strings = fdt_size_dt_strings(tree);
	size_t structure = fdt_size_dt_struct(tree) - cut;
	size_t start = fdt_off_dt_struct(tree);
	size_t at = (start + strings + 3) / 4 * 4;
	uint8_t *copy = calloc(1, at + structure);

	assert_non_null(copy);
	memcpy(copy, tree, start);
	memcpy(copy + start, tree + fdt_off_dt_strings(tree), strings);
	memcpy(copy + at, tree + start, structure);
	*size = at + structure;
	fdt_set_off_dt_strings(copy, (uint32_t)start);
	fdt_set_off_dt_struct(copy, (uint32_t)at);
	fdt_set_size_dt_struct(copy, (uint32_t)structure);
	fdt_set_totalsize(copy, (uint32_t)*size);
	return copy;
}

static void a_structure_cut_short_is_refused(void **state)
{
	(void)state;
	for (size_t cut = 0; cut < fdt_size_dt_struct(tree); cut += 4) {
		size_t size;
		uint8_t *copy = structure_last(cut, &size);

		assert_int_equal(stage_tree_size(copy), size);
		/* The last word is FDT_END, which this walk does not look at. */
		assert_status(stage_tree_read(copy, bus, &facts), cut <= 4 ? OK : ERR_BAD_DTB);
		free(copy);
	}
}

/* Otherwise a node would have been acted on before all of it was known. */
static void properties_come_first(void **state)
{
	(void)state;
	begin();
	memory_node("memory@40000000", RAM, 2 * MIB, NULL);
	assert_int_equal(fdt_property_u32(tree, "#size-cells", 1), 0);
	end();
	assert_status(stage_tree_read(tree, bus, &facts), ERR_BAD_DTB);
}

static void blocks_are_aligned(void **state)
{
	uint32_t structure = fdt_off_dt_struct(tree);
	uint32_t reservations = fdt_off_mem_rsvmap(tree);

	(void)state;
	fdt_set_off_dt_struct(tree, structure + 2);
	assert_int_equal(stage_tree_size(tree), 0);
	fdt_set_off_dt_struct(tree, structure);
	fdt_set_off_mem_rsvmap(tree, reservations + 4);
	assert_int_equal(stage_tree_size(tree), 0);
	fdt_set_off_mem_rsvmap(tree, reservations);
	assert_true(stage_tree_size(tree) != 0);
}

static void map_has_windows_and_reservations(void **state)
{
	static struct region_map map;
	struct stage_memory memory = { &facts, RAM + 500 * MIB, MIB, 1ull << 39 };

	(void)state;
	assert_status(stage_tree_read(tree, bus, &facts), OK);
	assert_status(stage_memory_map(&memory, &map), OK);
	assert_int_equal(map.window_count, 2);
	assert_int_equal(map.windows[1].size, 64 * MIB);
	assert_int_equal(map.taken_count, 3);
	assert_string_equal(map.taken[2].owner, "loader");
	assert_status(region_claim(&map, RAM + 500 * MIB, 0x1000, "kernel"), ERR_OVERLAP);
	memory.limit = 0x100000000;
	assert_status(stage_memory_map(&memory, &map), OK);
	assert_int_equal(map.window_count, 1);
	memory.facts = NULL;
	assert_status(stage_memory_map(&memory, &map), ERR_BAD_DTB);
}

static void overlapping_banks_are_refused(void **state)
{
	static struct region_map map;
	struct stage_memory memory = { &facts, RAM, MIB, 1ull << 39 };

	(void)state;
	begin();
	memory_node("memory@40000000", RAM, 2 * MIB, NULL);
	memory_node("memory@40100000", RAM + MIB, 2 * MIB, NULL);
	end();
	assert_status(stage_tree_read(tree, bus, &facts), OK);
	assert_status(stage_memory_map(&memory, &map), ERR_BAD_DTB);
}

static bool text_is(const uint8_t *copy, int node, const char *name, const char *text)
{
	int size;
	const char *value = fdt_getprop(copy, node, name, &size);

	return value && memchr(value, 0, (size_t)size) && strcmp(value, text) == 0;
}

/* libfdt sees the same banks in every tree that it finds valid and whose cells are as usual. */
static void compare(const uint8_t *copy)
{
	unsigned count = 0;
	int node;

	if (fdt_address_cells(copy, 0) != 2 || fdt_size_cells(copy, 0) != 2)
		return;
	fdt_for_each_subnode (node, copy, 0) {
		int size = 0;
		const uint8_t *reg = fdt_getprop(copy, node, "reg", &size);

		if (!text_is(copy, node, "device_type", "memory") ||
		    (fdt_getprop(copy, node, "status", NULL) &&
		     !text_is(copy, node, "status", "okay") &&
		     !text_is(copy, node, "status", "ok")))
			continue;
		for (; reg && size >= 16; reg += 16, size -= 16) {
			if (load_be64(reg + 8) == 0)
				continue;
			assert_int_equal(facts.memory.range[count].base, load_be64(reg));
			assert_int_equal(facts.memory.range[count].size, load_be64(reg + 8));
			count++;
		}
	}
	assert_int_equal(count, facts.memory.count);
}

/* Everything the platform does with a tree, on a copy with no byte to spare: ASan watches. */
static bool use(const uint8_t *bytes, size_t size)
{
	static struct region_map map;
	const struct stage_memory memory = { &facts, RAM, MIB, 1ull << 39 };
	uint8_t *copy = malloc(size);
	bool usable = false;
	size_t used;

	assert_non_null(copy);
	memcpy(copy, bytes, size);
	if (fdt_totalsize(copy) > size)
		fdt_set_totalsize(copy, (uint32_t)size);
	used = stage_tree_size(copy);
	assert_true(used <= size);
	if (used != 0 && stage_tree_read(copy, bus, &facts) == OK) {
		if (fdt_check_full(copy, size) == 0)
			compare(copy);
		usable = stage_memory_map(&memory, &map) == OK;
	}
	free(copy);
	return usable;
}

static void every_flipped_bit_is_survived(void **state)
{
	size_t size = fdt_totalsize(tree);
	unsigned refused = 0;

	(void)state;
	assert_true(use(tree, size));
	for (size_t bit = 0; bit < size * 8; bit++) {
		tree[bit / 8] ^= (uint8_t)(1u << bit % 8);
		refused += !use(tree, size);
		tree[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
	assert_true(refused > 1000);
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
		(void)use(damaged, size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(memory_is_what_is_not_disabled, setup),
		cmocka_unit_test_setup(reservations_come_from_both_places, setup),
		cmocka_unit_test_setup(firmware_and_buses_are_found, setup),
		cmocka_unit_test_setup(cells_and_depth_are_respected, setup),
		cmocka_unit_test_setup(the_copy_is_checked_and_without_padding, setup),
		cmocka_unit_test_setup(a_structure_cut_short_is_refused, setup),
		cmocka_unit_test_setup(properties_come_first, setup),
		cmocka_unit_test_setup(blocks_are_aligned, setup),
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
