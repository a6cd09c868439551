/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "disk_write.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guid.h"

/* An output and how it is laid out. */
struct disk {
	const struct output *output;
	const struct layout *layout;
};

static void write_slot(const struct disk *disk, const struct slot_content *slot, const char *name)
{
	output_write(disk->output, disk_place_of(disk->layout, "holdfast", name), slot->fit.at,
		     slot->fit.size);
}

static void write_root(const struct disk *disk, const struct slot_content *slot, const char *name,
		       bool split)
{
	uint64_t data = disk_place_of(disk->layout, "root", name);

	if (!split) {
		root_write(&slot->root, disk->output->fd, disk->output->path, data);
		return;
	}
	output_write(disk->output, data, slot->root.data.at, slot->root.data.size);
	output_write(disk->output, disk_place_of(disk->layout, "verity", name),
		     slot->root.tree.bytes, slot->root.tree.size);
}

/* Flash that is erased, whole: what nobody writes is ready to be written. */
static void write_erased(const struct disk *disk)
{
	static uint8_t erased[65536];
	uint64_t at;

	memset(erased, 0xff, sizeof erased);
	for (at = 0; at < disk->layout->disk_size; at += sizeof erased)
		output_write(disk->output, at, erased, sizeof erased);
}

static void write_table(const struct disk *disk, const struct disk_arguments *arguments,
			const char *name)
{
	struct new_table table = { .disk_size = disk->layout->disk_size,
				   .entries = arguments->board->table,
				   .partitions = disk->layout->partitions,
				   .count = disk->layout->count };

	output_size(disk->output, table.disk_size);
	guid_derive(arguments->seed, name, table.disk_uuid);
	gpt_write(disk->output, &table);
}

#define COMMENT "# Holdfast's environment: two copies"

/* What fw_setenv, RAUC and others need to find the environment; the same for every disk of ours. */
static void fw_env_text(const struct layout *layout, const struct board *board, char *text,
			size_t size)
{
	unsigned long long a, b, block = board->flash_block;

	if (!board->flash) {
		snprintf(text, size,
			 COMMENT " at the end of its partition\n"
				 "/dev/disk/by-partlabel/holdfast-env 0xf8000 0x4000\n"
				 "/dev/disk/by-partlabel/holdfast-env 0xfc000 0x4000\n");
		return;
	}
	a = disk_place_of(layout, "holdfast-env", "a");
	b = disk_place_of(layout, "holdfast-env", "b");
	snprintf(text, size,
		 COMMENT ", an erase block each; mtd0 is the whole flash\n"
			 "/dev/mtd0 0x%llx 0x%llx 0x%llx\n/dev/mtd0 0x%llx 0x%llx 0x%llx\n",
		 a, block, block, b, block, block);
}

static void write_fw_env_config(const struct layout *layout, const struct disk_arguments *arguments)
{
	const char *disk = arguments->common.output, *slash = strrchr(disk, '/');
	size_t folder = slash ? (size_t)(slash - disk + 1) : 0;
	char *path = allocate(folder + sizeof "fw_env.config");
	struct input there;
	char text[256];

	fw_env_text(layout, arguments->board, text, sizeof text);
	memcpy(path, disk, folder);
	memcpy(path + folder, "fw_env.config", sizeof "fw_env.config");
	if (!access(path, F_OK) && !arguments->common.yes) {
		there = input_open(path);
		if (there.size == strlen(text) && !memcmp(there.at, text, there.size))
			return;
		fail(EXIT_POLICY,
		     "%s exists and says something else; --yes replaces it, --no-fw-env-config "
		     "leaves it",
		     path);
	}
	output_write(output_open(path), 0, text, strlen(text));
}

void disk_write(const struct layout *slots, const struct layout *roots,
		const struct disk_arguments *arguments)
{
	struct disk disk = { output_open(arguments->common.output), slots }, other = disk;
	int i;

	if (arguments->board->flash)
		write_erased(&disk);
	else
		write_table(&disk, arguments, "disk");
	if (roots) {
		other = (struct disk){ output_open(arguments->root_disk), roots };
		write_table(&other, arguments, "root disk");
	}
	if (arguments->first_stage)
		output_write(disk.output, arguments->board->first_stage, arguments->stage.at,
			     arguments->stage.size);
	for (i = 0; i < SLOTS; i++) {
		const struct slot_content *slot = &arguments->slots[i];

		if (slot->given)
			write_slot(&disk, slot, slot_names[i]);
		if (slot->has_root)
			write_root(&other, slot, slot_names[i], arguments->split);
	}
	if (!arguments->no_fw_env)
		write_fw_env_config(slots, arguments);
}
