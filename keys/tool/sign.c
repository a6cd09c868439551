/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign.c - holdfast-keys sign: from arguments to a signed FIT.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sign.h"
#include "tree.h"

/* More than all signature nodes and names can take. */
#define GROWTH_FOR_A_SIGNATURE 16384

struct sign_arguments {
	struct signing *signing;
	const char *keys[SIGN_KEYS_MAX];
	const char *names[SIGN_KEYS_MAX];
	unsigned name_count;
};

enum {
	OPTION_KEY = 0x100,
	OPTION_NAME,
	OPTION_CONFIG,
	OPTION_HASH,
	OPTION_PADDING,
	OPTION_REPLACE
};

static const struct argp_option options[] = {
	{ "key", OPTION_KEY, "KEY", 0,
	  "Private key: a file, or a pkcs11: URI. Give several for several signatures", 1 },
	{ "key-name", OPTION_NAME, "NAME", 0,
	  "key-name-hint; default: the file's name without its ending", 1 },
	{ "config", OPTION_CONFIG, "NAME", 0, "Sign this configuration; default: all of them", 1 },
	{ "hash", OPTION_HASH, "HASH", 0,
	  "sha256, sha384 or sha512; default: as the FIT says, else sha256 (ecdsa-p384: sha384)",
	  1 },
	{ "padding", OPTION_PADDING, "P", 0,
	  "pkcs-1.5 or pss; default: as the FIT says, else pkcs-1.5", 1 },
	{ "replace", OPTION_REPLACE, NULL, 0, "Remove the signatures that are there", 1 },
	{ 0 },
};

static void parse_key(struct argp_state *state, char *argument)
{
	struct sign_arguments *arguments = state->input;
	struct signing *signing = arguments->signing;

	if (signing->key_count == SIGN_KEYS_MAX)
		argp_error(state, "at most %d keys", SIGN_KEYS_MAX);
	arguments->keys[signing->key_count++] = argument;
}

static void parse_name(struct argp_state *state, char *argument)
{
	struct sign_arguments *arguments = state->input;

	if (!key_name_is_good(argument))
		argp_error(state, "--key-name %s: letters, digits and , . _ + - only", argument);
	if (arguments->name_count == SIGN_KEYS_MAX)
		argp_error(state, "at most %d keys", SIGN_KEYS_MAX);
	arguments->names[arguments->name_count++] = argument;
}

static void parse_end(struct argp_state *state)
{
	struct sign_arguments *arguments = state->input;
	struct signing *signing = arguments->signing;

	if (signing->key_count == 0 || signing->path == NULL)
		argp_error(state, "--key and a FIT are needed");
	if (arguments->name_count != 0 && arguments->name_count != signing->key_count)
		argp_error(state, "as many --key-name as --key, in the same order");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct sign_arguments *arguments = state->input;
	struct signing *signing = arguments->signing;

	switch (key) {
	case OPTION_KEY:
		parse_key(state, argument);
		return 0;
	case OPTION_NAME:
		parse_name(state, argument);
		return 0;
	case OPTION_CONFIG:
		signing->configuration = argument;
		return 0;
	case OPTION_HASH:
		if (digest_by_name(argument, strlen(argument), &signing->hash) != OK)
			argp_error(state, "--hash %s: sha256, sha384 or sha512", argument);
		return 0;
	case OPTION_PADDING:
		signing->padding = strcmp(argument, "pss") == 0 ? RSA_PSS : RSA_PKCS1;
		if (signing->padding == RSA_PKCS1 && strcmp(argument, "pkcs-1.5") != 0)
			argp_error(state, "--padding %s: pkcs-1.5 or pss", argument);
		return 0;
	case OPTION_REPLACE:
		signing->replace = true;
		return 0;
	case ARGP_KEY_ARG:
		if (signing->path != NULL)
			argp_error(state, "%s: one FIT only", argument);
		signing->path = argument;
		return 0;
	case ARGP_KEY_END:
		parse_end(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
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

static enum exit_code open_keys(const struct sign_arguments *arguments)
{
	struct signing *signing = arguments->signing;
	struct key_file *keys = signing->keys;

	for (unsigned i = 0; i < signing->key_count; i++) {
		STEP(key_open_private(arguments->keys[i], &keys[i]));
		if (arguments->name_count != 0)
			(void)snprintf(keys[i].name, sizeof(keys[i].name), "%s",
				       arguments->names[i]);
		for (unsigned j = 0; j < i; j++) {
			if (strcmp(keys[i].name, keys[j].name) == 0 ||
			    memcmp(keys[i].key.id, keys[j].key.id, KEY_ID_SIZE) == 0) {
				complain("keys %s and %s: the same key or name twice", keys[j].name,
					 keys[i].name);
				return EXIT_USAGE;
			}
		}
		if (signing->padding != 0 && keys[i].key.algorithm.type != KEY_RSA)
			note("key %s: --padding is for RSA", keys[i].name);
	}
	return EXIT_DONE;
}

static enum exit_code open_tree(struct signing *signing)
{
	struct span bytes;
	enum status status;
	int error;

	STEP(input_open(signing->path, &signing->input));
	bytes = (struct span){ signing->input.at, signing->input.size };
	signing->original = allocate(sizeof(*signing->original));
	signing->scratch = allocate(sizeof(*signing->scratch));
	refusal_clear();
	status = fit_file_open(bytes, signing->original);
	if (status != OK)
		return refused(status);
	signing->capacity = signing->original->fit.total_size +
			    (size_t)GROWTH_FOR_A_SIGNATURE * signing->key_count *
				    signing->original->fit.node_count;
	if (signing->capacity > INT32_MAX)
		return refused_because(ERR_TOO_BIG, "fit", "use external data (mkimage -E)");
	signing->tree = allocate(signing->capacity);
	error = fdt_open_into(signing->input.at, signing->tree, (int)signing->capacity);
	return error == 0 ? EXIT_DONE : sign_failed(error);
}

/* Every configuration asked for, by the step given; the index is into original. */
static enum exit_code for_each(struct signing *signing,
			       enum exit_code (*step)(struct signing *, unsigned))
{
	const struct fit_file *file = signing->original;
	unsigned parent = fit_file_configurations(file);
	unsigned done = 0;

	if (parent == FIT_NONE)
		return refused_because(ERR_CONFIG_MISSING, "configurations",
				       "the FIT has no /configurations");
	for (unsigned i = fit_next_child(&file->fit, parent, parent); i != FIT_NONE;
	     i = fit_next_child(&file->fit, parent, i)) {
		if (signing->configuration != NULL &&
		    strcmp(signing->configuration, fit_name(&file->fit, i)) != 0)
			continue;
		STEP(step(signing, i));
		done++;
	}
	if (done != 0)
		return EXIT_DONE;
	return refused_because(ERR_CONFIG_MISSING,
			       signing->configuration == NULL ? "" : signing->configuration,
			       "the FIT has no such configuration");
}

static enum exit_code prepare_one(struct signing *signing, unsigned index)
{
	return sign_prepare(signing, fit_name(&signing->original->fit, index));
}

static enum exit_code sign_one(struct signing *signing, unsigned index)
{
	return sign_configuration(signing, fit_name(&signing->original->fit, index));
}

static const char *text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static enum exit_code print_result(const struct signing *signing)
{
	const char *place = common.output != NULL ? common.output : signing->path;
	size_t index;
	json_t *result;
	json_t *document;

	if (common.json) {
		document = json_object();
		(void)json_object_set_new(document, "fit", json_string(place));
		(void)json_object_set_new(document, "written", json_boolean(!common.dry_run));
		(void)json_object_set(document, "signatures", signing->results);
		return json_print(document, "holdfast.sign");
	}
	json_array_foreach(signing->results, index, result)
	{
		const char *padding = text(result, "padding");

		(void)printf("%s: %s signed with %s (%s%s%s), verified\n", place,
			     text(result, "configuration"), text(result, "key"),
			     text(result, "algorithm"), padding == NULL ? "" : ",",
			     padding == NULL ? "" : padding);
	}
	return EXIT_DONE;
}

static enum exit_code sign(struct signing *signing)
{
	STEP(open_tree(signing));
	STEP(for_each(signing, sign_hashes));
	STEP(for_each(signing, prepare_one));
	STEP(for_each(signing, sign_one));
	STEP(sign_write(signing));
	return print_result(signing);
}

enum exit_code verb_sign(int argc, char **argv)
{
	static struct signing signing;
	struct sign_arguments arguments = { .signing = &signing };
	enum exit_code code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	signing.results = json_array();
	code = engines_ready();
	if (code == EXIT_DONE)
		code = open_keys(&arguments);
	if (code == EXIT_DONE)
		code = sign(&signing);
	for (unsigned i = 0; i < signing.key_count; i++)
		key_close(&signing.keys[i]);
	input_close(&signing.input);
	free(signing.tree);
	free(signing.original);
	free(signing.scratch);
	json_decref(signing.results);
	return code;
}
