// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include <libfdt.h>

#include "stage_seeds.h"
#include "stage_tree.h"
#include "tree_builder.h"

#define SEED_SIZE 61 /* no whole number of cells */

static uint8_t copy[TREE_ROOM] __attribute__((aligned(8)));
static uint8_t seed[SEED_SIZE];

/* Seeds where QEMU puts them, between values that must stay. */
static int setup(void **state)
{
	(void)state;
	memset(seed, 0x5e, sizeof(seed));
	tree_begin();
	tree_memory("memory@40000000", RAM, 16 * MIB, NULL);
	assert_int_equal(fdt_begin_node(tree, "secure-chosen"), 0);
	assert_int_equal(fdt_property(tree, "kaslr-seed", seed, 8), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_begin_node(tree, "chosen"), 0);
	assert_int_equal(fdt_property_string(tree, "stdout-path", "/pl011"), 0);
	assert_int_equal(fdt_property(tree, "rng-seed", seed, sizeof(seed)), 0);
	assert_int_equal(fdt_property(tree, "kaslr-seed", seed, 8), 0);
	assert_int_equal(fdt_property(tree, "kaslr-seeds", seed, 8), 0);
	assert_int_equal(fdt_property_string(tree, "bootargs", "quiet"), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	tree_end();
	return 0;
}

/* Whether all bytes of the property are this one. */
static bool is_all(const void *fdt, const char *path, const char *name, uint8_t byte)
{
	int size;
	const uint8_t *value = fdt_getprop(fdt, fdt_path_offset(fdt, path), name, &size);

	assert_non_null(value);
	while (size > 0 && value[size - 1] == byte)
		size--;
	return size == 0;
}

static void check_forgotten(const void *fdt)
{
	int chosen = fdt_path_offset(fdt, "/chosen");
	int size;

	assert_true(is_all(fdt, "/chosen", "rng-seed", 0));
	assert_true(is_all(fdt, "/chosen", "kaslr-seed", 0));
	assert_true(is_all(fdt, "/secure-chosen", "kaslr-seed", 0));
	assert_true(is_all(fdt, "/chosen", "kaslr-seeds", 0x5e));
	assert_non_null(fdt_getprop(fdt, chosen, "rng-seed", &size));
	assert_int_equal(size, SEED_SIZE);
	assert_string_equal(fdt_getprop(fdt, chosen, "bootargs", NULL), "quiet");
	assert_string_equal(fdt_getprop(fdt, chosen, "stdout-path", NULL), "/pl011");
}

static void seeds_are_overwritten_in_copy_and_original(void **state)
{
	struct span span = stage_tree_copy(tree, stage_tree_size(tree), copy);

	(void)state;
	assert_true(is_all(copy, "/chosen", "rng-seed", 0x5e));
	stage_seeds_forget(span, tree);
	check_forgotten(copy);
	check_forgotten(tree);
	assert_int_equal(fdt_check_full(copy, span.size), 0);
}

/* Only the copy was checked. */
static void the_original_is_not_read(void **state)
{
	size_t size = stage_tree_size(tree);
	struct span span = stage_tree_copy(tree, size, copy);
	uint8_t *original = calloc(1, size);

	(void)state;
	assert_non_null(original);
	memset(original, 0xff, size);
	stage_seeds_forget(span, original);
	check_forgotten(copy);
	free(original);
}

static void without_a_tree_nothing_is_done(void **state)
{
	(void)state;
	stage_seeds_forget((struct span){ NULL, 0 }, NULL);
}

/* ASan watches the ends of both. */
static void damage_is_survived(void **state)
{
	size_t size = stage_tree_size(tree);
	uint64_t random = random_seed();

	(void)state;
	for (unsigned i = 0; i < 20000; i++) {
		uint8_t *damaged = malloc(size);
		uint8_t *original = malloc(size);
		struct span span;

		assert_non_null(damaged);
		assert_non_null(original);
		memcpy(copy, tree, size);
		for (unsigned n = 1 + (unsigned)random_below(&random, 4); n > 0; n--)
			copy[random_below(&random, size)] = (uint8_t)(random_next(&random) >> 24);
		if (fdt_totalsize(copy) > size)
			fdt_set_totalsize(copy, (uint32_t)size);
		span = stage_tree_copy(copy, size, damaged);
		stage_seeds_forget(span, original);
		free(original);
		free(damaged);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(seeds_are_overwritten_in_copy_and_original, setup),
		cmocka_unit_test_setup(the_original_is_not_read, setup),
		cmocka_unit_test_setup(without_a_tree_nothing_is_done, setup),
		cmocka_unit_test_setup(damage_is_survived, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
