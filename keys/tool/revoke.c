// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * revoke.c - holdfast-keys revoke: a list of keys that no longer count, into a FIT that is to be
 * signed.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "revoke.h"
#include "tree.h"

enum {
	OPTION_TRUST = 0x100,
	OPTION_KEY,
	OPTION_KEY_ID,
	OPTION_LIST_VERSION,
	OPTION_CONFIG,
	OPTION_REPLACE,
	OPTION_SHOW
};

static const struct argp_option options[] = {
	{ "trust", OPTION_TRUST, "TRUST.dtb", 0,
	  "The trust set of the loaders in the field (needed); give all of them", 1 },
	{ "key", OPTION_KEY, "PUB", 0, "Revoke this key: a public key or certificate", 1 },
	{ "key-id", OPTION_KEY_ID, "HEX", 0, "Revoke the key with this id, or this start of it",
	  1 },
	{ "list-version", OPTION_LIST_VERSION, "N", 0,
	  "Version of the list; default: one more than in the FIT", 1 },
	{ "config", OPTION_CONFIG, "NAME", 0, "In this configuration; default: in all of them", 1 },
	{ "replace", OPTION_REPLACE, NULL, 0, "Remove the signatures that are there", 1 },
	{ "show", OPTION_SHOW, NULL, 0, "Only print the lists of the FIT", 1 },
	{ 0 },
};

static void parse_word(struct argp_state *state, const char *argument, bool is_id)
{
	struct revocation_job *job = state->input;
	size_t length = strlen(argument);
	bool good = length >= 8 && length <= (size_t)2 * KEY_ID_SIZE;

	for (size_t i = 0; is_id && i < length; i++)
		good = good && isxdigit((unsigned char)argument[i]);
	if (is_id && !good)
		argp_error(state, "--key-id %s: 8 to 64 hex digits", argument);
	if (job->word_count == REVOKED_MAX)
		argp_error(state, "at most %d keys", REVOKED_MAX);
	job->is_id[job->word_count] = is_id;
	job->words[job->word_count++] = argument;
}

static void parse_version(struct argp_state *state, const char *argument)
{
	struct revocation_job *job = state->input;
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(argument, &end, 10);
	if (errno != 0 || !isdigit((unsigned char)*argument) || *end != '\0' || value == 0 ||
	    value > UINT32_MAX)
		argp_error(state, "--list-version %s: a number from 1, below 2^32", argument);
	job->version = (uint32_t)value;
}

static void parse_end(struct argp_state *state)
{
	const struct revocation_job *job = state->input;

	if (job->signing.path == NULL)
		argp_error(state, "a FIT is needed");
	if (job->show) {
		if (job->word_count != 0 || job->version != 0 || job->signing.replace ||
		    common.output != NULL)
			argp_error(state, "--show changes nothing: --trust and --config only");
		return;
	}
	if (job->set_count == 0 || job->word_count == 0)
		argp_error(state, "--trust and --key or --key-id are needed");
}

static error_t parse_more(int key, char *argument, struct argp_state *state)
{
	struct revocation_job *job = state->input;

	switch (key) {
	case OPTION_REPLACE:
		job->signing.replace = true;
		return 0;
	case OPTION_SHOW:
		job->show = true;
		return 0;
	case ARGP_KEY_ARG:
		if (job->signing.path != NULL)
			argp_error(state, "%s: one FIT only", argument);
		job->signing.path = argument;
		return 0;
	case ARGP_KEY_END:
		parse_end(state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct revocation_job *job = state->input;

	switch (key) {
	case OPTION_TRUST:
		if (job->set_count == REVOKE_SETS_MAX)
			argp_error(state, "at most %d --trust", REVOKE_SETS_MAX);
		job->trust[job->set_count++] = argument;
		return 0;
	case OPTION_KEY:
	case OPTION_KEY_ID:
		parse_word(state, argument, key == OPTION_KEY_ID);
		return 0;
	case OPTION_LIST_VERSION:
		parse_version(state, argument);
		return 0;
	case OPTION_CONFIG:
		job->signing.configuration = argument;
		return 0;
	default:
		return parse_more(key, argument, state);
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	options,
	parse,
	"--trust TRUST.dtb --key PUB FIT\n--show FIT",
	"Write the keys that no longer count into a FIT, in place or to the file given with -o, "
	"before it is signed. A list that no loader could honour is not written.",
	children,
	NULL,
	NULL
};

static struct revocation_job *job_of(struct signing *signing)
{
	return (struct revocation_job *)(void *)signing; /* its first member */
}

static enum exit_code merge(struct revocation_job *job, const char *name, struct revoked_list *list)
{
	uint32_t before = list->version;
	unsigned had = list->count;

	for (unsigned i = 0; i < job->id_count; i++) {
		if (revoked_has(list, job->ids[i]))
			continue;
		if (list->count == REVOKED_MAX) {
			complain("%s: a list has room for %d keys: rotate the loaders' trust set",
				 name, REVOKED_MAX);
			return EXIT_POLICY;
		}
		memcpy(list->ids[list->count++], job->ids[i], KEY_ID_SIZE);
	}
	job->changed += list->count != had;
	list->version = job->version != 0 ? job->version : before + 1;
	if (list->version > before)
		return EXIT_DONE;
	complain("%s: its list has version %u: the next one must be greater", name,
		 (unsigned)before);
	return EXIT_POLICY;
}

/* Signatures that are there would be broken: all nodes go, or nothing is done. */
static enum exit_code clear_signatures(struct signing *signing, unsigned configuration)
{
	const char *name = fit_name(&signing->original->fit, configuration);
	bool is_signed = false;
	int node;

	fdt_for_each_subnode (node, signing->tree, sign_find(signing->tree, name))
		is_signed |= sign_is_node(signing->tree, node) &&
			     sign_has_value(signing->tree, node);
	if (!is_signed)
		return EXIT_DONE;
	if (signing->replace)
		return sign_nodes(signing, configuration);
	complain(
		"%s: is signed, and a list breaks the signature: give --replace, and sign it again",
		name);
	return EXIT_POLICY;
}

static enum exit_code put_list(struct signing *signing, unsigned configuration)
{
	struct revocation_job *job = job_of(signing);
	const char *name = fit_name(&signing->original->fit, configuration);
	struct revoked_list list;
	int node;
	int error;

	STEP(revoked_read(signing->original, configuration, &list));
	STEP(merge(job, name, &list));
	STEP(revoke_judge(job, &list));
	STEP(clear_signatures(signing, configuration));
	node = sign_find(signing->tree, name);
	error = fdt_setprop(signing->tree, node, "holdfast,revoked", list.ids,
			    (int)(list.count * KEY_ID_SIZE));
	if (error == 0)
		error = fdt_setprop_u32(signing->tree, node, "holdfast,revoked-version",
					list.version);
	if (error != 0)
		return sign_failed(error);
	revoke_describe(job, name, &list);
	return EXIT_DONE;
}

static enum exit_code show_list(struct signing *signing, unsigned configuration)
{
	struct revoked_list list;

	STEP(revoked_read(signing->original, configuration, &list));
	revoke_describe(job_of(signing), fit_name(&signing->original->fit, configuration), &list);
	return EXIT_DONE;
}

static enum exit_code open_sets(struct revocation_job *job)
{
	for (unsigned i = 0; i < job->set_count; i++)
		STEP(trust_open(job->trust[i], &job->files[i]));
	return EXIT_DONE;
}

static enum exit_code run(struct revocation_job *job)
{
	STEP(open_sets(job));
	STEP(revoke_find_keys(job));
	STEP(sign_open(&job->signing));
	if (job->show) {
		STEP(sign_each(&job->signing, show_list));
		return revoke_print(job);
	}
	STEP(sign_each(&job->signing, put_list));
	if (job->changed == 0 && job->version == 0) {
		complain("the list has these keys already: nothing to do");
		return EXIT_POLICY;
	}
	STEP(sign_write(&job->signing));
	return revoke_print(job);
}

enum exit_code verb_revoke(int argc, char **argv)
{
	static struct revocation_job job;
	enum exit_code code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &job) != 0)
		return EXIT_USAGE;
	job.files = allocate(REVOKE_SETS_MAX * sizeof(*job.files));
	job.lists = json_array();
	code = engines_ready();
	if (code == EXIT_DONE)
		code = run(&job);
	for (unsigned i = 0; i < job.set_count; i++)
		trust_close(&job.files[i]);
	free(job.files);
	json_decref(job.lists);
	sign_close(&job.signing);
	return code;
}
