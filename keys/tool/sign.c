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
	OPTION_REPLACE,
	OPTION_RESERVE
};

static const struct argp_option options[] = {
	{ "key", OPTION_KEY, "KEY", 0,
	  "Private key: a file, a pkcs11: URI, or cmd:/path/helper. Give several for several "
	  "signatures",
	  1 },
	{ "key-name", OPTION_NAME, "NAME", 0,
	  "key-name-hint; default: the file's name without its ending", 1 },
	{ "config", OPTION_CONFIG, "NAME", 0, "Sign this configuration; default: all of them", 1 },
	{ "hash", OPTION_HASH, "HASH", 0,
	  "sha256, sha384 or sha512; default: as the FIT says, else sha256 (ecdsa-p384: sha384)",
	  1 },
	{ "padding", OPTION_PADDING, "P", 0,
	  "pkcs-1.5 or pss; default: as the FIT says, else pkcs-1.5", 1 },
	{ "replace", OPTION_REPLACE, NULL, 0, "Remove the signatures that are there", 1 },
	{ "reserve", OPTION_RESERVE, "NAME", 0,
	  "Leave an empty signature node for the key of that name, which signs later", 1 },
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

static void parse_reserve(struct argp_state *state, char *argument)
{
	struct signing *signing = ((struct sign_arguments *)state->input)->signing;

	if (!key_name_is_good(argument))
		argp_error(state, "--reserve %s: letters, digits and , . _ + - only", argument);
	if (signing->reserved_count == SIGN_RESERVED_MAX)
		argp_error(state, "at most %d names to reserve for", SIGN_RESERVED_MAX);
	signing->reserved[signing->reserved_count++] = argument;
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
	case OPTION_RESERVE:
		parse_reserve(state, argument);
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

static const char *text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static json_t *describe_all(const struct signing *signing)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < signing->plan_count; i++)
		(void)json_array_append_new(all, sign_describe(signing, &signing->plans[i]));
	return all;
}

/* Whose signature went, and that nothing else did: hash values that were there were compared. */
static void print_replaced(const struct signing *signing)
{
	size_t index;
	json_t *removed;

	json_array_foreach(signing->replaced, index, removed)
	{
		note("%s: the signature of '%s' is removed; the payload is the same",
		     text(removed, "configuration"), text(removed, "key"));
	}
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
	print_replaced(signing);
	results = describe_all(signing);
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
		code = open_keys(&arguments);
	if (code == EXIT_DONE)
		code = sign(&signing);
	sign_close(&signing);
	return code;
}
