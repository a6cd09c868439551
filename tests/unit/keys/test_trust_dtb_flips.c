// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Trust sets that are no trees, and one with every single bit of it wrong. */
#include "trust_tree.h"

static void not_a_tree(void **state)
{
	static uint8_t copy[TREE_SIZE + 8] __attribute__((aligned(8)));

	(void)state;
	assert_status(trust_dtb_read((struct span){ NULL, 0 }, &set), ERR_BAD_FDT);
	assert_status(trust_dtb_read((struct span){ tree, 10 }, &set), ERR_BAD_FDT);
	assert_int_equal(fdt_pack(tree), 0);
	assert_status(trust_dtb_read((struct span){ tree, fdt_totalsize(tree) - 1 }, &set),
		      ERR_BAD_FDT);
	assert_status(trust_dtb_read((struct span){ tree, fdt_totalsize(tree) }, &set), OK);
	memcpy(copy + 4, tree, fdt_totalsize(tree));
	assert_status(trust_dtb_read((struct span){ copy + 4, fdt_totalsize(tree) }, &set),
		      ERR_BAD_FDT);
	fdt_set_magic(tree, 0xd00dfeee);
	assert_status(read_tree(), ERR_BAD_FDT);
}

/*
 * Every single bit of a packed set: an answer, no crash; and what is read never names a key that is
 * not there.
 */
static void every_bit_flipped(void **state)
{
	static uint8_t flipped[8192] __attribute__((aligned(8)));
	size_t size;

	(void)state;
	assert_int_equal(fdt_del_node(tree, node("ec")), 0);
	assert_int_equal(fdt_pack(tree), 0);
	size = fdt_totalsize(tree);
	assert_true(size <= sizeof(flipped));
	memcpy(flipped, tree, size);
	for (size_t bit = 0; bit < 8 * size; bit++) {
		flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
		if (trust_dtb_read((struct span){ flipped, size }, &set) == OK)
			for (unsigned i = 0; i < set.keyring.count; i++)
				assert_true(set.keys[i].rsa.size == 256);
		flipped[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(not_a_tree, setup),
		cmocka_unit_test_setup(every_bit_flipped, setup),
	};

	return cmocka_run_group_tests(tests, setup_keys, teardown_keys);
}
