/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * main.c - holdfast-keys: pick the verb; the options that all verbs share.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool.h"

static const struct verb verbs[] = {
	{ "new", "make a key pair", verb_new },
	{ "import", "take over a key that was made elsewhere", verb_import },
	{ "pub", "write the public half of a key", verb_pub },
	{ "list", "list keys in directories, trust sets and tokens", verb_list },
	{ "show", "describe keys and trust sets", verb_show },
	{ "enroll", "add a public key to a trust set", verb_enroll },
	{ "sign", "sign the configurations of a FIT", verb_sign },
	{ "request", "write down what a key elsewhere is to sign", verb_request },
	{ "attach", "put a signature made elsewhere into a FIT", verb_attach },
	{ "verify", "decide about a FIT as the loader would", verb_verify },
	{ "inspect", "describe a FIT and what the loader would refuse", verb_inspect },
	{ "report", "say who signed what with which key", verb_report },
	{ "rotate", "plan and check the way to another trust set", verb_rotate },
	{ "revoke", "write a list of keys that no longer count into a FIT", verb_revoke },
	{ "doctor", "say what will go wrong before it does", verb_doctor },
	{ "table", NULL, verb_table },
};
#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

const char *argp_program_version = "holdfast-keys " HOLDFAST_VERSION;

struct common common;

/* Options without a letter. */
enum { OPTION_JSON = 0x1000, OPTION_YES };

static const struct argp_option common_options[] = {
	{ "output", 'o', "FILE", 0, "Write to FILE", 90 },
	{ "dry-run", 'n', NULL, 0, "Do everything but write", 90 },
	{ "quiet", 'q', NULL, 0, "Only errors on standard error", 90 },
	{ "verbose", 'v', NULL, 0, "More on standard error", 90 },
	{ "json", OPTION_JSON, NULL, 0, "The result as a JSON document", 90 },
	{ "yes", OPTION_YES, NULL, 0, "Go on where a policy would stop (exit status 5)", 90 },
	{ 0 },
};

static error_t parse_common(int key, char *argument, struct argp_state *state)
{
	(void)state;
	switch (key) {
	case 'o':
		common.output = argument;
		return 0;
	case 'n':
		common.dry_run = true;
		return 0;
	case 'q':
		common.quiet = true;
		return 0;
	case 'v':
		common.verbose = true;
		return 0;
	case OPTION_JSON:
		common.json = true;
		return 0;
	case OPTION_YES:
		common.yes = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp common_argp = { .options = common_options, .parser = parse_common };

void refuse_output(const struct argp_state *state)
{
	if (common.output != NULL)
		argp_error(state, "-o %s: the result is on standard output: > %s", common.output,
			   common.output);
}

static void print_usage(FILE *stream)
{
	(void)fputs("Usage: holdfast-keys VERB [OPTION...]\n"
		    "Make keys, decide whom a loader trusts, sign and verify FIT images.\n\n",
		    stream);
	for (size_t i = 0; i < VERBS; i++) {
		if (verbs[i].summary != NULL)
			(void)fprintf(stream, "  %-8s  %s\n", verbs[i].name, verbs[i].summary);
	}
	(void)fputs(
		"\n'holdfast-keys VERB --help' explains a verb, and so does its man page,\n"
		"holdfast-keys-VERB(1).\n"
		"Exit codes: 0 done, trusted; 1 refused; 2 usage; 3 input unreadable or absent;\n"
		"4 key or token not available; 5 stopped by policy; 6 output cannot be written;\n"
		"70 internal.\n",
		stream);
}

static enum exit_code run_verb(const struct verb *verb, int argc, char **argv)
{
	char *name = text_of("holdfast-keys %s", verb->name);
	enum exit_code code;

	argv[0] = name; /* what argp calls us */
	code = verb->run(argc, argv);
	if (fflush(stdout) != 0 && code == EXIT_DONE) {
		complain("standard output cannot be written: check where it goes");
		code = EXIT_OUTPUT;
	}
	free(name);
	return code;
}

/*
 * A number below 3 that is not open would be given to the next file, and messages would be written
 * into it. What is put there cannot be written, as if it were closed.
 */
static void keep_standard_streams(void)
{
	for (int fd = 0; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDONLY) != fd)
			exit(EXIT_OUTPUT);
	}
	/* A file that gets too big is an error with a code, not a death. */
	(void)signal(SIGXFSZ, SIG_IGN);
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	keep_standard_streams();
	argp_err_exit_status = EXIT_USAGE;
	for (size_t i = 0; i < VERBS; i++) {
		if (strcmp(word, verbs[i].name) == 0)
			return (int)run_verb(&verbs[i], argc - 1, argv + 1);
	}
	if (strcmp(word, "--help") == 0 || strcmp(word, "help") == 0) {
		print_usage(stdout);
		return EXIT_DONE;
	}
	if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
		(void)puts(argp_program_version);
		return EXIT_DONE;
	}
	if (word[0] != '\0')
		complain("there is no verb '%s'", word);
	print_usage(stderr);
	return EXIT_USAGE;
}
