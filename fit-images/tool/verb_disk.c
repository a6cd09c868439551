/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "disk_layout.h"
#include "guid.h"
#include "json.h"

#define DISK_SIZE_MAX (1ull << 42)

/* Boards whose media we know. */
static const struct board boards[] = {
	{ "virt-arm64", false, "b921b045-1df0-41c3-af44-4c6f280d3fae",
	  "df3300ce-d69f-4c92-978c-9bfb0f38d820" },
};
#define BOARDS (sizeof boards / sizeof *boards)

enum {
	KEY_BOARD = 0x2000,
	KEY_SLOT,
	KEY_SPLIT,
	KEY_SEED,
	KEY_FIT_SIZE,
	KEY_ROOT_SIZE,
	KEY_SIZE,
	KEY_NO_FW_ENV
};

static const struct argp_option options[] = {
	{ "board", KEY_BOARD, "NAME", 0, "board the disk is for (default virt-arm64)", 0 },
	{ "slot", KEY_SLOT, "NAME=FIT[,ROOT]", 0, "fill slot a, b or recovery (no ROOT there)", 0 },
	{ "verity-split", KEY_SPLIT, NULL, 0,
	  "hash trees in partitions of their own, with the types and GUIDs of the Discoverable "
	  "Partitions Specification",
	  0 },
	{ "fit-size", KEY_FIT_SIZE, "BYTES", 0,
	  "size of each FIT partition (default: 16M, or what the largest FIT needs)", 0 },
	{ "root-size", KEY_ROOT_SIZE, "BYTES", 0,
	  "size of each root partition (default: the same for roots)", 0 },
	{ "size", KEY_SIZE, "BYTES", 0, "size of the whole disk (default: as needed)", 0 },
	{ "seed", KEY_SEED, "TEXT", 0,
	  "what the GUIDs are derived from; give each product its own (default holdfast)", 0 },
	{ "no-fw-env-config", KEY_NO_FW_ENV, NULL, 0, "do not write fw_env.config beside DISK", 0 },
	{ 0 },
};

static void parse_slot(char *argument, struct argp_state *state, struct disk_arguments *arguments)
{
	char *fit = strchr(argument, '='), *root;
	struct slot_content *slot;
	int index;

	if (!fit) {
		argp_error(state, "--slot a=FIT[,ROOT]: %s", argument);
		return;
	}
	*fit++ = '\0';
	index = slot_by_name(argument);
	if (index < 0)
		argp_error(state, "no slot %s; there are a, b, recovery", argument);
	slot = &arguments->slots[index];
	if (slot->given)
		argp_error(state, "slot %s is given twice", argument);
	root = strchr(fit, ',');
	if (root)
		*root++ = '\0';
	if (!*fit || (root && !*root))
		argp_error(state, "slot %s: an empty file name", argument);
	if (root && index == SLOTS - 1)
		argp_error(
			state,
			"recovery has no root partition: its root is in the FIT or in an initrd");
	slot->given = true;
	slot->fit_path = fit;
	slot->root_path = root;
}

static uint64_t parse_size(const char *text, struct argp_state *state)
{
	uint64_t size = 0;

	if (!parse_number(text, true, DISK_SIZE_MAX, &size) || !size || size % PARTITION_ALIGN)
		argp_error(state, "a size is a multiple of 1M: %s", text);
	return size;
}

static void parse_board(const char *name, struct argp_state *state,
			struct disk_arguments *arguments)
{
	size_t i;

	for (i = 0; i < BOARDS; i++)
		if (!strcmp(name, boards[i].name)) {
			arguments->board = &boards[i];
			return;
		}
	argp_error(state, "no board %s; there is %s", name, boards[0].name);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct disk_arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->common;
		return 0;
	case KEY_BOARD:
		parse_board(argument, state, arguments);
		return 0;
	case KEY_SLOT:
		parse_slot(argument, state, arguments);
		return 0;
	case KEY_SPLIT:
		arguments->split = true;
		return 0;
	case KEY_SEED:
		arguments->seed = argument;
		return 0;
	case KEY_FIT_SIZE:
		arguments->fit_size = parse_size(argument, state);
		return 0;
	case KEY_ROOT_SIZE:
		arguments->root_size = parse_size(argument, state);
		return 0;
	case KEY_SIZE:
		arguments->disk_size = parse_size(argument, state);
		return 0;
	case KEY_NO_FW_ENV:
		arguments->no_fw_env = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "what is %s?", argument);
		return 0;
	case ARGP_KEY_END:
		if (!arguments->common.output && !arguments->common.dry_run)
			argp_error(state, "-o DISK says where the image goes");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void write_slot(const struct output *output, const struct layout *layout,
		       const struct slot_content *slot, const char *name, bool split)
{
	output_write(output, disk_place_of(layout, "holdfast", name), slot->fit.at, slot->fit.size);
	if (!slot->has_root)
		return;
	if (!split) {
		root_write(&slot->root, output->fd, output->path,
			   disk_place_of(layout, "root", name));
		return;
	}
	output_write(output, disk_place_of(layout, "root", name), slot->root.data.at,
		     slot->root.data.size);
	output_write(output, disk_place_of(layout, "verity", name), slot->root.tree.bytes,
		     slot->root.tree.size);
}

/* What fw_setenv, RAUC and others need to find the environment; the same for every disk of ours. */
static void write_fw_env_config(const struct disk_arguments *arguments)
{
	static const char text[] =
		"# Holdfast's environment: two copies at the end of its partition\n"
		"/dev/disk/by-partlabel/holdfast-env 0xf8000 0x4000\n"
		"/dev/disk/by-partlabel/holdfast-env 0xfc000 0x4000\n";
	const char *disk = arguments->common.output, *slash = strrchr(disk, '/');
	size_t folder = slash ? (size_t)(slash - disk + 1) : 0;
	char *path = allocate(folder + sizeof "fw_env.config");
	struct input there;

	memcpy(path, disk, folder);
	memcpy(path + folder, "fw_env.config", sizeof "fw_env.config");
	if (!access(path, F_OK) && !arguments->common.yes) {
		there = input_open(path);
		if (there.size == sizeof text - 1 && !memcmp(there.at, text, there.size))
			return;
		fail(EXIT_POLICY,
		     "%s exists and says something else; --yes replaces it, --no-fw-env-config "
		     "leaves it",
		     path);
	}
	output_write(output_open(path), 0, text, sizeof text - 1);
}

static void print(const struct disk_arguments *arguments, const struct layout *layout)
{
	char uuid[37];
	unsigned i;

	if (arguments->common.json) {
		json_begin("disk");
		json_number("size", layout->disk_size);
		json_array("partitions");
	}
	for (i = 0; i < layout->count; i++) {
		const struct new_partition *partition = &layout->partitions[i];

		gpt_uuid_text(partition->uuid, uuid);
		if (arguments->common.json) {
			json_object(NULL);
			json_string("name", partition->name);
			json_string("uuid", uuid);
			json_number("offset", partition->start);
			json_number("size", partition->size);
			json_object_end();
		} else if (!arguments->common.quiet) {
			printf("%-18s %s %10llu %10llu\n", partition->name, uuid,
			       (unsigned long long)partition->start,
			       (unsigned long long)partition->size);
		}
	}
	if (arguments->common.json) {
		json_array_end();
		json_end();
	}
}

static void open_slots(struct disk_arguments *arguments)
{
	int i;

	for (i = 0; i < SLOTS; i++) {
		struct slot_content *slot = &arguments->slots[i];

		if (!slot->given)
			continue;
		slot_content_open(slot, arguments->split);
		if (slot->has_root && i == SLOTS - 1)
			fail_refused_at(ERR_VERITY_PARAMS, slot->fit_path,
					"recovery has no root partition");
		if (slot->has_root && !slot->root_path)
			fail_refused_at(ERR_VERITY_ROOT, slot->fit_path,
					"its root lies in a partition; give FIT,ROOT");
	}
}

int verb_disk(int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		options,
		parse,
		"--slot a=FIT[,ROOT] -o DISK",
		"Make a disk image with a GPT and slots a, b and recovery, and fw_env.config "
		"beside it."
		"\vThe same input always gives the same image. A DISK that exists is kept unless "
		"--yes: it may hold a device's state.",
		children,
		NULL,
		NULL
	};
	static struct disk_arguments arguments = { .board = &boards[0], .seed = "holdfast" };
	static struct layout layout;
	struct output *output;
	uint8_t uuid[16];
	int i;

	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	if (!arguments.common.dry_run && !arguments.common.yes &&
	    !access(arguments.common.output, F_OK))
		fail(EXIT_POLICY, "%s exists; --yes replaces it", arguments.common.output);
	open_slots(&arguments);
	disk_lay_out(&layout, &arguments);
	if (!arguments.common.dry_run) {
		output = output_open(arguments.common.output);
		output_size(output, layout.disk_size);
		guid_derive(arguments.seed, "disk", uuid);
		gpt_write(output, layout.disk_size, uuid, layout.partitions, layout.count);
		for (i = 0; i < SLOTS; i++)
			if (arguments.slots[i].given)
				write_slot(output, &layout, &arguments.slots[i], slot_names[i],
					   arguments.split);
		if (!arguments.no_fw_env)
			write_fw_env_config(&arguments);
		outputs_commit();
	}
	print(&arguments, &layout);
	return EXIT_DONE;
}
