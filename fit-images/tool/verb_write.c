/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "document.h"
#include "written.h"

/* Written last: the partition table, without which there is no disk. */
#define HEAD_SIZE 4096u
/* A backup table at the medium's end: an entry array and a header. */
#define BACKUP_SIZE ((uint64_t)33 * 512)

struct arguments {
	struct common common;
	const char *image, *medium;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &arguments->common;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num == 0)
			arguments->image = argument;
		else if (state->arg_num == 1)
			arguments->medium = argument;
		else
			argp_error(state, "what is %s?", argument);
		return 0;
	case ARGP_KEY_END:
		if (state->arg_num < 2)
			argp_error(state, "IMAGE and MEDIUM are needed");
		if (arguments->common.output)
			argp_error(state, "write writes to MEDIUM itself; there is no --output");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static void check(const struct arguments *arguments, const struct input *image,
		  const struct input *medium)
{
	struct stat from, to;

	if (!stat(arguments->image, &from) && !stat(arguments->medium, &to) &&
	    from.st_dev == to.st_dev && from.st_ino == to.st_ino)
		fail(EXIT_POLICY, "%s: image and medium are one file", arguments->medium);
	if (image->size < HEAD_SIZE)
		fail_refused_at(ERR_TRUNCATED, arguments->image, "this is no image of a disk");
	if (image->size > medium->size)
		fail_refused_at(ERR_TOO_BIG, arguments->medium,
				"the medium is smaller than the image");
	if (!arguments->common.yes && !arguments->common.dry_run)
		fail(EXIT_POLICY, "%s: all that it holds would be lost; --yes writes it",
		     arguments->medium);
}

/*
 * The table goes first and comes back last; an old table at the end of a larger medium is not left
 * for anybody to find.
 */
static void write_image(const char *path, const struct input *image, const struct input *medium)
{
	struct written *written = written_open(path, true);
	uint64_t rest = medium->size - image->size;
	uint64_t backup = rest < BACKUP_SIZE ? rest : BACKUP_SIZE;

	written_fill(written, 0, HEAD_SIZE, 0, NULL);
	written_check(written);
	written_put(written, HEAD_SIZE, image->at + HEAD_SIZE, image->size - HEAD_SIZE);
	written_fill(written, medium->size - backup, backup, 0, NULL);
	written_check(written);
	written_put(written, 0, image->at, HEAD_SIZE);
	written_check(written);
	written_close(written);
}

int verb_write(int argc, char **argv)
{
	static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
	static const struct argp argp = {
		NULL,
		parse,
		"IMAGE MEDIUM",
		"Write the image of a disk over a block device that may hold anything, and read it "
		"back."
		"\vEvery byte is written, zeros too. What is on MEDIUM is then read past the page "
		"cache and compared; the partition table comes last, so that a medium which was "
		"not written to the end, or lost a write, has none.",
		children,
		NULL,
		NULL
	};
	struct arguments arguments = { 0 };
	struct input image, medium;

	argp_parse(&argp, argc, argv, 0, NULL, &arguments);
	image = input_open(arguments.image);
	medium = input_open(arguments.medium);
	check(&arguments, &image, &medium);
	if (!arguments.common.dry_run)
		write_image(arguments.medium, &image, &medium);
	if (arguments.common.json) {
		document_begin("write");
		document_number("size", image.size);
		document_end();
	}
	return EXIT_DONE;
}
