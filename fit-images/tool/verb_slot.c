/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <stdio.h>
#include <string.h>

#include "document.h"
#include "slot_content.h"
#include "written.h"

/* Written last: without it the slot is empty, never half of something. */
#define HEAD_SIZE 4096u

struct arguments {
	struct common common;
	const struct board *board;
	const char *disk, *slot;
	struct slot_content content;
};

#define KEY_BOARD 0x2000

static const struct argp_option options[] = {
	{ "board", KEY_BOARD, "NAME", 0, "board the disk is of, if it is raw flash", 0 },
	{ 0 },
};

static void check_usage(const struct arguments *arguments, struct argp_state *state)
{
	if (state->arg_num < 3)
		argp_error(state, "DISK, slot name and FIT are needed");
	if (slot_by_name(arguments->slot) < 0)
		argp_error(state, "no slot %s; there are a, b, recovery", arguments->slot);
	if (arguments->common.output)
		argp_error(state, "slot writes to DISK itself; there is no --output");
	if (arguments->board->flash && arguments->content.root_path)
		argp_error(state, "the roots of %s are on another medium: no ROOT here",
			   arguments->board->name);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->common;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num == 0)
			arguments->disk = argument;
		else if (state->arg_num == 1)
			arguments->slot = argument;
		else if (state->arg_num == 2)
			arguments->content.fit_path = argument;
		else if (state->arg_num == 3)
			arguments->content.root_path = argument;
		else
			argp_error(state, "what is %s?", argument);
		return 0;
	case KEY_BOARD:
		arguments->board = board_parse(argument, state);
		return 0;
	case ARGP_KEY_END:
		check_usage(arguments, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* The partition of a kind for this slot; NULL if there is none. */
static const struct partition *find(const struct gpt *gpt, const char *kind, const char *slot)
{
	const struct partition *partition;
	char name[GPT_NAME_MAX + 1];

	snprintf(name, sizeof name, "%s-%s", kind, slot);
	return gpt_find(gpt, name, &partition) == OK ? partition : NULL;
}

static const struct partition *need(const struct gpt *gpt, const char *kind, const char *slot,
				    uint64_t size)
{
	const struct partition *partition = find(gpt, kind, slot);

	if (!partition)
		fail_refused_at(ERR_NO_IMAGE, kind, "the disk has no such partition for this slot");
	else if (size > partition->extent.size)
		fail_refused_at(ERR_TOO_BIG, partition->name,
				"the content does not fit into the partition");
	return partition;
}

/* Without a ROOT the partition must already hold the root that the new FIT names. */
static void check_root_in_place(struct slot_content *content, const struct gpt *gpt,
				const char *slot, struct span disk)
{
	const struct partition *data = need(gpt, "root", slot, 0),
			       *tree = find(gpt, "verity", slot);
	struct span bytes, hashes = { NULL, 0 };

	if (span_sub(disk, data->extent.offset, data->extent.size, &bytes) != OK ||
	    (tree && span_sub(disk, tree->extent.offset, tree->extent.size, &hashes) != OK))
		fail_refused_at(ERR_BAD_GPT, data->name, "the partition lies outside the disk");
	slot_root_check(content, data->name, bytes, tree ? &hashes : NULL);
}

static void write_root(const struct arguments *arguments, const struct gpt *gpt,
		       struct written *written, bool split)
{
	const struct root_image *root = &arguments->content.root;
	const struct tree_parameters *parameters = &root->tree.parameters;
	const struct partition *data = find(gpt, "root", arguments->slot),
			       *tree = find(gpt, "verity", arguments->slot);
	uint64_t start = data->extent.offset;
	/* What the tree says of the data's last block is true with zeros behind them only. */
	uint64_t end = split ? (uint64_t)parameters->data_blocks * parameters->data_block_size
			     : root->tree.offset;

	written_put(written, start, root->data.at, root->data.size);
	written_fill(written, start + root->data.size, end - root->data.size, 0, NULL);
	written_put(written, split ? tree->extent.offset : start + end, root->tree.bytes,
		    root->tree.size);
}

/*
 * First the slot is made empty, then everything but the head of the FIT is written, the head last:
 * power may go at any moment, and the loader finds either no image or a whole one. Each step is
 * read back before the next: a medium that lost a write is left without an image.
 */
static void write_slot(const struct arguments *arguments, const struct gpt *gpt, struct span disk,
		       bool split)
{
	const struct span fit = input_span(&arguments->content.fit);
	const struct partition *place = find(gpt, "holdfast", arguments->slot);
	uint64_t start = place->extent.offset;
	size_t head = fit.size < HEAD_SIZE ? fit.size : HEAD_SIZE;
	struct written *written = written_open(arguments->disk, false);

	written_fill(written, start, HEAD_SIZE, 0, NULL);
	written_check(written);
	if (arguments->content.root_path)
		write_root(arguments, gpt, written, split);
	written_put(written, start + head, fit.at + head, fit.size - head);
	/* What an empty medium is full of: nothing of an older, longer image stays. */
	written_fill(written, start + fit.size, place->extent.size - fit.size,
		     arguments->board->flash ? 0xff : 0, disk.at + start + fit.size);
	written_check(written);
	written_put(written, start, fit.at, head);
	written_check(written);
	written_close(written);
}

static void print(const struct arguments *arguments)
{
	if (!arguments->common.json) {
		if (arguments->common.verbose)
			note(&arguments->common, "slot %s: %zu bytes of FIT", arguments->slot,
			     arguments->content.fit.size);
		return;
	}
	document_begin("slot");
	document_string("slot", arguments->slot);
	document_number("fit_size", arguments->content.fit.size);
	document_bool("root", arguments->content.has_root);
	document_bool("root_written", arguments->content.root_path);
	document_end();
}

int verb_slot(int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		options,
		parse,
		"DISK SLOT FIT [ROOT]",
		"Rewrite slot a, b or recovery of a disk image or block device."
		"\vEverything is checked before the first write. The head of the FIT is written "
		"last, so that a power cut leaves an "
		"empty slot, never half an image. What was written is read back from the medium. "
		"Without ROOT the partition must already hold "
		"the root that FIT names.",
		children,
		NULL,
		NULL
	};
	static struct arguments arguments;
	static struct gpt gpt;
	struct input disk;
	enum status status;
	bool split;

	arguments.board = boards;
	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	disk = input_open(arguments.disk);
	status = gpt_read(disk_medium(arguments.board, input_span(&disk)), &gpt);
	if (status != OK)
		fail_refused(status);
	if (gpt.from_backup)
		note(&arguments.common,
		     "%s: the primary partition table is damaged, its backup was used",
		     arguments.disk);
	split = find(&gpt, "verity", arguments.slot) != NULL;
	slot_content_open(&arguments.content, split);
	need(&gpt, "holdfast", arguments.slot, arguments.content.fit.size);
	if (arguments.content.root_path)
		need(&gpt, "root", arguments.slot, slot_root_size(&arguments.content, split));
	if (arguments.content.root_path && split)
		need(&gpt, "verity", arguments.slot, slot_tree_size(&arguments.content));
	if (arguments.content.has_root && arguments.board->flash)
		note(&arguments.common, "the root is on another medium: it was not looked at");
	else if (arguments.content.has_root && !arguments.content.root_path)
		check_root_in_place(&arguments.content, &gpt, arguments.slot, input_span(&disk));
	if (!arguments.common.dry_run)
		write_slot(&arguments, &gpt, input_span(&disk), split);
	print(&arguments);
	return EXIT_DONE;
}
