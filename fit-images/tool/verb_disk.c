/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "disk_write.h"
#include "document.h"

#define DISK_SIZE_MAX (1ull << 42)

enum {
	KEY_BOARD = 0x2000,
	KEY_SLOT,
	KEY_SPLIT,
	KEY_SEED,
	KEY_FIT_SIZE,
	KEY_ROOT_SIZE,
	KEY_SIZE,
	KEY_NO_FW_ENV,
	KEY_FIRST_STAGE,
	KEY_ROOT_DISK
};

static const struct argp_option options[] = {
	{ "board", KEY_BOARD, "NAME", 0,
	  "board the disk is for (default virt-arm64); another name lists them", 0 },
	{ "slot", KEY_SLOT, "NAME=FIT[,ROOT]", 0, "fill slot a, b or recovery (no ROOT there)", 0 },
	{ "first-stage", KEY_FIRST_STAGE, "FILE", 0,
	  "what the boot ROM starts and the loader behind it (make flash), for a board that boots "
	  "from this medium",
	  0 },
	{ "root-disk", KEY_ROOT_DISK, "FILE", 0,
	  "the disk with the roots, for a board whose slots are in raw flash", 0 },
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

/* What does not go with the board. */
static void check_board(struct argp_state *state, const struct disk_arguments *arguments)
{
	const struct board *board = arguments->board;

	if (arguments->first_stage && !board->first_stage_end)
		argp_error(state, "%s does not boot from this medium: no --first-stage",
			   board->name);
	if (arguments->root_disk && !board->flash)
		argp_error(state, "the roots of %s are on the same disk: no --root-disk",
			   board->name);
	if (arguments->fit_size && board->flash)
		argp_error(state, "the flash of %s has a fixed map: no --fit-size", board->name);
	if (!arguments->common.output && !arguments->common.dry_run)
		argp_error(state, "-o DISK says where the image goes");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct disk_arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->common;
		return 0;
	case KEY_BOARD:
		arguments->board = board_parse(argument, state);
		return 0;
	case KEY_SLOT:
		parse_slot(argument, state, arguments);
		return 0;
	case KEY_FIRST_STAGE:
		arguments->first_stage = argument;
		return 0;
	case KEY_ROOT_DISK:
		arguments->root_disk = argument;
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
		check_board(state, arguments);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void print_partition(const struct disk_arguments *arguments,
			    const struct new_partition *partition)
{
	char uuid[37] = "-";

	if (partition->type)
		gpt_uuid_text(partition->uuid, uuid);
	if (arguments->common.json) {
		document_object(NULL);
		document_string("name", partition->name);
		if (partition->type)
			document_string("uuid", uuid);
		document_number("offset", partition->start);
		document_number("size", partition->size);
		document_object_end();
	} else if (!arguments->common.quiet) {
		printf("%-18s %-36s %10llu %10llu\n", partition->name, uuid,
		       (unsigned long long)partition->start, (unsigned long long)partition->size);
	}
}

static void print(const struct disk_arguments *arguments, const struct layout *layout)
{
	unsigned i;

	if (arguments->common.json) {
		document_number("size", layout->disk_size);
		document_array("partitions");
	}
	for (i = 0; i < layout->count; i++)
		print_partition(arguments, &layout->partitions[i]);
	if (arguments->common.json)
		document_array_end();
}

static void print_all(const struct disk_arguments *arguments, const struct layout *slots,
		      const struct layout *roots)
{
	if (arguments->common.json)
		document_begin("disk");
	print(arguments, slots);
	if (arguments->common.json && arguments->root_disk)
		document_object("root_disk");
	if (arguments->root_disk)
		print(arguments, roots);
	if (arguments->common.json && arguments->root_disk)
		document_object_end();
	if (arguments->common.json)
		document_end();
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
		if (slot->has_root && arguments->board->flash && !arguments->root_disk)
			fail_refused_at(ERR_VERITY_ROOT, slot->fit_path,
					"its root lies on another medium; give --root-disk");
	}
}

/* What exists may hold a device's state. */
static void keep(const struct disk_arguments *arguments, const char *path)
{
	if (path && !arguments->common.dry_run && !arguments->common.yes && !access(path, F_OK))
		fail(EXIT_POLICY, "%s exists; --yes replaces it", path);
}

static void open_first_stage(struct disk_arguments *arguments)
{
	const struct board *board = arguments->board;

	if (!arguments->first_stage)
		return;
	arguments->stage = input_open(arguments->first_stage);
	if (arguments->stage.size > board->first_stage_end - board->first_stage)
		fail_refused_at(ERR_TOO_BIG, "first-stage",
				"it does not fit before the first partition");
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
	static struct disk_arguments arguments = { .seed = "holdfast" };
	static struct layout slots, roots;

	arguments.board = &boards[0];
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	keep(&arguments, arguments.common.output);
	keep(&arguments, arguments.root_disk);
	open_slots(&arguments);
	open_first_stage(&arguments);
	disk_lay_out(&slots, &arguments);
	if (arguments.root_disk)
		disk_lay_out_roots(&roots, &arguments);
	if (!arguments.common.dry_run) {
		disk_write(&slots, arguments.root_disk ? &roots : NULL, &arguments);
		outputs_commit();
	}
	print_all(&arguments, &slots, &roots);
	return EXIT_DONE;
}
