/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * inspect.c - holdfast-keys inspect: what is in a FIT; nothing is verified.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "inspect.h"

static error_t parse(int key, char *argument, struct argp_state *state)
{
	const char **fit = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (*fit != NULL)
			argp_error(state, "%s: one FIT only", argument);
		*fit = argument;
		return 0;
	case ARGP_KEY_END:
		if (*fit == NULL)
			argp_error(state, "a FIT is needed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	NULL,
	parse,
	"FIT",
	"Describe a FIT: images, configurations, what a signature covers, and why "
	"a loader would refuse it. Trusts "
	"nobody and verifies nothing: that is 'verify'.",
	children,
	NULL,
	NULL
};

/*
 * Images are described once; what is wrong with one that no configuration names is said all the
 * same.
 */
static json_t *collect(const struct fit_file *file, const char *path)
{
	unsigned images = fit_file_images(file);
	unsigned configurations = fit_file_configurations(file);
	json_t *document = json_object();
	json_t *image_list = json_array();
	json_t *configuration_list = json_array();
	json_t *warnings = json_array();
	const char *chosen;
	unsigned i;

	for (i = images;
	     images != FIT_NONE && (i = fit_next_child(&file->fit, images, i)) != FIT_NONE;)
		(void)json_array_append_new(image_list, inspect_image(file, i, warnings));
	for (i = configurations; configurations != FIT_NONE &&
				 (i = fit_next_child(&file->fit, configurations, i)) != FIT_NONE;)
		(void)json_array_append_new(configuration_list,
					    inspect_configuration(file, i, warnings));
	chosen = configurations == FIT_NONE ? NULL
					    : fit_file_string(file, configurations, "default");
	if (json_array_size(configuration_list) == 0)
		inspect_warn(warnings, ERR_CONFIG_MISSING, "configurations",
			     "there is no configuration");
	(void)json_object_set_new(document, "fit", json_string(path));
	(void)json_object_set_new(document, "size", json_integer((json_int_t)file->bytes.size));
	(void)json_object_set_new(document, "metadata",
				  json_integer((json_int_t)file->fit.structure.size +
					       (json_int_t)file->fit.strings.size));
	(void)json_object_set_new(document, "default",
				  chosen == NULL ? json_null() : json_string(chosen));
	(void)json_object_set_new(document, "images", image_list);
	(void)json_object_set_new(document, "configurations", configuration_list);
	(void)json_object_set_new(document, "warnings", warnings);
	return document;
}

static enum exit_code inspect(const struct input *input, struct fit_file *file)
{
	json_t *document;
	enum status status;

	refusal_clear();
	status = fit_file_open((struct span){ input->at, input->size }, file);
	if (status != OK)
		return refused(status);
	document = collect(file, input->path);
	if (common.json)
		return json_print(document, "holdfast.inspect");
	inspect_print(document);
	json_decref(document);
	return EXIT_DONE;
}

enum exit_code verb_inspect(int argc, char **argv)
{
	const char *fit = NULL;
	struct input input;
	struct fit_file *file;
	enum exit_code code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &fit) != 0)
		return EXIT_USAGE;
	STEP(engines_ready());
	STEP(input_open(fit, &input));
	file = allocate(sizeof(*file));
	code = inspect(&input, file);
	free(file);
	input_close(&input);
	return code;
}
