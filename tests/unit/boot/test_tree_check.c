// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_tree_check.c - hostile device trees. Each lies in an allocation of exactly its size. */
#include "tree_builder.h"

#include <stdio.h>

#include "tree.h"

static const uint32_t odd_values[] = { 0,          1,          3,          4,
				       39,         40,         0x7fffffff, 0x80000000,
				       0xffffffff, 0xfffffff8, 0x00100000 };
#define HEADER_WORDS 10

static struct span copy_of(struct span tree, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	memcpy(copy, tree.at, size < tree.size ? size : tree.size);
	return (struct span){ copy, size };
}

static enum status check(struct span tree)
{
	size_t used = 77;
	enum status status;

	refusal_clear();
	status = tree_check(tree, "stage-before", ERR_BAD_DTB, &used);
	if (status == OK) {
		assert_true(used >= 40 && used <= tree.size);
	} else {
		assert_int_equal(used, 0);
		assert_string_equal(refusal_last()->at, "stage-before");
	}
	return status;
}

static void expect(enum status expected, struct span tree)
{
	assert_int_equal(check(tree), expected);
	tree_free(tree);
}

static void a_good_tree_passes(void **state)
{
	struct span tree = tree_done(tree_like_virt());
	size_t used;

	(void)state;
	assert_int_equal(tree_check(tree, "fdt", ERR_BAD_DTB, &used), OK);
	assert_int_equal(used, tree.size);
	tree_free(tree);
}

/* QEMU's is 1 MiB, nearly all of it empty: what is not used does not count. */
static void empty_room_does_not_count(void **state)
{
	struct span tree = tree_done(tree_like_virt());
	struct span large = copy_of(tree, 3u << 20);
	size_t used;

	(void)state;
	fdt_set_totalsize((void *)(uintptr_t)large.at, 3u << 20);
	assert_int_equal(tree_check(large, "fdt", ERR_BAD_DTB, &used), OK);
	assert_int_equal(used, tree.size);
	tree_free(large);
	tree_free(tree);
}

static void header_words(void **state)
{
	struct span tree = tree_done(tree_like_virt());

	(void)state;
	for (unsigned word = 0; word < HEADER_WORDS; word++) {
		for (unsigned i = 0; i < sizeof(odd_values) / sizeof(odd_values[0]); i++) {
			struct span copy = copy_of(tree, tree.size);

			store_be32((uint8_t *)(uintptr_t)copy.at + 4 * word, odd_values[i]);
			/* version and last_comp_version may be new ones, boot_cpuid anything. */
			if (word == 5 || word == 6 || word == 7 ||
			    memcmp(copy.at, tree.at, tree.size) == 0)
				(void)!check(copy);
			else
				assert_int_equal(check(copy), ERR_BAD_DTB);
			tree_free(copy);
		}
	}
	tree_free(tree);
}

static void old_versions(void **state)
{
	struct span tree = tree_done(tree_like_virt());

	(void)state;
	for (uint32_t version = 0; version < 17; version++) {
		struct span copy = copy_of(tree, tree.size);

		store_be32((uint8_t *)(uintptr_t)copy.at + 20, version);
		expect(ERR_BAD_DTB, copy);
	}
	tree_free(tree);
}

static void every_truncation(void **state)
{
	struct span tree = tree_done(tree_like_virt());

	(void)state;
	for (size_t size = 0; size < tree.size; size++) {
		struct span copy = copy_of(tree, size);

		assert_int_equal(check(copy), ERR_BAD_DTB);
		if (size >= 8) {
			store_be32((uint8_t *)(uintptr_t)copy.at + 4, (uint32_t)size);
			(void)!check(copy);
		}
		tree_free(copy);
	}
	tree_free(tree);
}

static void every_byte_flipped(void **state)
{
	struct span tree = tree_done(tree_like_virt());

	(void)state;
	for (size_t at = 0; at < tree.size; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			struct span copy = copy_of(tree, tree.size);

			((uint8_t *)(uintptr_t)copy.at)[at] ^= (uint8_t)(1u << bit);
			(void)!check(copy);
			tree_free(copy);
		}
	}
	tree_free(tree);
}

static void every_token_replaced(void **state)
{
	struct span tree = tree_done(tree_like_virt());
	size_t structure = fdt_off_dt_struct(tree.at);

	(void)state;
	for (size_t at = structure; at + 4 <= tree.size; at += 4) {
		for (unsigned i = 0; i < sizeof(odd_values) / sizeof(odd_values[0]); i++) {
			struct span copy = copy_of(tree, tree.size);

			store_be32((uint8_t *)(uintptr_t)copy.at + at, odd_values[i]);
			(void)!check(copy);
			tree_free(copy);
		}
	}
	tree_free(tree);
}

static struct span nested(unsigned levels)
{
	void *fdt = tree_like_virt();
	int node = 0;

	for (unsigned i = 0; i < levels; i++) {
		node = fdt_add_subnode(fdt, node, "n");
		assert_true(node >= 0);
	}
	return tree_done(fdt);
}

static void nesting(void **state)
{
	(void)state;
	expect(OK, nested(TREE_DEPTH_MAX - 1));
	expect(ERR_BAD_DTB, nested(TREE_DEPTH_MAX));
	expect(ERR_BAD_DTB, nested(1000));
}

static struct span with_memory(unsigned cells, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	void *fdt = tree_like_virt();

	tree_u32s(fdt, "/memory@40000000", "reg", cells, a, b, c, d);
	return tree_done(fdt);
}

static void memory_ranges(void **state)
{
	(void)state;
	expect(OK, with_memory(4, 0xffffffff, 0xfffff000, 0, 0xfff));
	expect(ERR_BAD_DTB, with_memory(4, 0xffffffff, 0xfffff000, 0, 0x1001));
	expect(ERR_BAD_DTB, with_memory(4, 1, 0, 0xffffffff, 0xffffffff));
	expect(ERR_BAD_DTB, with_memory(3, 0, 0, 0, 0));
	expect(ERR_BAD_DTB, with_memory(2, 0, 0, 0, 0));
	expect(OK, with_memory(0, 0, 0, 0, 0));
}

static void memory_without_reg_or_cells(void **state)
{
	static const uint32_t cells[] = { 0, 3, 4, 0x80000000, 0xffffffff };
	void *fdt = tree_like_virt();

	(void)state;
	assert_int_equal(fdt_delprop(fdt, tree_node(fdt, "/memory@40000000"), "reg"), 0);
	expect(ERR_BAD_DTB, tree_done(fdt));
	for (unsigned i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		fdt = tree_like_virt();
		tree_u32s(fdt, "/", "#address-cells", 1, cells[i]);
		expect(ERR_BAD_DTB, tree_done(fdt));
		fdt = tree_like_virt();
		tree_u32s(fdt, "/", "#size-cells", 1, cells[i]);
		expect(ERR_BAD_DTB, tree_done(fdt));
	}
}

static void reservations(void **state)
{
	void *fdt = tree_like_virt();

	(void)state;
	assert_int_equal(fdt_add_mem_rsv(fdt, 0x40000000, 0x1000), 0);
	expect(OK, tree_done(fdt));
	fdt = tree_like_virt();
	assert_int_equal(fdt_add_mem_rsv(fdt, UINT64_MAX - 0xfff, 0x2000), 0);
	expect(ERR_BAD_DTB, tree_done(fdt));
}

static void unaligned(void **state)
{
	struct span tree = tree_done(tree_like_virt());
	uint8_t *at = malloc(tree.size + 4);

	(void)state;
	memcpy(at + 4, tree.at, tree.size);
	assert_int_equal(check((struct span){ at + 4, tree.size }), ERR_BAD_DTB);
	free(at);
	tree_free(tree);
}

static void more_than_two_mebibytes(void **state)
{
	size_t size = TREE_MAX;
	void *fdt = malloc(2 * size);
	uint8_t *filler = calloc(1, size);

	(void)state;
	assert_int_equal(fdt_create_empty_tree(fdt, (int)(2 * size)), 0);
	assert_int_equal(fdt_setprop(fdt, 0, "filler", filler, (int)size), 0);
	expect(ERR_TOO_BIG, tree_done(fdt));
	free(filler);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_tree_passes),
		cmocka_unit_test(empty_room_does_not_count),
		cmocka_unit_test(header_words),
		cmocka_unit_test(old_versions),
		cmocka_unit_test(every_truncation),
		cmocka_unit_test(every_byte_flipped),
		cmocka_unit_test(every_token_replaced),
		cmocka_unit_test(nesting),
		cmocka_unit_test(memory_ranges),
		cmocka_unit_test(memory_without_reg_or_cells),
		cmocka_unit_test(reservations),
		cmocka_unit_test(unaligned),
		cmocka_unit_test(more_than_two_mebibytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
