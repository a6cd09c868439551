/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "disk_layout.h"

#include <stdio.h>
#include <string.h>

#include "guid.h"

#define ENVIRONMENT_SIZE (1ull << 20)
#define SLOT_SIZE_MIN (16ull << 20)

#define TYPE_ENVIRONMENT "3de21764-95bd-54bd-a5c3-4abe786f38a8"
/* Linux reserved: nothing mounts it. */
#define TYPE_FIT "8da63339-0007-60c0-c436-083ac8230908"
/* Linux data: no generator mounts it without verity. */
#define TYPE_ROOT "0fc63daf-8483-4772-8e79-3d69d8477de4"

static uint64_t align(uint64_t size)
{
	return (size + PARTITION_ALIGN - 1) / PARTITION_ALIGN * PARTITION_ALIGN;
}

/*
 * The size of a kind of partition: as asked for (and then it must do), or what the largest content
 * needs.
 */
static uint64_t partition_size(uint64_t asked, uint64_t needed, uint64_t least, const char *what)
{
	if (asked && needed > asked)
		fail_refused_at(ERR_TOO_BIG, what,
				"the content does not fit; ask for a larger size");
	if (asked)
		return asked;
	return align(needed > least ? needed : least);
}

static struct new_partition *add(struct layout *layout, const struct disk_arguments *arguments,
				 const char *name, const char *type, uint64_t size)
{
	struct new_partition *partition = &layout->partitions[layout->count++];

	*partition = (struct new_partition){
		.name = name, .type = type, .start = layout->end, .size = size
	};
	guid_derive(arguments->seed, name, partition->uuid);
	layout->end += size;
	return partition;
}

static uint64_t largest(const struct disk_arguments *arguments,
			uint64_t (*size)(const struct disk_arguments *, int))
{
	uint64_t most = 0;
	int i;

	for (i = 0; i < SLOTS; i++)
		if (arguments->slots[i].given && size(arguments, i) > most)
			most = size(arguments, i);
	return most;
}

static uint64_t fit_bytes(const struct disk_arguments *arguments, int slot)
{
	return arguments->slots[slot].fit.size;
}

static uint64_t root_bytes(const struct disk_arguments *arguments, int slot)
{
	return slot_root_size(&arguments->slots[slot], arguments->split);
}

static uint64_t tree_bytes(const struct disk_arguments *arguments, int slot)
{
	return slot_tree_size(&arguments->slots[slot]);
}

/* The Discoverable Partitions rule: the halves of the root hash are the GUIDs of data and tree. */
static void discoverable(struct layout *layout, const struct disk_arguments *arguments,
			 struct new_partition *data, struct new_partition *tree, int slot)
{
	const struct slot_content *content = &arguments->slots[slot];
	uint8_t uuid[16];
	unsigned i;

	if (!content->given || !content->has_root)
		return;
	guid_swap(content->named.root_hash, uuid);
	for (i = 0; i < layout->count; i++)
		if (!memcmp(layout->partitions[i].uuid, uuid, 16))
			return; /* the same root in both slots; GUIDs must stay unique */
	memcpy(data->uuid, uuid, 16);
	guid_swap(content->named.root_hash + digest_size(content->named.parameters.algorithm) - 16,
		  tree->uuid);
}

static void lay_out_roots(struct layout *layout, const struct disk_arguments *arguments)
{
	static const char *const data_names[] = { "root-a", "root-b" }, *const tree_names[] = {
		"verity-a", "verity-b"
	};
	uint64_t needed = largest(arguments, root_bytes);
	uint64_t size = partition_size(arguments->root_size, needed, SLOT_SIZE_MIN, "root");
	/* A tree of sha256 has a 127th of the data; what is there may have other parameters. */
	uint64_t tree_size = partition_size(0, largest(arguments, tree_bytes), size / 64, "verity");
	int i;

	if (!needed && !arguments->root_size)
		return;
	for (i = 0; i < 2; i++) {
		struct new_partition *data =
			add(layout, arguments, data_names[i],
			    arguments->split ? arguments->board->root_type : TYPE_ROOT, size);

		if (arguments->split)
			discoverable(layout, arguments, data,
				     add(layout, arguments, tree_names[i],
					 arguments->board->verity_type, tree_size),
				     i);
	}
}

static uint64_t whole_size(const struct layout *layout, const struct disk_arguments *arguments)
{
	uint64_t needed = layout->end + PARTITION_ALIGN, size = needed;

	if (arguments->board->power_of_two)
		for (size = PARTITION_ALIGN; size < needed;)
			size *= 2;
	if (arguments->disk_size && arguments->disk_size < needed)
		fail_refused_at(ERR_TOO_BIG, "disk",
				"the partitions do not fit; ask for a larger --size");
	return arguments->disk_size ? arguments->disk_size : size;
}

/* The fixed map of a raw flash: nothing to choose, only to see that the slots fit. */
static void lay_out_flash(struct layout *layout, const struct disk_arguments *arguments)
{
	const struct medium_part *part;
	int i;

	for (part = arguments->board->flash; part->name; part++)
		layout->partitions[layout->count++] = (struct new_partition){ .name = part->name,
									      .start = part->offset,
									      .size = part->size };
	for (i = 0; i < SLOTS; i++) {
		const struct slot_content *slot = &arguments->slots[i];

		if (slot->given && slot->fit.size > layout->partitions[i].size)
			fail_refused_at(ERR_TOO_BIG, slot->fit_path,
					"the FIT does not fit into its part of the flash");
	}
	layout->disk_size = arguments->board->flash_size;
}

void disk_lay_out(struct layout *layout, const struct disk_arguments *arguments)
{
	uint64_t size;

	memset(layout, 0, sizeof *layout);
	if (arguments->board->flash) {
		lay_out_flash(layout, arguments);
		return;
	}
	size = partition_size(arguments->fit_size, largest(arguments, fit_bytes), SLOT_SIZE_MIN,
			      "FIT");
	layout->end = PARTITION_ALIGN;
	add(layout, arguments, "holdfast-env", TYPE_ENVIRONMENT, ENVIRONMENT_SIZE);
	add(layout, arguments, "holdfast-a", TYPE_FIT, size);
	add(layout, arguments, "holdfast-b", TYPE_FIT, size);
	lay_out_roots(layout, arguments);
	add(layout, arguments, "holdfast-recovery", TYPE_FIT, size);
	layout->disk_size = whole_size(layout, arguments);
}

void disk_lay_out_roots(struct layout *layout, const struct disk_arguments *arguments)
{
	memset(layout, 0, sizeof *layout);
	layout->end = PARTITION_ALIGN;
	lay_out_roots(layout, arguments);
	layout->disk_size = whole_size(layout, arguments);
}

uint64_t disk_place_of(const struct layout *layout, const char *kind, const char *slot)
{
	char name[32];
	unsigned i;

	snprintf(name, sizeof name, "%s-%s", kind, slot);
	for (i = 0; i < layout->count; i++)
		if (!strcmp(layout->partitions[i].name, name))
			return layout->partitions[i].start;
	fail(EXIT_INTERNAL, "no partition %s", name);
}
