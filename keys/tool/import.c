/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * import.c - holdfast-keys import: a key that was made elsewhere, checked, and written in our form.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/crypto.h>

#include "key_look.h"
#include "key_sound.h"
#include "key_write.h"
#include "text.h"

struct import_arguments {
	const char *key;
	const char *hint;
	enum key_role role;
	bool encrypt;
};

enum { OPTION_KEY = 0x100, OPTION_HINT, OPTION_ROLE, OPTION_ENCRYPT };

static const struct argp_option options[] = {
	{ "key", OPTION_KEY, "KEY", 0,
	  "A private or public key or a certificate, PEM or DER; a directory with NAME.key and "
	  "NAME.crt as mkimage wants it; a pkcs11: URI or cmd: helper (its public half)",
	  1 },
	{ "key-name", OPTION_HINT, "NAME", 0, "Which key of the directory", 1 },
	{ "role", OPTION_ROLE, "ROLE", 0, "test, dev, release or root", 1 },
	{ "encrypt", OPTION_ENCRYPT, NULL, 0,
	  "Under a pass phrase, from HOLDFAST_PIN or asked for twice; as it is if KEY has one", 1 },
	{ 0 },
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct import_arguments *arguments = state->input;

	switch (key) {
	case OPTION_KEY:
		arguments->key = argument;
		return 0;
	case OPTION_HINT:
		arguments->hint = argument;
		if (!key_name_is_good(argument))
			argp_error(state, "--key-name %s: letters, digits and , . _ + - only",
				   argument);
		return 0;
	case OPTION_ROLE:
		if (!key_role_by_name(argument, &arguments->role))
			argp_error(state, "--role %s: not one of test, dev, release, root",
				   argument);
		return 0;
	case OPTION_ENCRYPT:
		arguments->encrypt = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: no argument is expected", argument);
		return 0;
	case ARGP_KEY_END:
		if (arguments->key == NULL || arguments->role == 0 || common.output == NULL)
			argp_error(state, "--key, --role and -o are needed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	options,
	parse,
	"--key KEY --role ROLE -o KEY.pem",
	"Check a key that was made elsewhere and write it in our form: KEY.pem (if KEY is private) "
	"and KEY.pub. Never overwrites.",
	children,
	NULL,
	NULL
};

static bool is_file(const char *where)
{
	return strncmp(where, "pkcs11:", 7) != 0 && strncmp(where, "cmd:", 4) != 0;
}

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int is_key_file(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 4 && strcmp(entry->d_name + length - 4, ".key") == 0;
}

/* The only NAME.key of a directory: a fresh string without the ending. */
static enum exit_code only_name(const char *directory, char **name)
{
	struct dirent **entries = NULL;
	int count = scandir(directory, &entries, is_key_file, alphasort);

	if (count == 1)
		*name = text_of("%.*s", (int)strlen(entries[0]->d_name) - 4, entries[0]->d_name);
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	if (count == 1)
		return EXIT_DONE;
	complain("key %s: %s: say which with --key-name NAME", directory,
		 count < 1 ? "no NAME.key in it" : "several NAME.key in it");
	return EXIT_KEY;
}

/* mkimage's directory to the file in it: NAME.key, or NAME.crt alone. A fresh string. */
static enum exit_code file_in(const char *directory, const char *hint, char **path)
{
	char *name = NULL;

	if (hint != NULL)
		name = text_of("%s", hint);
	else
		STEP(only_name(directory, &name));
	*path = text_of("%s/%s.key", directory, name);
	if (access(*path, F_OK) != 0) {
		free(*path);
		*path = text_of("%s/%s.crt", directory, name);
	}
	free(name);
	return EXIT_DONE;
}

/* NAME.crt beside NAME.key is the certificate of that key, or somebody mixed up two. */
static enum exit_code check_certificate(const char *path, const struct key_file *file)
{
	size_t length = strlen(path);
	enum exit_code code = EXIT_DONE;
	struct look *look;
	char *certificate;

	if (length < 5 || strcmp(path + length - 4, ".key") != 0)
		return EXIT_DONE;
	certificate = text_of("%.*s.crt", (int)length - 4, path);
	look = allocate(sizeof(*look));
	key_look(certificate, look);
	if (look->kind == LOOK_CERTIFICATE &&
	    (look->numbers != OK || memcmp(look->file.key.id, file->key.id, KEY_ID_SIZE) != 0)) {
		complain("key %s: %s is another key's certificate: find the one that belongs to it",
			 path, certificate);
		code = EXIT_KEY;
	}
	key_close(&look->file);
	free(look);
	free(certificate);
	return code;
}

static enum exit_code print_result(const struct key_file *file, const char *private_path,
				   const char *public_path, bool encrypted)
{
	char *id;
	json_t *document;

	if (common.json) {
		document = key_json(&file->key);
		(void)json_object_set_new(document, "private",
					  private_path == NULL ? json_null()
							       : json_text(private_path));
		(void)json_object_set_new(document, "public", json_text(public_path));
		(void)json_object_set_new(document, "encrypted", json_boolean(encrypted));
		return json_print(document, "holdfast.import");
	}
	id = hex_text(file->key.id, KEY_ID_SIZE);
	(void)printf("%s: %s, role %s,%s key id %s\n",
		     private_path == NULL ? public_path : private_path, key_type_text(&file->key),
		     key_role_name(file->key.role), encrypted ? " encrypted," : "", id);
	if (private_path == NULL)
		(void)printf("%s: a public key, for 'holdfast-keys enroll'\n", public_path);
	else
		(void)printf("%s: its public half, for 'holdfast-keys enroll'\n", public_path);
	free(id);
	return EXIT_DONE;
}

static enum exit_code write_private(const struct key_file *file, const char *public_path,
				    bool encrypt)
{
	char phrase[PIN_SIZE] = "";
	enum exit_code code;

	STEP(output_absent(common.output));
	STEP(output_absent(public_path));
	code = encrypt ? key_ask_phrase(common.output, phrase) : EXIT_DONE;
	if (code == EXIT_DONE && !common.dry_run)
		code = key_write_pair(file, common.output, public_path, encrypt ? phrase : NULL);
	OPENSSL_cleanse(phrase, sizeof(phrase));
	if (code == EXIT_DONE)
		code = print_result(file, common.output, public_path, encrypt);
	return code;
}

static enum exit_code write_public_half(const struct key_file *file, const char *public_path)
{
	STEP(output_absent(public_path));
	if (!common.dry_run)
		STEP(key_write_public(file, public_path));
	return print_result(file, NULL, public_path, false);
}

/* The key is open and of a kind that a loader trusts. */
static enum exit_code import(const struct import_arguments *arguments, const char *where,
			     struct key_file *file, bool encrypted)
{
	char *public_path;
	enum exit_code code;

	file->key.role = arguments->role;
	key_name_from_path(common.output, file->name);
	if (is_file(where)) {
		STEP(key_sound(file, where));
		STEP(check_certificate(where, file));
	}
	public_path = key_public_path(common.output);
	if (!file->is_private)
		code = write_public_half(file, public_path);
	else if (strcmp(public_path, common.output) == 0) {
		complain("%s: the key is private: name the result KEY.pem, or use 'pub'", where);
		code = EXIT_KEY;
	} else {
		code = write_private(file, public_path, arguments->encrypt || encrypted);
	}
	free(public_path);
	return code;
}

static enum exit_code open_and_import(const struct import_arguments *arguments, const char *where)
{
	struct look *look = allocate(sizeof(*look));
	static struct key_file file;
	bool is_private;
	bool encrypted;
	enum exit_code code;

	if (is_file(where))
		key_look(where, look);
	is_private = look->kind == LOOK_PRIVATE;
	encrypted = look->encrypted;
	if (look->keys > 1)
		note("%s: holds %u keys and certificates; the first is taken", where, look->keys);
	key_close(&look->file);
	free(look);
	code = is_private ? key_open_private(where, &file) : key_open_public(where, &file);
	if (code == EXIT_DONE)
		code = import(arguments, where, &file, encrypted);
	key_close(&file);
	return code;
}

enum exit_code verb_import(int argc, char **argv)
{
	struct import_arguments arguments = { 0 };
	char *path = NULL;
	enum exit_code code = EXIT_DONE;

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	if (is_file(arguments.key) && is_directory(arguments.key))
		code = file_in(arguments.key, arguments.hint, &path);
	if (code == EXIT_DONE)
		code = open_and_import(&arguments, path == NULL ? arguments.key : path);
	free(path);
	return code;
}
