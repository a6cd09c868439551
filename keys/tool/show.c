/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * show.c - holdfast-keys show and pub: what is in a key or a trust set; the public half of a key.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "key_write.h"
#include "trust_edit.h"
#include "trust_say.h"

struct show_arguments {
	const char *key;
	const char *file;
	enum key_role role;
};

enum { OPTION_KEY = 0x100, OPTION_ROLE };

static const struct argp_option pub_options[] = {
	{ "key", OPTION_KEY, "KEY", 0, "Private key: a file, a pkcs11: URI or a cmd: helper", 1 },
	{ "role", OPTION_ROLE, "ROLE", 0,
	  "test, dev, release or root; default: as in KEY, else dev", 1 },
	{ 0 },
};

static error_t parse_pub(int key, char *argument, struct argp_state *state)
{
	struct show_arguments *arguments = state->input;

	switch (key) {
	case OPTION_KEY:
		arguments->key = argument;
		return 0;
	case OPTION_ROLE:
		if (!key_role_by_name(argument, &arguments->role))
			argp_error(state, "--role %s: not one of test, dev, release, root",
				   argument);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: no argument is expected", argument);
		return 0;
	case ARGP_KEY_END:
		if (arguments->key == NULL || common.output == NULL)
			argp_error(state, "--key and -o are needed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse_show(int key, char *argument, struct argp_state *state)
{
	struct show_arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (arguments->file != NULL)
			argp_error(state, "%s: one file only", argument);
		arguments->file = argument;
		return 0;
	case ARGP_KEY_END:
		if (arguments->file == NULL)
			argp_error(state, "a public key or a trust set is needed");
		refuse_output(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp pub_argp = { pub_options,
				      parse_pub,
				      "--key KEY -o KEY.pub",
				      "Write the public half of a private key. Never overwrites.",
				      children,
				      NULL,
				      NULL };
static const struct argp show_argp = { NULL,
				       parse_show,
				       "KEY.pub|TRUST.dtb",
				       "Describe a public key, a certificate or a trust set.",
				       children,
				       NULL,
				       NULL };

enum exit_code verb_pub(int argc, char **argv)
{
	struct show_arguments arguments = { 0 };
	struct key_file file;
	enum exit_code code;

	if (argp_parse(&pub_argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	STEP(key_open_private(arguments.key, &file));
	if (arguments.role == 0)
		arguments.role = file.role != 0 ? file.role : ROLE_DEV;
	file.key.role = arguments.role;
	code = output_absent(common.output);
	if (code == EXIT_DONE && !common.dry_run)
		code = key_write_public(&file, common.output);
	if (code == EXIT_DONE && common.json)
		code = json_print(key_json(&file.key), "holdfast.pub");
	key_close(&file);
	return code;
}

static const char *mode_of(const struct keyring *keyring)
{
	if (keyring == NULL)
		return "";
	return keyring->mode == REQUIRED_ANY ? "any" : "all";
}

static json_t *described(const struct key *key)
{
	json_t *object = key_json(key);

	(void)json_object_set_new(object, "required", json_boolean(key->required));
	(void)json_object_set_new(
		object, "padding",
		key->padding == 0 ? json_null()
				  : json_string(key->padding == RSA_PSS ? "pss" : "pkcs-1.5"));
	return object;
}

static void print_key(const json_t *key)
{
	(void)printf("%s: %s, role %s, %sid %s\n", json_string_value(json_object_get(key, "name")),
		     json_string_value(json_object_get(key, "algorithm")),
		     json_string_value(json_object_get(key, "role")),
		     json_is_false(json_object_get(key, "required")) ? "not required, " : "",
		     json_string_value(json_object_get(key, "key_id")));
}

/* keyring: of a trust set, NULL for a key. Takes over keys. */
static enum exit_code print_keys(json_t *keys, const struct keyring *keyring)
{
	char *accepts = keyring == NULL ? text_of("%s", "") : trust_sentence(keyring);
	enum exit_code code = EXIT_DONE;
	json_t *document;
	json_t *key;
	size_t index;

	if (common.json) {
		document = json_object();
		(void)json_object_set(document, "keys", keys);
		(void)json_object_set_new(document, "required_mode", json_string(mode_of(keyring)));
		(void)json_object_set_new(document, "threshold",
					  json_integer(keyring == NULL ? 0 : keyring->threshold));
		(void)json_object_set_new(
			document, "needed",
			json_integer(keyring == NULL ? 0 : trust_needed(keyring)));
		(void)json_object_set_new(document, "accepts", json_string(accepts));
		code = json_print(document, "holdfast.show");
	} else {
		json_array_foreach(keys, index, key) print_key(key);
		if (keyring != NULL)
			(void)printf("rule: %s\n", accepts);
	}
	free(accepts);
	json_decref(keys);
	return code;
}

static enum exit_code show_trust(const char *path)
{
	static struct trust_file trust;
	json_t *keys;
	enum exit_code code;

	STEP(trust_open(path, &trust));
	keys = json_array();
	for (unsigned i = 0; i < trust.set.keyring.count; i++)
		(void)json_array_append_new(keys, described(&trust.set.keys[i]));
	code = print_keys(keys, &trust.set.keyring);
	if (trust_is_mixed(&trust.set.keyring))
		note("%s: dev and release keys together: who has a dev key can sign for it", path);
	trust_close(&trust);
	return code;
}

static enum exit_code show_key(const char *path)
{
	static struct key_file file;
	enum exit_code code;
	json_t *keys;

	STEP(key_open_public(path, &file));
	file.key.role = file.role;
	keys = json_array();
	(void)json_array_append_new(keys, key_json(&file.key));
	code = print_keys(keys, NULL);
	key_close(&file);
	return code;
}

static bool is_file(const char *where)
{
	return strncmp(where, "pkcs11:", 7) != 0 && strncmp(where, "cmd:", 4) != 0;
}

enum exit_code verb_show(int argc, char **argv)
{
	struct show_arguments arguments = { 0 };
	struct input input;
	bool is_tree;

	if (argp_parse(&show_argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	if (!is_file(arguments.file))
		return show_key(arguments.file);
	STEP(input_open(arguments.file, &input));
	is_tree = input.size >= 4 && load_be32(input.at) == 0xd00dfeed;
	input_close(&input);
	return is_tree ? show_trust(arguments.file) : show_key(arguments.file);
}
