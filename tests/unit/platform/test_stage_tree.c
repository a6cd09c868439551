// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include <libfdt.h>

#include "stage_tree.h"
#include "tree_builder.h"

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
	tree_memory("memory@1", 1, 2, NULL);
	assert_int_equal(fdt_begin_node(tree, "psci"), 0);
	assert_int_equal(fdt_property_string(tree, "method", "hvc"), 0);
	tree_memory("reserved-memory", 3, 4, NULL);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	tree_end();
	assert_status(stage_tree_read(tree, bus, &facts), OK);
	assert_int_equal(facts.memory.count, 1);
	assert_int_equal(facts.memory.range[0].base, 0x80000000);
	assert_int_equal(facts.memory.range[0].size, 0x1000000);
	assert_int_equal(facts.reserved.count, 0);
	assert_int_equal(facts.psci, STAGE_NO_PSCI);
}

static void text(const char *name, const char *value)
{
	if (value)
		assert_int_equal(fdt_property(tree, name, value, (int)strlen(value) + 1), 0);
}

static void cpu(const char *name, const char *type, uint64_t affinity, const char *method,
		const char *status)
{
	assert_int_equal(fdt_begin_node(tree, name), 0);
	text("device_type", type);
	assert_int_equal(fdt_property_u64(tree, "reg", affinity), 0);
	text("enable-method", method);
	text("status", status);
	assert_int_equal(fdt_end_node(tree), 0);
}

/* A tree with memory and an open /cpus of that many address cells. */
static void cpus_begin(uint32_t cells)
{
	tree_begin();
	tree_memory("memory@40000000", RAM, 512 * MIB, NULL);
	assert_int_equal(fdt_begin_node(tree, "cpus"), 0);
	assert_int_equal(fdt_property_u32(tree, "#address-cells", cells), 0);
	assert_int_equal(fdt_property_u32(tree, "#size-cells", 0), 0);
}

static void cpus_end(void)
{
	assert_int_equal(fdt_end_node(tree), 0);
	tree_end();
	assert_status(stage_tree_read(tree, NULL, &facts), OK);
}

static void cpus_that_firmware_starts_are_found(void **state)
{
	(void)state;
	cpus_begin(2);
	cpu("cpu@0", "cpu", 0, "psci", NULL);
	cpu("cpu@1", "cpu", 0x100000001, "psci", "okay");
	cpu("cpu@2", "cpu", 2, "spin-table", NULL);
	cpu("cpu@3", "cpu", 3, NULL, NULL);
	cpu("cpu@4", "cpu", 4, "psci", "disabled");
	cpu("cache", "cache", 5, "psci", NULL);
	cpu("idle-states", NULL, 6, "psci", NULL);
	cpus_end();
	assert_int_equal(facts.cpu_count, 2);
	assert_int_equal(facts.cpus[0], 0);
	assert_int_equal(facts.cpus[1], 0x100000001);
}

/* A node that makes no sense is left out; the tree stays good. */
static void odd_cpus_are_left_out(void **state)
{
	(void)state;
	cpus_begin(3);
	cpu("cpu@0", "cpu", 0, "psci", NULL);
	cpus_end();
	assert_int_equal(facts.cpu_count, 0);
	cpus_begin(UINT32_MAX);
	cpu("cpu@0", "cpu", 0, "psci", NULL);
	cpus_end();
	assert_int_equal(facts.cpu_count, 0);
	cpus_begin(1);
	assert_int_equal(fdt_begin_node(tree, "cpu@0"), 0);
	assert_int_equal(fdt_property_string(tree, "device_type", "cpu"), 0);
	assert_int_equal(fdt_property_string(tree, "enable-method", "psci"), 0);
	assert_int_equal(fdt_property(tree, "reg", "12345", 5), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_begin_node(tree, "cpu@1"), 0);
	assert_int_equal(fdt_property_string(tree, "device_type", "cpu"), 0);
	assert_int_equal(fdt_property_string(tree, "enable-method", "psci"), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	cpus_end();
	assert_int_equal(facts.cpu_count, 0);
}

static void more_cpus_than_we_take_are_not_counted(void **state)
{
	(void)state;
	cpus_begin(2);
	for (unsigned i = 0; i < 3 * STAGE_CPUS_MAX; i++) {
		char name[16];

		snprintf(name, sizeof(name), "cpu@%x", i);
		cpu(name, "cpu", i, "psci", NULL);
	}
	cpus_end();
	assert_int_equal(facts.cpu_count, STAGE_CPUS_MAX);
	assert_int_equal(facts.cpus[STAGE_CPUS_MAX - 1], STAGE_CPUS_MAX - 1);
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
	tree_begin();
	tree_end();
	assert_status(stage_tree_read(tree, bus, &facts), ERR_BAD_DTB);
	for (size_t i = 0; i < COUNT(banks); i++) {
		tree_begin();
		tree_memory("memory@0", banks[i][0], banks[i][1], NULL);
		tree_end();
		assert_status(stage_tree_read(tree, bus, &facts), ERR_BAD_DTB);
	}
	for (size_t i = 0; i < COUNT(regs); i++) {
		tree_begin();
		assert_int_equal(fdt_begin_node(tree, "memory"), 0);
		assert_int_equal(fdt_property_string(tree, "device_type", "memory"), 0);
		assert_int_equal(fdt_property(tree, "reg", regs[i].reg, regs[i].size), 0);
		assert_int_equal(fdt_end_node(tree), 0);
		tree_end();
		assert_status(stage_tree_read(tree, bus, &facts), ERR_BAD_DTB);
	}
}

static void too_many_ranges_are_refused(void **state)
{
	(void)state;
	tree_begin();
	for (unsigned i = 0; i <= STAGE_RANGES_MAX; i++) {
		char name[32];

		snprintf(name, sizeof(name), "memory@%x", i);
		tree_memory(name, RAM + i * MIB, MIB, NULL);
	}
	tree_end();
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
	tree_begin();
	tree_memory("memory@40000000", RAM, 2 * MIB, NULL);
	assert_int_equal(fdt_property_u32(tree, "#size-cells", 1), 0);
	tree_end();
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(memory_is_what_is_not_disabled, tree_setup),
		cmocka_unit_test_setup(reservations_come_from_both_places, tree_setup),
		cmocka_unit_test_setup(firmware_and_buses_are_found, tree_setup),
		cmocka_unit_test_setup(cells_and_depth_are_respected, tree_setup),
		cmocka_unit_test_setup(cpus_that_firmware_starts_are_found, tree_setup),
		cmocka_unit_test_setup(odd_cpus_are_left_out, tree_setup),
		cmocka_unit_test_setup(more_cpus_than_we_take_are_not_counted, tree_setup),
		cmocka_unit_test_setup(the_copy_is_checked_and_without_padding, tree_setup),
		cmocka_unit_test_setup(a_structure_cut_short_is_refused, tree_setup),
		cmocka_unit_test_setup(properties_come_first, tree_setup),
		cmocka_unit_test_setup(blocks_are_aligned, tree_setup),
		cmocka_unit_test_setup(size_leaves_padding_out, tree_setup),
		cmocka_unit_test_setup(bad_memory_is_refused, tree_setup),
		cmocka_unit_test_setup(too_many_ranges_are_refused, tree_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
