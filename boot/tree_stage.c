// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * tree_stage.c - the few things that only the earlier stage knows.
 *
 * Its tree is unsigned. What is taken is listed here and nothing else is looked at: where RAM
 * is, what of it firmware keeps, how to call that firmware, and the numbers of this one device.
 */
#include <string.h>

#include <libfdt.h>

#include "tree.h"
#include "tree_private.h"
#include "tree_walk.h"

#define MAC_SIZE 6
#define ALIASES_MAX 8
#define REG_MAX 256 /* bytes of one reg property */
#define SERIAL_MAX 128

static enum status write_cells(uint8_t *at, int count, uint64_t value, uint8_t **end)
{
	if (count == 1 && value > UINT32_MAX)
		return refuse(ERR_BAD_DTB, "reg", "the signed tree cannot express this address");
	if (count == 1)
		store_be32(at, (uint32_t)value);
	else
		store_be64(at, value);
	*end = at + (size_t)4 * (unsigned)count;
	return OK;
}

/* The node's reg, rewritten for the cells it will have in the other tree. */
static enum status convert_reg(const void *stage, int node, const struct tree_cells *from,
			       const struct tree_cells *to, uint8_t *out, int *size)
{
	int length;
	const void *reg = fdt_getprop(stage, node, "reg", &length);
	struct tree_range range;
	uint8_t *end = out;
	bool bad = !reg;

	for (unsigned i = 0; reg && tree_range(reg, length, from, i, &range, &bad); i++) {
		if (end - out > REG_MAX - 16)
			return refuse(ERR_BAD_DTB, "reg", "too many ranges in one node");
		TRY(write_cells(end, to->address, range.base, &end));
		TRY(write_cells(end, to->size, range.size, &end));
	}
	if (bad)
		return refuse(ERR_BAD_DTB, "reg", "a range in the stage's tree is broken");
	*size = (int)(end - out);
	return OK;
}

/* A node of this name below parent, with its reg taken from the stage's node. */
static enum status take_node(void *fdt, int parent, const void *stage, int node,
			     const struct tree_cells *from, const struct tree_cells *to, int *made)
{
	const char *name = fdt_get_name(stage, node, NULL);
	uint8_t reg[REG_MAX];
	int size = 0;

	TRY(convert_reg(stage, node, from, to, reg, &size));
	*made = fdt_add_subnode(fdt, parent, name);
	if (*made == -FDT_ERR_EXISTS)
		*made = fdt_subnode_offset(fdt, parent, name);
	TRY_FDT(*made);
	TRY_FDT(fdt_setprop(fdt, *made, "reg", reg, size));
	return OK;
}

/* The index-th memory node; -1 past the last. */
static int memory_node(const void *fdt, unsigned index)
{
	struct tree_walk walk;
	int node = -1;

	tree_walk(&walk, fdt);
	while (tree_next(&walk)) {
		if (walk.token == TREE_NODE && walk.depth == 2)
			node = walk.offset;
		if (walk.token == TREE_PROPERTY && walk.depth == 2 && tree_is_memory(&walk) &&
		    index-- == 0)
			return node;
	}
	return -1;
}

/* The signed tree's own idea of RAM goes, whatever its nodes are called. */
static enum status drop_memory(void *fdt)
{
	int node;

	while ((node = memory_node(fdt, 0)) >= 0)
		TRY_FDT(fdt_del_node(fdt, node));
	return OK;
}

/* The secure world's RAM, for one, is in the tree of QEMU's virt board, but not for Linux. */
static bool is_disabled(const void *fdt, int node)
{
	int length;
	const char *value = fdt_getprop(fdt, node, "status", &length);

	return value && !(length == 5 && memcmp(value, "okay", 5) == 0) &&
	       !(length == 3 && memcmp(value, "ok", 3) == 0);
}

/*
 * "memory", with or without a unit address. Under any other name it could be a node of the signed
 * tree whose reg this is not to change.
 */
static bool has_memory_name(const void *fdt, int node)
{
	static const char memory[] = "memory";
	const char *name = fdt_get_name(fdt, node, NULL);

	return name && strncmp(name, memory, sizeof(memory) - 1) == 0 &&
	       (name[sizeof(memory) - 1] == '\0' || name[sizeof(memory) - 1] == '@');
}

static enum status take_bank(void *fdt, const void *stage, int node, const struct tree_cells *from,
			     const struct tree_cells *to)
{
	int made;

	if (is_disabled(stage, node))
		return OK;
	if (!has_memory_name(stage, node))
		return refuse(ERR_BAD_DTB, "memory", "RAM of the stage's tree has another name");
	TRY(take_node(fdt, 0, stage, node, from, to, &made));
	TRY_FDT(tree_string(fdt, made, "device_type", "memory"));
	return OK;
}

static enum status take_memory(void *fdt, const void *stage)
{
	struct tree_cells from;
	struct tree_cells to;
	int node;

	TRY(tree_cells(stage, 0, &from));
	TRY(tree_cells(fdt, 0, &to));
	TRY(drop_memory(fdt));
	for (unsigned i = 0; (node = memory_node(stage, i)) >= 0; i++)
		TRY(take_bank(fdt, stage, node, &from, &to));
	return OK;
}

/* /reserved-memory of the signed tree, made if it is not there. */
static enum status reserved_node(void *fdt, int *node)
{
	struct tree_cells cells;

	*node = tree_child(fdt, "reserved-memory");
	if (*node >= 0)
		return OK;
	TRY(tree_cells(fdt, 0, &cells));
	*node = fdt_add_subnode(fdt, 0, "reserved-memory");
	TRY_FDT(*node);
	TRY_FDT(fdt_setprop_u32(fdt, *node, "#address-cells", (uint32_t)cells.address));
	TRY_FDT(fdt_setprop_u32(fdt, *node, "#size-cells", (uint32_t)cells.size));
	TRY_FDT(fdt_setprop_empty(fdt, *node, "ranges"));
	return OK;
}

static enum status take_reserved(void *fdt, const void *stage)
{
	int parent = tree_child(stage, "reserved-memory");
	struct tree_cells from;
	struct tree_cells to;
	int node;
	int here;
	int made;

	if (parent < 0)
		return OK;
	TRY(tree_cells(stage, parent, &from));
	fdt_for_each_subnode (node, stage, parent) {
		/* Those without reg are for Linux to place: a matter of the signed tree. */
		if (!fdt_getprop(stage, node, "reg", NULL))
			continue;
		TRY(reserved_node(fdt, &here));
		/* What the signed tree says of a range of this name stays. */
		if (fdt_subnode_offset(fdt, here, fdt_get_name(stage, node, NULL)) >= 0)
			continue;
		TRY(tree_cells(fdt, here, &to));
		TRY(take_node(fdt, here, stage, node, &from, &to, &made));
		if (fdt_getprop(stage, node, "no-map", NULL))
			TRY_FDT(fdt_setprop_empty(fdt, made, "no-map"));
	}
	return OK;
}

/* Reservations outside the tree. */
static enum status take_reservations(void *fdt, const void *stage)
{
	int count = fdt_num_mem_rsv(stage);

	for (int i = 0; i < count; i++) {
		uint64_t base;
		uint64_t size;

		TRY_FDT(fdt_get_mem_rsv(stage, i, &base, &size));
		TRY_FDT(fdt_add_mem_rsv(fdt, base, size));
	}
	return OK;
}

static enum status copy_property(void *fdt, int to, const void *stage, int from, const char *name)
{
	int length;
	const void *value = fdt_getprop(stage, from, name, &length);

	if (value)
		TRY_FDT(fdt_setprop(fdt, to, name, value, length));
	return OK;
}

/* Firmware that the stage's tree does not know is not there to be called. */
static enum status take_psci(void *fdt, const void *stage)
{
	static const char *const names[] = { "compatible", "method",  "cpu_suspend",  "cpu_off",
					     "cpu_on",     "migrate", "sys_poweroff", "sys_reset" };
	int from = tree_child(stage, "psci");
	int to = tree_child(fdt, "psci");

	if (from < 0 && to >= 0)
		TRY_FDT(fdt_del_node(fdt, to));
	if (from < 0)
		return OK;
	if (to < 0)
		to = fdt_add_subnode(fdt, 0, "psci");
	TRY_FDT(to);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		TRY(copy_property(fdt, to, stage, from, names[i]));
	return OK;
}

/* The number of a CPU: its reg, of one or two cells. */
static bool cpu_number(const void *fdt, int node, uint64_t *number)
{
	int length;
	const void *reg = fdt_getprop(fdt, node, "reg", &length);

	if (!reg || (length != 4 && length != 8))
		return false;
	*number = length == 4 ? load_be32(reg) : load_be64(reg);
	return true;
}

/* The CPU with this number, or a negative value. */
static int same_cpu(const void *fdt, int cpus, uint64_t number)
{
	uint64_t other;
	int node;

	fdt_for_each_subnode (node, fdt, cpus)
		if (cpu_number(fdt, node, &other) && other == number)
			return node;
	return -FDT_ERR_NOTFOUND;
}

/* A CPU of the signed tree that the stage's tree does not have, or a negative value. */
static int unknown_cpu(const void *fdt, int here, const void *stage, int there)
{
	uint64_t number;
	int node;

	fdt_for_each_subnode (node, fdt, here)
		if (cpu_number(fdt, node, &number) && same_cpu(stage, there, number) < 0)
			return node;
	return -FDT_ERR_NOTFOUND;
}

/*
 * Which CPUs there are and how they are started is for the stage to say: nobody else starts them.
 */
static enum status take_cpus(void *fdt, const void *stage)
{
	int there = tree_child(stage, "cpus");
	int here = tree_child(fdt, "cpus");
	uint64_t number;
	int node;

	if (there < 0 || here < 0)
		return OK;
	while ((node = unknown_cpu(fdt, here, stage, there)) >= 0)
		TRY_FDT(fdt_del_node(fdt, node));
	fdt_for_each_subnode (node, stage, there) {
		int to = cpu_number(stage, node, &number) ? same_cpu(fdt, here, number) : -1;

		if (to < 0)
			continue;
		TRY(copy_property(fdt, to, stage, node, "enable-method"));
		/* The first may have moved nothing before it: the node's offset still holds. */
		TRY(copy_property(fdt, to, stage, node, "cpu-release-addr"));
	}
	return OK;
}

/* The node that the alias names, or a negative value. */
static int aliased(const void *fdt, int aliases, const char *alias)
{
	int length = 0;
	const char *path = aliases < 0 ? NULL : fdt_getprop(fdt, aliases, alias, &length);

	if (!path || length < 2 || path[0] != '/' || path[length - 1] != '\0')
		return -1;
	return fdt_path_offset(fdt, path);
}

/* ethernet0 of the one to ethernet0 of the other. */
static enum status take_mac(void *fdt, const void *stage, int aliases, const char *alias)
{
	int from = aliased(stage, aliases, alias);
	int to = from < 0 ? -1 : aliased(fdt, tree_child(fdt, "aliases"), alias);
	int length = 0;

	if (to < 0)
		return OK;
	if (!fdt_getprop(stage, from, "local-mac-address", &length) || length != MAC_SIZE)
		return OK;
	return copy_property(fdt, to, stage, from, "local-mac-address");
}

/* Numbers of this one device; a value that is not what it should be is not taken. */
static enum status take_identity(void *fdt, const void *stage)
{
	char alias[] = "ethernet0";
	int aliases = tree_child(stage, "aliases");
	int length;
	const char *serial = fdt_getprop(stage, 0, "serial-number", &length);

	if (serial && length > 1 && length <= SERIAL_MAX &&
	    memchr(serial, 0, (size_t)length) == serial + length - 1)
		TRY_FDT(fdt_setprop(fdt, 0, "serial-number", serial, length));
	for (unsigned i = 0; i < ALIASES_MAX; i++) {
		alias[sizeof(alias) - 2] = (char)('0' + i);
		TRY(take_mac(fdt, stage, aliases, alias));
	}
	return OK;
}

enum status tree_take_stage(void *fdt, const void *stage)
{
	TRY(take_memory(fdt, stage));
	TRY(take_reserved(fdt, stage));
	TRY(take_reservations(fdt, stage));
	TRY(take_psci(fdt, stage));
	TRY(take_cpus(fdt, stage));
	return take_identity(fdt, stage);
}
