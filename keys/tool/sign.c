/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign.c - holdfast-keys sign: from arguments to a signed FIT.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "provenance.h"
#include "sign_arguments.h"

enum { OPTION_KEY = 0x100, OPTION_PROVENANCE, OPTION_BUILDER };

static const struct argp_option options[] = {
	{ "key", OPTION_KEY, "KEY", 0,
	  "Private key: a file, a pkcs11: URI, or cmd:/path/helper. Give several for several "
	  "signatures",
	  1 },
	{ "provenance", OPTION_PROVENANCE, "FILE", 0,
	  "Also write a statement of what was signed and of what, signed with the same keys", 3 },
	{ "builder", OPTION_BUILDER, "URI", 0,
	  "Who built it, for --provenance; default: HOLDFAST_BUILDER_ID", 3 },
	{ 0 },
};

static void parse_end(struct argp_state *state)
{
	struct sign_arguments *arguments = state->input;

	sign_check_arguments(state, arguments);
	if (arguments->key_count == 0)
		argp_error(state, "--key is needed");
	if (provenance_builder != NULL && arguments->signing->provenance == NULL)
		argp_error(state, "--builder is for --provenance");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct sign_arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[1] = arguments;
		return 0;
	case OPTION_KEY:
		sign_add_key(state, arguments, argument);
		return 0;
	case OPTION_PROVENANCE:
		arguments->signing->provenance = argument;
		return 0;
	case OPTION_BUILDER:
		if (!provenance_builder_is_good(argument))
			argp_error(state, "--builder %s: not a URI", argument);
		provenance_builder = argument;
		return 0;
	case ARGP_KEY_END:
		parse_end(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 },
					      { &sign_argp, 0, NULL, 0 },
					      { 0 } };
static const struct argp argp = {
	options,
	parse,
	"--key KEY FIT",
	"Sign the configurations of a FIT, in place or to the file given with -o. "
	"The result is verified with the loader's "
	"code before it gets its name.",
	children,
	NULL,
	NULL
};

static const char *text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static enum exit_code print_result(const struct signing *signing, json_t *results)
{
	const char *place = common.output != NULL ? common.output : signing->path;
	size_t index;
	json_t *result;
	json_t *document;

	if (common.json) {
		document = json_object();
		(void)json_object_set_new(document, "fit", json_string(place));
		(void)json_object_set_new(document, "written", json_boolean(!common.dry_run));
		(void)json_object_set(document, "signatures", results);
		(void)json_object_set(document, "replaced", signing->replaced);
		return json_print(document, "holdfast.sign");
	}
	json_array_foreach(results, index, result)
	{
		const char *padding = text(result, "padding");

		(void)printf("%s: %s signed with %s (%s%s%s), verified\n", place,
			     text(result, "configuration"), text(result, "key"),
			     text(result, "algorithm"), padding == NULL ? "" : ",",
			     padding == NULL ? "" : padding);
	}
	return EXIT_DONE;
}

static enum exit_code sign_all(struct signing *signing)
{
	for (unsigned i = 0; i < signing->plan_count; i++) {
		struct signature_plan *plan = &signing->plans[i];

		STEP(key_sign(&signing->keys[plan->signer], plan->algorithm.digest, plan->padding,
			      plan->digest, plan->value, &plan->size));
	}
	return EXIT_DONE;
}

static enum exit_code sign(struct signing *signing)
{
	json_t *results;
	enum exit_code code;

	STEP(sign_open(signing));
	STEP(sign_unambiguous(signing));
	STEP(sign_prepare(signing));
	STEP(sign_plan(signing));
	STEP(sign_all(signing));
	STEP(sign_put(signing));
	STEP(sign_write(signing));
	sign_print_replaced(signing);
	results = sign_describe_all(signing);
	code = print_result(signing, results);
	json_decref(results);
	return code;
}

enum exit_code verb_sign(int argc, char **argv)
{
	static struct signing signing;
	struct sign_arguments arguments = { .signing = &signing };
	enum exit_code code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	code = engines_ready();
	if (code == EXIT_DONE)
		code = sign_open_keys(&arguments, key_open_private);
	if (code == EXIT_DONE)
		code = sign(&signing);
	sign_close(&signing);
	return code;
}
