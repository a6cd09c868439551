/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * inspect.c - holdfast-keys inspect: what is in a FIT, and what signatures cover of it.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "inspect.h"
#include "text.h"
#include "trust_edit.h"

struct inspect_arguments {
	const char *trust;
	const char *provenance;
	const char *fit;
};

enum { OPTION_TRUST = 0x100, OPTION_PROVENANCE };

static const struct argp_option options[] = {
	{ "trust", OPTION_TRUST, "TRUST.dtb", 0, "Say whose the signatures are", 1 },
	{ "provenance", OPTION_PROVENANCE, "FILE", 0, "Describe its provenance as well", 1 },
	{ 0 },
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct inspect_arguments *arguments = state->input;

	switch (key) {
	case OPTION_TRUST:
		arguments->trust = argument;
		return 0;
	case OPTION_PROVENANCE:
		arguments->provenance = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->fit != NULL)
			argp_error(state, "%s: one FIT only", argument);
		arguments->fit = argument;
		return 0;
	case ARGP_KEY_END:
		if (arguments->fit == NULL)
			argp_error(state, "a FIT is needed");
		refuse_output(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	options,
	parse,
	"FIT",
	"Describe a FIT: images, configurations, what a signature covers, and why "
	"a loader would refuse it. The exit "
	"status says nothing about trust: that is 'verify'.",
	children,
	NULL,
	NULL
};

static json_t *file_digest(struct span bytes)
{
	uint8_t digest[32];

	if (EVP_Q_digest(NULL, "SHA256", NULL, bytes.at, bytes.size, digest, NULL) != 1)
		return json_null();
	return json_hex(digest, sizeof(digest));
}

/* Describe every child of a node. */
static json_t *each_child(const struct inspection *inspection, unsigned parent,
			  json_t *(*describe)(const struct inspection *, unsigned))
{
	json_t *list = json_array();

	if (parent == FIT_NONE)
		return list;
	for (unsigned i = fit_next_child(&inspection->file->fit, parent, parent); i != FIT_NONE;
	     i = fit_next_child(&inspection->file->fit, parent, i))
		(void)json_array_append_new(list, describe(inspection, i));
	return list;
}

static json_t *default_of(const struct fit_file *file)
{
	unsigned configurations = fit_file_configurations(file);
	const char *name = NULL;

	if (configurations != FIT_NONE)
		name = fit_file_string(file, configurations, "default");
	return name == NULL ? json_null() : json_string(name);
}

/* release.intoto.json for release.fit, if it is there: null otherwise. */
static json_t *beside(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash == NULL ? path : slash, '.');
	int length = dot == NULL ? (int)strlen(path) : (int)(dot - path);
	char *name = text_of("%.*s.intoto.json", length, path);
	json_t *found = access(name, F_OK) == 0 ? json_text(name) : json_null();

	free(name);
	return found;
}

/*
 * Images are described once; what is wrong with one that no configuration names is said all the
 * same.
 */
static json_t *collect(const struct inspection *inspection, const char *path,
		       const struct input *provenance)
{
	const struct fit_file *file = inspection->file;
	json_t *document = json_object();
	json_t *images = each_child(inspection, fit_file_images(file), inspect_image);
	json_t *configurations =
		each_child(inspection, fit_file_configurations(file), inspect_configuration);

	if (json_array_size(configurations) == 0)
		inspect_warn(inspection, ERR_CONFIG_MISSING, "configurations",
			     "there is no configuration");
	(void)json_object_set_new(document, "fit", json_text(path));
	(void)json_object_set_new(document, "size", json_integer((json_int_t)file->bytes.size));
	(void)json_object_set_new(document, "sha256", file_digest(file->bytes));
	(void)json_object_set_new(document, "metadata",
				  json_integer((json_int_t)file->fit.structure.size +
					       (json_int_t)file->fit.strings.size));
	(void)json_object_set_new(document, "default", default_of(file));
	(void)json_object_set_new(document, "images", images);
	(void)json_object_set_new(document, "configurations", configurations);
	(void)json_object_set_new(document, "provenance",
				  provenance->path == NULL
					  ? json_null()
					  : inspect_provenance(inspection, provenance,
							       inspect_text(document, "sha256")));
	(void)json_object_set_new(document, "provenance_beside", beside(path));
	(void)json_object_set(document, "warnings", inspection->warnings);
	return document;
}

static enum exit_code describe(const struct input *input, const struct input *provenance,
			       const struct keyring *keyring, struct fit_file *file)
{
	struct inspection inspection = { .file = file, .keyring = keyring };
	json_t *document;
	enum status status;

	refusal_clear();
	status = fit_file_open((struct span){ input->at, input->size }, file);
	if (status != OK)
		return refused(status);
	inspection.warnings = json_array();
	document = collect(&inspection, input->path, provenance);
	json_decref(inspection.warnings);
	if (common.json)
		return json_print(document, "holdfast.inspect");
	inspect_print(document);
	json_decref(document);
	return EXIT_DONE;
}

static enum exit_code inspect(const struct inspect_arguments *arguments,
			      const struct keyring *keyring)
{
	struct input input;
	struct input provenance = { .path = NULL };
	struct fit_file *file;
	enum exit_code code = EXIT_DONE;

	STEP(input_open(arguments->fit, &input));
	if (arguments->provenance != NULL)
		code = input_open(arguments->provenance, &provenance);
	if (code == EXIT_DONE) {
		file = allocate(sizeof(*file));
		code = describe(&input, &provenance, keyring, file);
		free(file);
		input_close(&provenance);
	}
	input_close(&input);
	return code;
}

enum exit_code verb_inspect(int argc, char **argv)
{
	static struct trust_file trust;
	struct inspect_arguments arguments = { .trust = NULL };
	enum exit_code code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	STEP(engines_ready());
	if (arguments.trust == NULL)
		return inspect(&arguments, NULL);
	STEP(trust_open(arguments.trust, &trust));
	code = inspect(&arguments, &trust.set.keyring);
	trust_close(&trust);
	return code;
}
