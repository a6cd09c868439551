/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * verb_report.c - holdfast-keys report: who signed what with which key, for the record of a
 * release.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "trust_edit.h"
#include "verb_report.h"

#define FITS_MAX 64

struct report_arguments {
	const char *trust;
	const char *provenance;
	const char *fits[FITS_MAX];
	unsigned count;
};

enum { OPTION_TRUST = 0x100, OPTION_PROVENANCE };

static const struct argp_option options[] = {
	{ "trust", OPTION_TRUST, "TRUST.dtb", 0,
	  "Say whose the signatures are and if they are right", 1 },
	{ "provenance", OPTION_PROVENANCE, "FILE", 0,
	  "Say what this envelope says about one of them", 1 },
	{ 0 },
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct report_arguments *arguments = state->input;

	switch (key) {
	case OPTION_TRUST:
		arguments->trust = argument;
		return 0;
	case OPTION_PROVENANCE:
		arguments->provenance = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->count == FITS_MAX)
			argp_error(state, "at most %d FITs", FITS_MAX);
		arguments->fits[arguments->count++] = argument;
		return 0;
	case ARGP_KEY_END:
		if (arguments->count == 0)
			argp_error(state, "a FIT is needed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	options,
	parse,
	"FIT...",
	"Say who signed what with which key, for the record of a release. The exit "
	"status says nothing about trust: that is 'verify'.",
	children,
	NULL,
	NULL
};

static enum exit_code add_release(const char *path, const struct keyring *keyring,
				  const struct input *envelope, json_t *releases)
{
	struct fit_file *file;
	struct input fit;
	json_t *release;
	enum exit_code code = EXIT_DONE;

	STEP(input_open(path, &fit));
	file = allocate(sizeof(*file));
	release = report_release(&fit, keyring, envelope, file, &code);
	free(file);
	input_close(&fit);
	if (release != NULL)
		(void)json_array_append_new(releases, release);
	return code;
}

/* An envelope that is about none of them would be left out without a word. */
static enum exit_code check_envelope(const json_t *releases)
{
	const json_t *release;
	size_t i;

	json_array_foreach(releases, i, release)
	{
		if (!json_is_null(json_object_get(release, "provenance")))
			return EXIT_DONE;
	}
	return refused_because(ERR_HASH_MISMATCH, "provenance",
			       "the provenance is about none of these files");
}

/* All of stdout that print makes, as a fresh string of *size bytes; the caller frees. */
static char *printed(json_t *document, size_t *size, enum exit_code *code)
{
	FILE *before = stdout;
	char *text = NULL;
	FILE *memory = open_memstream(&text, size);

	if (memory == NULL) {
		complain("out of memory");
		exit(EXIT_BUG);
	}
	stdout = memory;
	*code = EXIT_DONE;
	if (common.json)
		*code = json_print(json_incref(document), "holdfast.report");
	else
		report_print(document);
	stdout = before;
	if (fclose(memory) != 0 && *code == EXIT_DONE)
		*code = EXIT_BUG;
	return text;
}

static enum exit_code write_report(json_t *document)
{
	enum exit_code code;
	struct output output;
	size_t size = 0;
	char *text = printed(document, &size, &code);

	if (code == EXIT_DONE && common.output == NULL)
		(void)fwrite(text, 1, size, stdout);
	else if (code == EXIT_DONE && !common.dry_run)
		code = output_open(common.output, 0644, &output);
	if (code == EXIT_DONE && common.output != NULL && !common.dry_run) {
		code = output_write(&output, text, size);
		if (code == EXIT_DONE)
			code = output_create(&output);
	}
	free(text);
	return code;
}

static enum exit_code report(const struct report_arguments *arguments,
			     const struct keyring *keyring, const struct input *envelope)
{
	json_t *releases = json_array();
	json_t *document = json_object();
	enum exit_code code = EXIT_DONE;

	for (unsigned i = 0; code == EXIT_DONE && i < arguments->count; i++)
		code = add_release(arguments->fits[i], keyring, envelope, releases);
	if (code == EXIT_DONE && envelope != NULL)
		code = check_envelope(releases);
	(void)json_object_set_new(document, "trust",
				  arguments->trust == NULL ? json_null()
							   : json_text(arguments->trust));
	(void)json_object_set_new(document, "releases", releases);
	if (code == EXIT_DONE)
		code = write_report(document);
	json_decref(document);
	return code;
}

static enum exit_code with_envelope(const struct report_arguments *arguments,
				    const struct keyring *keyring)
{
	struct input envelope;
	enum exit_code code;

	if (arguments->provenance == NULL)
		return report(arguments, keyring, NULL);
	STEP(input_open(arguments->provenance, &envelope));
	code = report(arguments, keyring, &envelope);
	input_close(&envelope);
	return code;
}

enum exit_code verb_report(int argc, char **argv)
{
	static struct trust_file trust;
	static struct report_arguments arguments;
	enum exit_code code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	STEP(engines_ready());
	if (common.output != NULL)
		STEP(output_absent(common.output));
	if (arguments.trust == NULL)
		return with_envelope(&arguments, NULL);
	STEP(trust_open(arguments.trust, &trust));
	code = with_envelope(&arguments, &trust.set.keyring);
	trust_close(&trust);
	return code;
}
