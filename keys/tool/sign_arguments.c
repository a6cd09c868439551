/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign_arguments.c - the options of everything that signs.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "sign_arguments.h"

enum {
	OPTION_NAME = 0x200,
	OPTION_CONFIG,
	OPTION_HASH,
	OPTION_PADDING,
	OPTION_REPLACE,
	OPTION_RESERVE
};

static const struct argp_option options[] = {
	{ "key-name", OPTION_NAME, "NAME", 0,
	  "key-name-hint; default: the file's name without its ending", 2 },
	{ "config", OPTION_CONFIG, "NAME", 0, "Only this configuration; default: all of them", 2 },
	{ "hash", OPTION_HASH, "HASH", 0,
	  "sha256, sha384 or sha512; default: as the FIT says, else sha256 (ecdsa-p384: sha384)",
	  2 },
	{ "padding", OPTION_PADDING, "P", 0,
	  "pkcs-1.5 or pss; default: as the FIT says, else pkcs-1.5", 2 },
	{ "replace", OPTION_REPLACE, NULL, 0, "Remove the signatures of others that are there", 2 },
	{ "reserve", OPTION_RESERVE, "NAME", 0,
	  "Leave an empty signature node for the key of that name, which signs later", 2 },
	{ 0 },
};

void sign_add_key(struct argp_state *state, struct sign_arguments *arguments, const char *key)
{
	if (arguments->key_count == SIGN_KEYS_MAX)
		argp_error(state, "at most %d keys", SIGN_KEYS_MAX);
	arguments->keys[arguments->key_count++] = key;
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

static void parse_algorithm(int key, char *argument, struct argp_state *state)
{
	struct signing *signing = ((struct sign_arguments *)state->input)->signing;

	if (key == OPTION_HASH) {
		if (digest_by_name(argument, strlen(argument), &signing->hash) != OK)
			argp_error(state, "--hash %s: sha256, sha384 or sha512", argument);
		return;
	}
	signing->padding = strcmp(argument, "pss") == 0 ? RSA_PSS : RSA_PKCS1;
	if (signing->padding == RSA_PKCS1 && strcmp(argument, "pkcs-1.5") != 0)
		argp_error(state, "--padding %s: pkcs-1.5 or pss", argument);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct sign_arguments *arguments = state->input;
	struct signing *signing = arguments->signing;

	switch (key) {
	case OPTION_NAME:
		parse_name(state, argument);
		return 0;
	case OPTION_CONFIG:
		signing->configuration = argument;
		return 0;
	case OPTION_HASH:
	case OPTION_PADDING:
		parse_algorithm(key, argument, state);
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
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp sign_argp = { .options = options, .parser = parse };

void sign_check_arguments(struct argp_state *state, const struct sign_arguments *arguments)
{
	if (arguments->signing->path == NULL)
		argp_error(state, "a FIT is needed");
	if (arguments->name_count != 0 && arguments->name_count != arguments->key_count)
		argp_error(state, "as many --key-name as --key, in the same order");
}

bool sign_is_tuned(const struct sign_arguments *arguments)
{
	const struct signing *signing = arguments->signing;

	return arguments->name_count != 0 || signing->hash != 0 || signing->padding != 0 ||
	       signing->replace || signing->reserved_count != 0;
}

enum exit_code sign_keys_differ(const struct signing *signing, unsigned count)
{
	const struct key_file *keys = signing->keys;

	for (unsigned i = 0; i < count; i++) {
		if (strcmp(keys[count].name, keys[i].name) == 0 ||
		    memcmp(keys[count].key.id, keys[i].key.id, KEY_ID_SIZE) == 0) {
			complain("keys %s and %s: the same key or name twice: give each key once, "
				 "and a --key-name of its own",
				 keys[i].name, keys[count].name);
			return EXIT_USAGE;
		}
	}
	return EXIT_DONE;
}

enum exit_code sign_open_keys(const struct sign_arguments *arguments,
			      enum exit_code (*open)(const char *where, struct key_file *file))
{
	struct signing *signing = arguments->signing;
	struct key_file *keys = signing->keys;

	for (unsigned i = 0; i < arguments->key_count; i++) {
		STEP(open(arguments->keys[i], &keys[i]));
		signing->key_count = i + 1;
		if (arguments->name_count != 0)
			(void)snprintf(keys[i].name, sizeof(keys[i].name), "%s",
				       arguments->names[i]);
		STEP(sign_keys_differ(signing, i));
		if (signing->padding != 0 && keys[i].key.algorithm.type != KEY_RSA)
			note("key %s: --padding is for RSA", keys[i].name);
	}
	return EXIT_DONE;
}
