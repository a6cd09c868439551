/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * enroll.c - holdfast-keys enroll: decide that a loader trusts a key.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libfdt.h>

#include "text.h"
#include "trust_edit.h"
#include "trust_say.h"

struct enroll_arguments {
	const char *key;
	const char *name;
	enum key_role role;
	enum rsa_padding padding;
	const char *hash;
	struct enrolment enrolment;
	uint32_t asked; /* so many signatures the set asked for until now */
};

enum {
	OPTION_KEY = 0x100,
	OPTION_NAME,
	OPTION_ROLE,
	OPTION_REQUIRED,
	OPTION_THRESHOLD,
	OPTION_MODE,
	OPTION_PADDING,
	OPTION_HASH
};

static const struct argp_option options[] = {
	{ "key", OPTION_KEY, "PUB", 0, "Public key or certificate", 1 },
	{ "name", OPTION_NAME, "NAME", 0,
	  "key-name-hint; default: the file's name without its ending", 1 },
	{ "role", OPTION_ROLE, "ROLE", 0,
	  "test, dev, release or root; default: as in PUB, else dev", 1 },
	{ "required", OPTION_REQUIRED, "conf|no", 0,
	  "Whether configurations must be signed by it; default: conf", 1 },
	{ "threshold", OPTION_THRESHOLD, "M", 0, "So many different required keys must have signed",
	  1 },
	{ "mode", OPTION_MODE, "any|all", 0,
	  "Whether one required key suffices; default: as it is, all in a new set", 1 },
	{ "hash", OPTION_HASH, "HASH", 0,
	  "sha256, sha384 or sha512; default: sha256, for ecdsa-p384 sha384", 1 },
	{ "padding", OPTION_PADDING, "P", 0,
	  "Pin the RSA padding: pkcs-1.5 or pss; default: either", 1 },
	{ 0 },
};

static bool parse_number(const char *text, uint32_t *number)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	*number = (uint32_t)value;
	return errno == 0 && *text >= '0' && *text <= '9' && *end == '\0' && value <= UINT32_MAX;
}

static void parse_rule(int key, char *argument, struct argp_state *state)
{
	struct enroll_arguments *arguments = state->input;
	struct enrolment *enrolment = &arguments->enrolment;

	switch (key) {
	case OPTION_REQUIRED:
		enrolment->required = strcmp(argument, "conf") == 0;
		if (!enrolment->required && strcmp(argument, "no") != 0)
			argp_error(state,
				   "--required %s: conf or no (images alone are never trusted)",
				   argument);
		break;
	case OPTION_THRESHOLD:
		if (!parse_number(argument, &enrolment->threshold) || enrolment->threshold < 1 ||
		    enrolment->threshold > KEYRING_KEYS_MAX)
			argp_error(state, "--threshold %s: a number from 1 to %d", argument,
				   KEYRING_KEYS_MAX);
		break;
	default:
		enrolment->mode = strcmp(argument, "any") == 0 ? REQUIRED_ANY : REQUIRED_ALL;
		if (enrolment->mode == REQUIRED_ALL && strcmp(argument, "all") != 0)
			argp_error(state, "--mode %s: any or all", argument);
	}
}

static void parse_pin(int key, char *argument, struct argp_state *state)
{
	struct enroll_arguments *arguments = state->input;
	enum digest_algorithm digest;

	if (key == OPTION_HASH) {
		arguments->hash = argument;
		if (digest_by_name(argument, strlen(argument), &digest) != OK)
			argp_error(state, "--hash %s: sha256, sha384 or sha512", argument);
		return;
	}
	arguments->padding = strcmp(argument, "pss") == 0 ? RSA_PSS : RSA_PKCS1;
	if (arguments->padding == RSA_PKCS1 && strcmp(argument, "pkcs-1.5") != 0)
		argp_error(state, "--padding %s: pkcs-1.5 or pss", argument);
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct enroll_arguments *arguments = state->input;

	switch (key) {
	case OPTION_KEY:
		arguments->key = argument;
		return 0;
	case OPTION_NAME:
		arguments->name = argument;
		if (!key_name_is_good(argument))
			argp_error(state, "--name %s: letters, digits and , . _ + - only",
				   argument);
		return 0;
	case OPTION_ROLE:
		if (!key_role_by_name(argument, &arguments->role))
			argp_error(state, "--role %s: not one of test, dev, release, root",
				   argument);
		return 0;
	case OPTION_REQUIRED:
	case OPTION_THRESHOLD:
	case OPTION_MODE:
		parse_rule(key, argument, state);
		return 0;
	case OPTION_HASH:
	case OPTION_PADDING:
		parse_pin(key, argument, state);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: no argument is expected", argument);
		return 0;
	case ARGP_KEY_END:
		if (arguments->key == NULL || common.output == NULL)
			argp_error(state, "--key and -o are needed");
		if (arguments->enrolment.threshold != 0 &&
		    arguments->enrolment.mode == REQUIRED_ALL)
			argp_error(state, "--threshold and --mode all contradict each other");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	options,
	parse,
	"--key PUB -o TRUST.dtb",
	"Add a public key to the trust set TRUST.dtb, which is made if it does not exist.",
	children,
	NULL,
	NULL
};

/* What the arguments say goes over what the file says. */
static enum exit_code apply_arguments(const struct enroll_arguments *arguments,
				      struct key_file *file)
{
	struct key *key = &file->key;

	if (arguments->name != NULL)
		(void)snprintf(file->name, sizeof(file->name), "%s", arguments->name);
	key->role = arguments->role != 0 ? arguments->role : file->role;
	if (key->role == 0)
		key->role = ROLE_DEV;
	if (arguments->hash != NULL &&
	    digest_by_name(arguments->hash, strlen(arguments->hash), &key->algorithm.digest) != OK)
		return EXIT_BUG;
	key->padding = arguments->padding;
	if (arguments->padding != 0 && key->algorithm.type != KEY_RSA) {
		complain("--padding is for RSA keys: leave it out");
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

/* A role that contradicts the one in the key's own file is no slip of the keyboard. */
static enum exit_code check_role(const struct key_file *file)
{
	if (file->role == 0 || file->role == file->key.role || common.yes)
		return EXIT_DONE;
	complain("%s: its file says role %s, not %s: give --yes if that is meant", file->key.name,
		 key_role_name(file->role), key_role_name(file->key.role));
	return EXIT_POLICY;
}

static bool same_numbers(const struct key *a, const struct key *b)
{
	return memcmp(a->id, b->id, KEY_ID_SIZE) == 0;
}

static enum exit_code check_new_to(const struct keyring *keyring, const struct key *key)
{
	for (unsigned i = 0; i < keyring->count; i++) {
		if (same_numbers(&keyring->keys[i], key)) {
			complain("%s: is in the trust set already, as '%s': to change it, make the "
				 "set anew",
				 key->name, keyring->keys[i].name);
			return EXIT_POLICY;
		}
		if (strcmp(keyring->keys[i].name, key->name) == 0) {
			complain("%s: another key of the trust set has that name: use --name",
				 key->name);
			return EXIT_POLICY;
		}
	}
	if (keyring->count == KEYRING_KEYS_MAX) {
		complain("the trust set is full (%d keys): make a new one", KEYRING_KEYS_MAX);
		return EXIT_POLICY;
	}
	return EXIT_DONE;
}

#define TRUST_GROWTH 8192

/* A copy of the file with room for a key. */
static enum exit_code copy_tree(const struct input *input, void **tree)
{
	int error;

	*tree = allocate(input->size + TRUST_GROWTH);
	error = fdt_open_into(input->at, *tree, (int)(input->size + TRUST_GROWTH));
	if (error == 0)
		return EXIT_DONE;
	complain("%s: %s: give a trust set or a new name", input->path, fdt_strerror(error));
	return EXIT_INPUT;
}

/* A control tree without keys, such as the one of U-Boot's SPL fresh from its build: *tree. */
static enum exit_code open_keyless(void **tree)
{
	struct input input;
	enum exit_code code = EXIT_DONE;

	STEP(input_open(common.output, &input));
	if (fdt_check_full(input.at, input.size) == 0 &&
	    fdt_subnode_offset(input.at, 0, "signature") == -FDT_ERR_NOTFOUND)
		code = copy_tree(&input, tree);
	input_close(&input);
	return code;
}

/* The set as it is, with room; an empty tree if there is no such file. */
static enum exit_code open_tree(const struct key *key, uint32_t *asked, void **tree)
{
	struct trust_file trust;
	enum exit_code code;

	if (access(common.output, F_OK) != 0) {
		*tree = allocate(TRUST_GROWTH);
		return fdt_create_empty_tree(*tree, TRUST_GROWTH) == 0 ? EXIT_DONE : EXIT_BUG;
	}
	STEP(open_keyless(tree));
	if (*tree != NULL)
		return EXIT_DONE;
	STEP(trust_open(common.output, &trust));
	*asked = trust_asked(&trust.set.keyring);
	code = check_new_to(&trust.set.keyring, key);
	if (code == EXIT_DONE)
		code = copy_tree(&trust.input, tree);
	trust_close(&trust);
	return code;
}

/* Read what was made with the reader that the build uses: what it would not take is not written. */
static enum exit_code check_result(const void *tree, uint32_t asked, struct trust_set *set)
{
	enum status status;
	uint32_t now;

	refusal_clear();
	status = trust_dtb_read((struct span){ tree, fdt_totalsize(tree) }, set);
	if (status != OK)
		return refused(status);
	now = trust_asked(&set->keyring);
	if (now >= asked || common.yes)
		return EXIT_DONE;
	complain("%s: %u signatures were needed, %u would be enough: give --yes if that is meant",
		 common.output, (unsigned)asked, (unsigned)now);
	return EXIT_POLICY;
}

static void remark(const struct keyring *keyring, const struct key *key)
{
	if (trust_needed(keyring) == 0)
		note("%s: not usable yet: it needs more required keys", common.output);
	if (trust_is_mixed(keyring))
		note("%s: dev and release keys together: who has a dev key can sign for it",
		     common.output);
	if (key->role == ROLE_ROOT && key->required && keyring->mode == REQUIRED_ALL)
		note("%s: every image must be signed by the root key: use --required no to keep it "
		     "offline",
		     common.output);
}

static enum exit_code print_result(const struct trust_set *set, const struct key *key)
{
	const struct key *last = &set->keys[0];
	char *accepts = trust_sentence(&set->keyring);
	enum exit_code code = EXIT_DONE;
	json_t *document;

	for (unsigned i = 0; i < set->keyring.count; i++) {
		if (same_numbers(&set->keys[i], key))
			last = &set->keys[i];
	}
	remark(&set->keyring, last);
	if (common.json) {
		document = key_json(last);
		(void)json_object_set_new(document, "required", json_boolean(last->required));
		(void)json_object_set_new(document, "trust_set", json_text(common.output));
		(void)json_object_set_new(document, "keys", json_integer(set->keyring.count));
		(void)json_object_set_new(document, "threshold",
					  json_integer(set->keyring.threshold));
		(void)json_object_set_new(document, "accepts", json_string(accepts));
		code = json_print(document, "holdfast.enroll");
	} else {
		(void)printf("%s: %s, %s, role %s, %s; %u key%s in the set\n", common.output,
			     last->name, key_type_text(last), key_role_name(last->role),
			     last->required ? "required" : "not required", set->keyring.count,
			     set->keyring.count == 1 ? "" : "s");
		(void)printf("%s: %s\n", common.output, accepts);
	}
	free(accepts);
	return code;
}

static enum exit_code enroll(struct enroll_arguments *arguments, struct key_file *file)
{
	static struct trust_set set;
	void *tree = NULL;
	enum exit_code code = apply_arguments(arguments, file);

	arguments->enrolment.file = file;
	if (code == EXIT_DONE)
		code = check_role(file);
	if (code == EXIT_DONE)
		code = open_tree(&file->key, &arguments->asked, &tree);
	if (code == EXIT_DONE)
		code = trust_add(tree, &arguments->enrolment);
	if (code == EXIT_DONE && fdt_pack(tree) != 0)
		code = EXIT_BUG;
	if (code == EXIT_DONE)
		code = check_result(tree, arguments->asked, &set);
	if (code == EXIT_DONE && !common.dry_run)
		code = output_file(common.output, 0644, tree, fdt_totalsize(tree));
	if (code == EXIT_DONE)
		code = print_result(&set, &file->key);
	free(tree);
	return code;
}

enum exit_code verb_enroll(int argc, char **argv)
{
	struct enroll_arguments arguments = { .enrolment = { .required = true } };
	struct key_file file;
	enum exit_code code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	STEP(key_open_public(arguments.key, &file));
	code = enroll(&arguments, &file);
	key_close(&file);
	return code;
}
