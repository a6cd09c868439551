/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * holdfast-image - make FITs, verity trees and disk images, and show what one holds.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "digest.h"
#include "tool.h"

#ifndef HOLDFAST_VERSION
#define HOLDFAST_VERSION "unversioned"
#endif

const char *argp_program_version = "holdfast-image " HOLDFAST_VERSION;

static const struct verb {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *what;
} verbs[] = {
	{ "fit", verb_fit, "pack kernel, device trees, initrd and root into a FIT" },
	{ "verity", verb_verity, "append the dm-verity hash tree to a root image" },
	{ "disk", verb_disk, "make a GPT disk image with slots" },
	{ "slot", verb_slot, "rewrite one slot of a disk image" },
	{ "write", verb_write, "write a disk image over a block device, and read it back" },
	{ "show", verb_show, "say what a FIT, a root image or a disk image holds" },
	{ "ls", verb_ls, "list a directory of a dm-verity root, each block proved" },
	{ "cat", verb_cat, "write out a file of a dm-verity root, each block proved" },
};
#define VERBS (sizeof verbs / sizeof *verbs)

enum { KEY_DRY_RUN = 'n', KEY_JSON = 0x1000, KEY_YES };

static const struct argp_option common_options[] = {
	{ "output", 'o', "FILE", 0, "write FILE, through a temporary file beside it", 100 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0, "do everything but write", 100 },
	{ "quiet", 'q', NULL, 0, "no remarks, only errors", 100 },
	{ "verbose", 'v', NULL, 0, "say what is done", 100 },
	{ "json", KEY_JSON, NULL, 0, "results as JSON on stdout", 100 },
	{ "yes", KEY_YES, NULL, 0, "replace what would otherwise be kept", 100 },
	{ 0 },
};

static error_t common_parse(int key, char *argument, struct argp_state *state)
{
	struct common *common = state->input;

	switch (key) {
	case 'o':
		if (common->output)
			argp_error(state, "--output is given twice");
		common->output = argument;
		return 0;
	case KEY_DRY_RUN:
		common->dry_run = true;
		return 0;
	case 'q':
		common->quiet = true;
		return 0;
	case 'v':
		common->verbose = true;
		return 0;
	case KEY_JSON:
		common->json = true;
		return 0;
	case KEY_YES:
		common->yes = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp common_argp = { .options = common_options, .parser = common_parse };

static void usage(FILE *to)
{
	size_t i;

	fputs("Usage: holdfast-image VERB [OPTION...] [FILE...]\n\n", to);
	for (i = 0; i < VERBS; i++)
		fprintf(to, "  %-8s %s\n", verbs[i].name, verbs[i].what);
	fputs("\nholdfast-image VERB --help and man holdfast-image-VERB say more.\n"
	      "Exit: 0 done, 1 refused, 2 usage, 3 input, 5 would overwrite, 6 output, 70 "
	      "internal.\n",
	      to);
}

static int run(const struct verb *verb, int argc, char **argv)
{
	static const struct digest_engine *const engines[] = { &digest_engine_soft, NULL };
	char *name;
	int code;

	if (digest_engines_start(engines) != OK)
		fail(EXIT_INTERNAL, "the digests failed their self-test");
	if (asprintf(&name, "holdfast-image %s", verb->name) < 0)
		fail(EXIT_INTERNAL, "out of memory");
	argv[0] = name;
	code = verb->run(argc, argv);
	free(name);
	if (fflush(stdout) || ferror(stdout))
		fail(EXIT_OUTPUT, "standard output cannot be written: check where it goes");
	return code;
}

/*
 * A number below 3 that is not open would be given to the next file, and messages would be written
 * into it. What is put there cannot be written, as if it were closed.
 */
static void keep_standard_streams(void)
{
	int fd;

	for (fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
			exit(EXIT_OUTPUT);
}

int main(int argc, char **argv)
{
	size_t i;

	keep_standard_streams();
	argp_err_exit_status = EXIT_USAGE;
	/* A write that cannot be done is an error with a code, not a death. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	if (argc > 1 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help"))) {
		usage(stdout);
		return EXIT_DONE;
	}
	if (argc > 1 && !strcmp(argv[1], "--version")) {
		puts(argp_program_version);
		return EXIT_DONE;
	}
	for (i = 0; argc > 1 && i < VERBS; i++)
		if (!strcmp(argv[1], verbs[i].name))
			return run(&verbs[i], argc - 1, argv + 1);
	if (argc > 1)
		fprintf(stderr, "holdfast-image: no verb %s\n", argv[1]);
	usage(stderr);
	return EXIT_USAGE;
}
