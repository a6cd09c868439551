/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * new.c - holdfast-keys new: a fresh key pair, never over an old one.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/rsa.h>

#include "key_write.h"
#include "text.h"

struct new_arguments {
	const char *algorithm;
	enum key_role role;
	bool encrypt;
};

enum { OPTION_ALG = 0x100, OPTION_ROLE, OPTION_ENCRYPT };

static const struct argp_option options[] = {
	{ "alg", OPTION_ALG, "ALG", 0, "rsa3072, rsa4096, ecdsa-p256 or ecdsa-p384", 1 },
	{ "role", OPTION_ROLE, "ROLE", 0, "test, dev, release or root: recorded in both files", 1 },
	{ "encrypt", OPTION_ENCRYPT, NULL, 0,
	  "Under a pass phrase, from HOLDFAST_PIN or asked for twice", 1 },
	{ 0 },
};

static const struct {
	const char *name;
	unsigned rsa_bits; /* 0: a curve */
	const char *curve;
} algorithms[] = {
	{ "rsa3072", 3072, NULL },
	{ "rsa4096", 4096, NULL },
	{ "ecdsa-p256", 0, "prime256v1" },
	{ "ecdsa-p384", 0, "secp384r1" },
};
#define ALGORITHMS (sizeof(algorithms) / sizeof(algorithms[0]))

static size_t algorithm_index(const char *name)
{
	size_t i = 0;

	while (i < ALGORITHMS && strcmp(name, algorithms[i].name) != 0)
		i++;
	return i;
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = text == NULL ? 0 : strlen(text);

	return length > strlen(end) && strcmp(text + length - strlen(end), end) == 0;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct new_arguments *arguments = state->input;

	switch (key) {
	case OPTION_ALG:
		arguments->algorithm = argument;
		if (algorithm_index(argument) == ALGORITHMS)
			argp_error(state,
				   "--alg %s: not one of rsa3072, rsa4096, ecdsa-p256, ecdsa-p384",
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
		if (arguments->algorithm == NULL || arguments->role == 0 || common.output == NULL)
			argp_error(state, "--alg, --role and -o are needed");
		if (ends_with(common.output, ".pub"))
			argp_error(state, "-o names the private key; KEY.pub is written beside it");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	options,
	parse,
	"--alg ALG --role ROLE -o KEY.pem",
	"Make a key pair: KEY.pem (PKCS#8, mode 0600) and KEY.pub (SubjectPublicKeyInfo). "
	"Never overwrites.",
	children,
	NULL,
	NULL
};

static EVP_PKEY *generate(size_t index)
{
	EVP_PKEY *pkey;

	if (algorithms[index].rsa_bits != 0)
		pkey = EVP_RSA_gen(algorithms[index].rsa_bits);
	else
		pkey = EVP_EC_gen(algorithms[index].curve);
	if (pkey == NULL)
		complain("no key was made: %s", ERR_reason_error_string(ERR_peek_last_error()));
	return pkey;
}

static enum exit_code print_result(const struct key_file *file, const char *public_path,
				   bool encrypted)
{
	json_t *document;
	char *id;

	if (common.json) {
		document = key_json(&file->key);
		(void)json_object_set_new(document, "private", json_text(common.output));
		(void)json_object_set_new(document, "public", json_text(public_path));
		(void)json_object_set_new(document, "encrypted", json_boolean(encrypted));
		return json_print(document, "holdfast.new");
	}
	id = hex_text(file->key.id, KEY_ID_SIZE);
	(void)printf("%s: %s, role %s,%s key id %s\n", common.output, key_type_text(&file->key),
		     key_role_name(file->key.role), encrypted ? " encrypted," : "", id);
	(void)printf("%s: its public half, for 'holdfast-keys enroll'\n", public_path);
	free(id);
	return EXIT_DONE;
}

static enum exit_code make_pair(const struct new_arguments *arguments, const char *public_path,
				const char *phrase)
{
	struct key_file file = { .pkey = NULL };
	EVP_PKEY *pkey;
	enum exit_code code;

	pkey = generate(algorithm_index(arguments->algorithm));
	if (pkey == NULL)
		return EXIT_BUG;
	STEP(key_describe(pkey, &file));
	key_name_from_path(common.output, file.name);
	file.key.name = file.name;
	file.key.role = arguments->role;
	code = common.dry_run ? EXIT_DONE
			      : key_write_pair(&file, common.output, public_path, phrase);
	if (code == EXIT_DONE)
		code = print_result(&file, public_path, phrase != NULL);
	key_close(&file);
	return code;
}

/* What can be known to fail does so before anything is asked or made. */
static enum exit_code new_pair(const struct new_arguments *arguments, const char *public_path)
{
	char phrase[PIN_SIZE] = "";
	enum exit_code code = EXIT_DONE;

	STEP(output_absent(common.output));
	STEP(output_absent(public_path));
	if (arguments->encrypt)
		code = key_ask_phrase(common.output, phrase);
	if (code == EXIT_DONE)
		code = make_pair(arguments, public_path, arguments->encrypt ? phrase : NULL);
	OPENSSL_cleanse(phrase, sizeof(phrase));
	return code;
}

enum exit_code verb_new(int argc, char **argv)
{
	struct new_arguments arguments = { 0 };
	char *public_path;
	enum exit_code code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	public_path = key_public_path(common.output);
	code = new_pair(&arguments, public_path);
	free(public_path);
	return code;
}
