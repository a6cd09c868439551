/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "root_files.h"

struct sink {
	const struct common *common;
	struct output *output; /* NULL: stdout, or nowhere */
	uint64_t size;
	time_t began, shown;
};

/* On a terminal, for those who wait: a line a second, from the third on. */
static void progress(struct sink *sink, uint64_t done)
{
	time_t now = time(NULL);

	if (sink->common->quiet || now - sink->began < 3 || now == sink->shown ||
	    !isatty(STDERR_FILENO))
		return;
	sink->shown = now;
	fprintf(stderr, "\r%llu of %llu MiB%s", (unsigned long long)(done >> 20),
		(unsigned long long)(sink->size >> 20), done == sink->size ? "\n" : "");
}

static void put(void *context, uint64_t offset, const uint8_t *bytes, size_t size)
{
	struct sink *sink = context;

	if (sink->output)
		output_write(sink->output, offset, bytes, size);
	else if (!sink->common->dry_run &&
		 (fwrite(bytes, 1, size, stdout) != size || fflush(stdout)))
		fail(EXIT_OUTPUT, "standard output cannot be written: check where it goes");
	progress(sink, offset + size);
}

static void find(struct root_files *files, const char *path, struct node *node)
{
	enum status status = file_find(&files->fs, path, true, node);

	if (status != OK)
		fail_refused(status);
	if (node->kind == NODE_DIRECTORY)
		fail_refused_at(ERR_NO_FILE, path, "a directory: list it with holdfast-image ls");
	if (node->kind != NODE_FILE)
		fail_refused_at(ERR_NO_FILE, path, "not a regular file");
}

int verb_cat(int argc, char **argv)
{
	static struct files_arguments arguments;
	static struct root_files files;
	struct sink sink = { .common = &arguments.common };
	struct node node;

	files_arguments_parse(
		argc, argv,
		"Write a file of a dm-verity root to standard output, read as the loader reads it."
		"\vNothing is written of a block that the root hash does not prove: what is there "
		"when a block is refused is right, and ends before it. With -o FILE nothing is "
		"left then.",
		&arguments);
	if (arguments.common.json)
		fail(EXIT_USAGE, "cat writes the file as it is: leave out --json");
	root_files_open(&files, &arguments);
	find(&files, arguments.path, &node);
	if (arguments.common.output && !arguments.common.dry_run)
		sink.output = output_open(arguments.common.output);
	sink.size = node.size;
	sink.began = time(NULL);
	root_files_each(&files, &node, put, &sink);
	outputs_commit();
	root_files_repairs(&files, &arguments.common);
	return EXIT_DONE;
}
