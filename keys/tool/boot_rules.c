/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * boot_rules.c - slot A of a machine that is not there.
 */
#define _GNU_SOURCE
#include <string.h>

#include <libfdt.h>

#include "boot_rules.h"
#include "host.h"
#include "kernel.h"
#include "log.h"
#include "platform.h"

#define STAGE_TREE_SIZE 1024

/* What is read from a root partition that was not given: blocks of zeros. */
static enum status zeros_start(const struct medium *medium, uint64_t lba, uint32_t blocks,
			       void *destination)
{
	(void)medium;
	(void)lba;
	(void)memset(destination, 0, blocks);
	return OK;
}

static void add_partition(struct machine *machine, const char *name, struct extent extent)
{
	struct partition *partition = &machine->gpt.partitions[machine->gpt.count++];

	(void)strncpy(partition->name, name, GPT_NAME_MAX);
	partition->extent = extent;
}

/* The least that the tree of the stage before says: where memory is. */
static int make_stage_tree(uint8_t *tree)
{
	static const char compatible[] = "linux,dummy-virt";
	uint8_t memory[16];
	int node;
	int error = fdt_create_empty_tree(tree, STAGE_TREE_SIZE);

	store_be64(memory, HOST_RAM_BASE);
	store_be64(memory + 8, HOST_RAM_SIZE);
	if (error == 0)
		error = fdt_setprop_u32(tree, 0, "#address-cells", 2);
	if (error == 0)
		error = fdt_setprop_u32(tree, 0, "#size-cells", 2);
	if (error == 0)
		error = fdt_setprop(tree, 0, "compatible", compatible, sizeof(compatible));
	node = error == 0 ? fdt_add_subnode(tree, 0, "memory@40000000") : error;
	if (node < 0)
		return node;
	error = fdt_setprop(tree, node, "device_type", "memory", 7);
	if (error == 0)
		error = fdt_setprop(tree, node, "reg", memory, sizeof(memory));
	return error == 0 ? fdt_pack(tree) : error;
}

bool machine_is_known(const char *compatible)
{
	host_platform_compatible(NULL);
	for (const char *const *known = plat_compatible(); *known != NULL; known++) {
		if (strcmp(*known, compatible) == 0)
			return true;
	}
	return false;
}

enum status machine_start(const struct fit_file *file, struct span root_partition,
			  struct machine *machine)
{
	uint8_t tree[STAGE_TREE_SIZE] __attribute__((aligned(8)));
	const struct slot *slot;
	struct slot_order order;

	*machine = (struct machine){ .file = file, .root_partition = root_partition };
	host_platform_reset();
	if (make_stage_tree(tree) != 0)
		return refuse(ERR_INTERNAL, "stage-tree", "");
	host_platform_stage_tree((struct span){ tree, fdt_totalsize(tree) });
	slot_order(&order);
	slot = order.slots[0];
	add_partition(machine, slot->partition, file->extent);
	medium_of_bytes(root_partition, &machine->medium);
	if (root_partition.size == 0) {
		machine->medium.start = zeros_start;
		machine->medium.blocks = UINT64_MAX;
	}
	add_partition(machine, slot->root, extent_whole(&machine->medium));
	add_partition(machine, slot->verity, extent_whole(&machine->medium));
	return plat_memory(&machine->map);
}

enum status machine_root(struct machine *machine, const struct fit_config *config,
			 struct proof *proof, struct root *root)
{
	struct slot_place place = { &machine->gpt, &machine->gpt.partitions[0] };
	struct slot_order order;
	struct proof before = *proof;
	enum status status;

	slot_order(&order);
	status = root_check(config, order.slots[0], &place, &machine->map, proof, root);
	if (status != ERR_VERITY_ROOT && status != ERR_VERITY_IO)
		return status;
	machine->root_unread = machine->root_partition.size == 0 && root->verity.in_partition;
	if (!machine->root_unread)
		return status;
	/* Only the top of the tree was missing. What was read instead proves nothing. */
	*proof = before;
	region_release_all(&machine->map);
	refusal_clear();
	return OK;
}

enum status machine_command_line(const struct fit_config *config, const struct root *root)
{
	static char text[COMMAND_LINE_SIZE];
	struct slot_order order;

	slot_order(&order);
	return command_line(config, NULL, root, order.slots[0], text);
}

enum status machine_boot(struct machine *machine, const struct fit_config *config,
			 struct root *root, uint32_t index, struct proof *proof)
{
	static struct kernel kernel;
	struct slot_order order;
	struct tree_facts facts = {
		.source = tree_source(),
		.version = log_version(),
		.config = fit_config_name(config),
		.key = fit_config_key(config)->name,
		.index = index,
		.refused = "",
	};
	enum status status;

	slot_order(&order);
	facts.slot = order.slots[0];
	status = kernel_load(config, &machine->map, proof, root, &kernel);
	if (status == OK)
		status = kernel_describe(config, &facts, root, &machine->map, &kernel);
	kernel_forget(&kernel);
	region_release_all(&machine->map);
	return status;
}
