/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * verify.c - holdfast-keys verify: the loader's decision, on a PC.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot_rules.h"
#include "file_check.h"
#include "hardened.h"
#include "provenance.h"
#include "trust_edit.h"
#include "verify.h"

#define COMPATIBLE_MAX 16

struct verify_arguments {
	const char *trust;
	const char *configuration;
	const char *compatible[COMPATIBLE_MAX + 1];
	unsigned compatible_count;
	const char *root;
	const char *provenance;
	const char *fit;
	uint32_t floor;
	bool deep;
	bool release;
};

enum {
	OPTION_TRUST = 0x100,
	OPTION_CONFIG,
	OPTION_COMPATIBLE,
	OPTION_FLOOR,
	OPTION_DEEP,
	OPTION_ROOT,
	OPTION_RELEASE,
	OPTION_PROVENANCE
};

static const struct argp_option options[] = {
	{ "trust", OPTION_TRUST, "TRUST.dtb", 0, "Whom to trust (needed)", 1 },
	{ "config", OPTION_CONFIG, "NAME", 0, "Decide about this configuration", 1 },
	{ "compatible", OPTION_COMPATIBLE, "STR", 0,
	  "Decide as a board with this compatible; most specific first", 1 },
	{ "floor", OPTION_FLOOR, "N", 0, "Refuse a rollback index below N", 1 },
	{ "release", OPTION_RELEASE, NULL, 0,
	  "Decide as a release build does: no key of role test or dev in TRUST.dtb", 1 },
	{ "deep", OPTION_DEEP, NULL, 0, "Also check every block of the root", 1 },
	{ "root", OPTION_ROOT, "FILE", 0,
	  "The image of the root's partition, if the root is not in the FIT", 1 },
	{ "provenance", OPTION_PROVENANCE, "FILE", 0,
	  "Also check this envelope: who built the FIT, signed by the same rule", 1 },
	{ 0 },
};

static void parse_floor(struct argp_state *state, char *argument)
{
	struct verify_arguments *arguments = state->input;
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(argument, &end, 0);
	if (errno != 0 || *argument < '0' || *argument > '9' || *end != '\0' || value > UINT32_MAX)
		argp_error(state, "--floor %s: a number below 2^32", argument);
	arguments->floor = (uint32_t)value;
}

static error_t parse_choice(int key, char *argument, struct argp_state *state)
{
	struct verify_arguments *arguments = state->input;

	switch (key) {
	case OPTION_CONFIG:
		arguments->configuration = argument;
		return 0;
	case OPTION_COMPATIBLE:
		if (arguments->compatible_count == COMPATIBLE_MAX)
			argp_error(state, "at most %d --compatible", COMPATIBLE_MAX);
		arguments->compatible[arguments->compatible_count++] = argument;
		return 0;
	case ARGP_KEY_ARG:
		if (arguments->fit != NULL)
			argp_error(state, "%s: one FIT only", argument);
		arguments->fit = argument;
		return 0;
	case ARGP_KEY_END:
		if (arguments->trust == NULL || arguments->fit == NULL)
			argp_error(state, "--trust and a FIT are needed");
		if (arguments->configuration != NULL && arguments->compatible_count != 0)
			argp_error(state, "--config or --compatible, not both");
		refuse_output(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct verify_arguments *arguments = state->input;

	switch (key) {
	case OPTION_TRUST:
		arguments->trust = argument;
		return 0;
	case OPTION_FLOOR:
		parse_floor(state, argument);
		return 0;
	case OPTION_DEEP:
		arguments->deep = true;
		return 0;
	case OPTION_RELEASE:
		arguments->release = true;
		return 0;
	case OPTION_ROOT:
		arguments->root = argument;
		return 0;
	case OPTION_PROVENANCE:
		arguments->provenance = argument;
		return 0;
	default:
		return parse_choice(key, argument, state);
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = { options,
				  parse,
				  "--trust TRUST.dtb FIT",
				  "Decide about a FIT with the loader's own code, and say why.",
				  children,
				  NULL,
				  NULL };

/* Without a choice: what the FIT calls its default, which anyone may have written. */
static enum status choose(const struct verify_arguments *arguments, const struct fit_file *file,
			  unsigned *index)
{
	unsigned parent = fit_file_configurations(file);
	const char *name = arguments->configuration;

	if (arguments->compatible_count != 0)
		return fit_choose(&file->fit, arguments->compatible, index);
	if (name == NULL && parent != FIT_NONE)
		name = fit_file_string(file, parent, "default");
	if (name == NULL)
		return refuse(ERR_CONFIG_MISSING, "default",
			      "the FIT has no default: use --config or --compatible");
	return fit_choose_named(&file->fit, name, index);
}

static enum status check_index(const struct verify_arguments *arguments,
			       const struct fit_config *config, uint32_t *index)
{
	enum status status = fit_config_u32(config, "holdfast,rollback-index", index);

	if (status == ERR_ABSENT) {
		*index = 0;
		status = OK;
	}
	TRY(status);
	if (at_least(*index, arguments->floor, ERR_ROLLBACK) != OK)
		return refuse(ERR_ROLLBACK, fit_config_name(config),
			      "the image is older than the floor allows");
	return OK;
}

/* The board whose rules apply: the first --compatible that is known here. */
static const char *known_board(const struct verify_arguments *arguments)
{
	for (unsigned i = 0; i < arguments->compatible_count; i++) {
		if (machine_is_known(arguments->compatible[i]))
			return arguments->compatible[i];
	}
	return NULL;
}

/* Where the board's rules follow they are described here and read there. */
static enum status check_files(struct root *root, struct verdict *verdict)
{
	struct fit_check *check = verdict->check;

	TRY(fit_check_files(check, root->mounted ? &root->files : NULL, verdict->board == NULL));
	verdict->files_unread = !root->mounted && json_array_size(check->files) != 0;
	return OK;
}

/* In the loader's order. */
static enum status check_release(const struct verify_arguments *arguments,
				 const struct keyring *keyring, struct machine *machine,
				 unsigned configuration, struct verdict *verdict)
{
	struct fit_check *check = verdict->check;
	const struct fit_file *file = machine->file;
	struct root root;
	struct proof proof;

	TRY(proof_begin(&proof));
	TRY(fit_verify(&file->fit, configuration, keyring, &proof, &check->config));
	TRY(check_index(arguments, check->config, &verdict->index));
	TRY(machine_root(machine, check->config, &proof, &root));
	check->has_root = root.present;
	check->root = root.verity;
	check->root_data = machine->root_partition;
	verdict->root_unread = machine->root_unread;
	TRY(check_files(&root, verdict));
	if (verdict->board == NULL || verdict->files_unread) {
		TRY(machine_command_line(check->config, &root));
		return fit_check_images(file, check, &proof);
	}
	TRY(machine_boot(machine, check->config, &root, verdict->index, &proof));
	return fit_check_images(file, check, NULL);
}

static enum status decide(const struct verify_arguments *arguments, const struct keyring *keyring,
			  const struct fit_file *file, struct span root, struct verdict *verdict)
{
	struct machine *machine = allocate(sizeof(*machine));
	unsigned configuration = 0;
	enum status status = choose(arguments, file, &configuration);

	verdict->board = known_board(arguments);
	if (status == OK)
		status = machine_start(file, root, machine);
	if (status == OK)
		status = check_release(arguments, keyring, machine, configuration, verdict);
	if (status == OK && arguments->deep && verdict->check->has_root &&
	    verdict->check->root_data.at != NULL)
		status = verity_check_all(&verdict->check->root, verdict->check->root_data);
	free(machine);
	return status;
}

/* What a loader asks before it reads any image. */
static enum status trust_is_good(const struct keyring *keyring, bool release)
{
	TRY(keyring_usable(keyring));
	return keyring_roles(keyring, release ? ROLE_RELEASE : ROLE_TEST);
}

/* For a FIT that was found good: the envelope about it, if there is to be one; then say all. */
static enum exit_code conclude(const struct verify_arguments *arguments, struct span fit,
			       struct verdict *verdict)
{
	enum exit_code code;

	if (arguments->deep && verdict->root_unread) {
		complain("the root is in a partition: give its image with --root FILE");
		return EXIT_INPUT;
	}
	verdict->provenance = arguments->provenance;
	if (arguments->provenance != NULL) {
		code = provenance_check(arguments->provenance, fit, verdict->keyring,
					fit_config_revocation(verdict->check->config)->keys,
					&verdict->statement);
		if (code == EXIT_REFUSED)
			return verdict_refused(arguments->fit, refusal_last()->why, code);
		STEP(code);
	}
	code = verdict_print(verdict);
	json_decref(verdict->statement);
	return code;
}

static enum exit_code verify(const struct verify_arguments *arguments,
			     const struct keyring *keyring, struct fit_file *file,
			     const struct input *fit, const struct input *root)
{
	struct fit_check check = { .images = json_array(), .files = json_array() };
	struct verdict verdict = { .fit = arguments->fit,
				   .floor = arguments->floor,
				   .deep = arguments->deep,
				   .release = arguments->release,
				   .keyring = keyring,
				   .check = &check };
	enum status status = trust_is_good(keyring, arguments->release);
	enum exit_code code;

	if (status == OK)
		status = fit_file_open((struct span){ fit->at, fit->size }, file);
	if (status == OK)
		status = decide(arguments, keyring, file, (struct span){ root->at, root->size },
				&verdict);
	verdict.by_default = arguments->configuration == NULL && arguments->compatible_count == 0;
	if (status != OK)
		code = verdict_refused(arguments->fit, status, refused(status));
	else
		code = conclude(arguments, (struct span){ fit->at, fit->size }, &verdict);
	json_decref(check.images);
	json_decref(check.files);
	return code;
}

static enum exit_code with_trust(const struct verify_arguments *arguments,
				 const struct keyring *keyring)
{
	struct input fit;
	struct input root = { .path = NULL };
	struct fit_file *file;
	enum exit_code code;

	STEP(input_open(arguments->fit, &fit));
	code = arguments->root == NULL ? EXIT_DONE : input_open(arguments->root, &root);
	if (code == EXIT_DONE) {
		file = allocate(sizeof(*file));
		refusal_clear();
		code = verify(arguments, keyring, file, &fit, &root);
		free(file);
		input_close(&root);
	}
	input_close(&fit);
	return code;
}

enum exit_code verb_verify(int argc, char **argv)
{
	static struct trust_file trust;
	static struct verify_arguments arguments;
	enum exit_code code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	STEP(engines_ready());
	code = trust_open(arguments.trust, &trust);
	if (code == EXIT_REFUSED)
		return verdict_refused(arguments.fit, refusal_last()->why, code);
	STEP(code);
	code = with_trust(&arguments, &trust.set.keyring);
	trust_close(&trust);
	return code;
}
