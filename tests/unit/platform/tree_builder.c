// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include "../unit.h"

#include "tree_builder.h"

#include <libfdt.h>

uint8_t tree[TREE_ROOM] __attribute__((aligned(8)));

void tree_u64(const char *name, uint64_t a, uint64_t b)
{
	const fdt64_t cells[] = { cpu_to_fdt64(a), cpu_to_fdt64(b) };

	assert_int_equal(fdt_property(tree, name, cells, sizeof(cells)), 0);
}

void tree_memory(const char *name, uint64_t base, uint64_t size, const char *status)
{
	assert_int_equal(fdt_begin_node(tree, name), 0);
	assert_int_equal(fdt_property_string(tree, "device_type", "memory"), 0);
	tree_u64("reg", base, size);
	if (status)
		assert_int_equal(fdt_property(tree, "status", status, (int)strlen(status) + 1), 0);
	assert_int_equal(fdt_end_node(tree), 0);
}

/* Open a tree with a reservation and address cells; the caller adds nodes and calls end(). */
void tree_begin(void)
{
	assert_int_equal(fdt_create(tree, TREE_ROOM), 0);
	assert_int_equal(fdt_add_reservemap_entry(tree, RAM + MIB, 0x1000), 0);
	assert_int_equal(fdt_finish_reservemap(tree), 0);
	assert_int_equal(fdt_begin_node(tree, ""), 0);
	assert_int_equal(fdt_property_u32(tree, "#address-cells", 2), 0);
	assert_int_equal(fdt_property_u32(tree, "#size-cells", 2), 0);
}

void tree_end(void)
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
	tree_u64("reg", RAM + 256 * MIB, MIB);
	assert_int_equal(fdt_property(tree, "no-map", "", 0), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_begin_node(tree, "anywhere"), 0);
	assert_int_equal(fdt_property_u64(tree, "size", MIB), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_end_node(tree), 0);
}

/* Like QEMU's behind TF-A: two banks, one that is the secure world's, reservations, psci, a bus. */
int tree_setup(void **state)
{
	(void)state;
	tree_begin();
	tree_memory("memory@40000000", RAM, 512 * MIB, NULL);
	tree_memory("secram@e000000", 0xe000000, 16 * MIB, "disabled");
	tree_memory("memory@100000000", 0x100000000, 64 * MIB + 5, "okay");
	reserved_nodes();
	assert_int_equal(fdt_begin_node(tree, "psci"), 0);
	assert_int_equal(fdt_property_string(tree, "method", "smc"), 0);
	assert_int_equal(fdt_end_node(tree), 0);
	assert_int_equal(fdt_begin_node(tree, "pcie@10000000"), 0);
	assert_int_equal(fdt_property_string(tree, "compatible", "pci-host-ecam-generic"), 0);
	tree_u64("reg", 0x4010000000, 0x10000000);
	assert_int_equal(fdt_end_node(tree), 0);
	tree_end();
	return 0;
}
