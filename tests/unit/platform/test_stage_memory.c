// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include <libfdt.h>

#include "region.h"
#include "stage_memory.h"
#include "tree_builder.h"

static const char *const bus = "pci-host-ecam-generic";
static struct stage_facts facts;

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

/* Flash and registers are below: neither payloads nor the loader go there. */
static void banks_below_ram_are_cut(void **state)
{
	(void)state;
	tree_begin();
	tree_memory("memory@0", 0, RAM / 2, NULL);
	tree_memory("memory@30000000", RAM - MIB, 3 * MIB, NULL);
	tree_memory("memory@80000000", 2 * RAM, MIB, NULL);
	tree_end();
	assert_status(stage_tree_read(tree, bus, &facts), OK);
	assert_int_equal(facts.memory.count, 3);
	assert_status(stage_memory_from(&facts, RAM), OK);
	assert_int_equal(facts.memory.count, 2);
	assert_int_equal(facts.memory.range[0].base, RAM);
	assert_int_equal(facts.memory.range[0].size, 2 * MIB);
	assert_int_equal(facts.memory.range[1].base, 2 * RAM);
	assert_status(stage_memory_from(&facts, 3 * RAM), ERR_BAD_DTB);
	assert_int_equal(facts.memory.count, 0);
}

static void overlapping_banks_are_refused(void **state)
{
	static struct region_map map;
	struct stage_memory memory = { &facts, RAM, MIB, 1ull << 39 };

	(void)state;
	tree_begin();
	tree_memory("memory@40000000", RAM, 2 * MIB, NULL);
	tree_memory("memory@40100000", RAM + MIB, 2 * MIB, NULL);
	tree_end();
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
		cmocka_unit_test_setup(map_has_windows_and_reservations, tree_setup),
		cmocka_unit_test_setup(banks_below_ram_are_cut, tree_setup),
		cmocka_unit_test_setup(overlapping_banks_are_refused, tree_setup),
		cmocka_unit_test_setup(every_flipped_bit_is_survived, tree_setup),
		cmocka_unit_test_setup(random_damage_is_survived, tree_setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
