/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * attach.c - holdfast-keys attach: signatures that were made elsewhere, into a FIT.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>

#include "attach.h"
#include "request.h"
#include "tree.h"

enum { OPTION_KEY = 0x100, OPTION_TRUST, OPTION_REQUEST, OPTION_SIGNATURE };

static const struct argp_option options[] = {
	{ "signature", OPTION_SIGNATURE, "SIG", 0,
	  "The signature, as openssl pkeyutl writes it (ECDSA: DER or r || s). Give several if "
	  "you have several",
	  1 },
	{ "request", OPTION_REQUEST, "REQUEST", 0,
	  "The request that it was made for: says keys and how to prepare", 1 },
	{ "key", OPTION_KEY, "PUB", 0,
	  "Public half of the key that signed; with --request: only this one", 1 },
	{ "trust", OPTION_TRUST, "SET", 0,
	  "Trust set that has the key; without --key any of its required keys", 1 },
	{ 0 },
};

static void check_usage(struct argp_state *state, const struct attachment *attachment)
{
	const struct sign_arguments *sign = &attachment->sign;
	const struct signing *signing = sign->signing;

	sign_check_arguments(state, sign);
	if (attachment->file_count == 0)
		argp_error(state, "--signature is needed");
	if (attachment->request == NULL && sign->key_count == 0 && sign->trust == NULL)
		argp_error(state, "--request, --key or --trust is needed: whose signature is it?");
	if (attachment->request != NULL && sign_is_tuned(sign))
		argp_error(state, "--request says how to prepare: give only --config and --key or "
				  "--trust");
	if (sign->trust != NULL &&
	    (sign->name_count != 0 || signing->hash != 0 || signing->padding != 0))
		argp_error(state, "--trust says name, hash and padding: give none of them");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct attachment *attachment = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[1] = &attachment->sign;
		return 0;
	case OPTION_KEY:
		sign_add_key(state, &attachment->sign, argument);
		return 0;
	case OPTION_TRUST:
		attachment->sign.trust = argument;
		return 0;
	case OPTION_REQUEST:
		attachment->request = argument;
		return 0;
	case OPTION_SIGNATURE:
		if (attachment->file_count == ATTACH_MAX)
			argp_error(state, "at most %d signatures", ATTACH_MAX);
		attachment->files[attachment->file_count++] = argument;
		return 0;
	case ARGP_KEY_END:
		check_usage(state, attachment);
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
	"--signature SIG --request REQUEST FIT\n--signature SIG --key PUB FIT\n"
	"--signature SIG --trust SET FIT",
	"Put a signature that was made elsewhere into a FIT, in place or to the file given with "
	"-o. It is checked with the loader's code before anything is written.",
	children,
	NULL,
	NULL
};

/* With a request the keys are its own, and --key and --trust say which of them count. */
static enum exit_code open_signers(struct attachment *attachment)
{
	struct signing *signing = attachment->sign.signing;
	struct sign_arguments only = attachment->sign;

	attachment->configuration = signing->configuration;
	if (attachment->request == NULL)
		return signers_open_public(&attachment->sign);
	only.signing = &attachment->only;
	if (only.key_count != 0 || only.trust != NULL)
		STEP(signers_open_public(&only));
	signing->configuration = NULL;
	return request_read(attachment->request, signing, &attachment->document);
}

static enum exit_code prepare(struct attachment *attachment)
{
	struct signing *signing = attachment->sign.signing;

	STEP(open_signers(attachment));
	STEP(sign_open(signing));
	if (attachment->request == NULL)
		STEP(sign_unambiguous(signing));
	STEP(sign_prepare(signing));
	STEP(sign_plan(signing));
	if (attachment->request == NULL)
		return EXIT_DONE;
	return request_same_digests(signing, attachment->document);
}

/*
 * The value of a signer whose turn has not come goes if it does not hold beside the new nodes:
 * nobody would miss that signature before a device does.
 */
static enum exit_code drop_broken(struct signing *signing)
{
	for (unsigned i = 0; i < signing->plan_count; i++) {
		const struct signature_plan *plan = &signing->plans[i];
		const struct key_file *signer = &signing->keys[plan->signer];
		int node = sign_find_node(signing->tree, plan->configuration, signer->name);
		int error;

		if (plan->size != 0 || node < 0 || !sign_has_value(signing->tree, node) ||
		    sign_holds(&signing->scratch->fit, plan->configuration, signing->tree, node,
			       &signer->key))
			continue;
		note("%s: the signature of '%s' that was there does not hold any more, and goes",
		     plan->configuration, signer->name);
		error = fdt_delprop(signing->tree, node, "value");
		if (error != 0)
			return sign_failed(error);
	}
	return EXIT_DONE;
}

/* A signer of the plans that has no signature yet. */
static json_t *missing(const struct signing *signing)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < signing->plan_count; i++) {
		const struct signature_plan *plan = &signing->plans[i];
		const char *name = signing->keys[plan->signer].name;
		int node = sign_find_node(signing->tree, plan->configuration, name);

		if (node >= 0 && !sign_has_value(signing->tree, node))
			(void)json_array_append_new(list,
						    json_pack("{s:s,s:s}", "configuration",
							      plan->configuration, "key", name));
	}
	return list;
}

static json_t *attached(const struct signing *signing)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < signing->plan_count; i++)
		if (signing->plans[i].size != 0)
			(void)json_array_append_new(list,
						    sign_describe(signing, &signing->plans[i]));
	return list;
}

static const char *text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void print_lines(const char *place, const json_t *signatures, const json_t *waiting)
{
	size_t index;
	json_t *item;

	json_array_foreach(signatures, index, item)(void)
		printf("%s: %s signed with %s (%s%s%s), attached and verified\n", place,
		       text(item, "configuration"), text(item, "key"), text(item, "algorithm"),
		       text(item, "padding") == NULL ? "" : ",",
		       text(item, "padding") == NULL ? "" : text(item, "padding"));
	json_array_foreach(waiting, index, item)
		note("%s: %s has not signed yet", text(item, "configuration"), text(item, "key"));
}

/* Takes over waiting. */
static enum exit_code print_result(const struct signing *signing, json_t *waiting)
{
	const char *place = common.output != NULL ? common.output : signing->path;
	json_t *document = json_object();
	json_t *signatures = attached(signing);

	sign_print_replaced(signing);
	if (!common.json)
		print_lines(place, signatures, waiting);
	(void)json_object_set_new(document, "fit", json_string(place));
	(void)json_object_set_new(document, "written", json_boolean(!common.dry_run));
	(void)json_object_set_new(document, "signatures", signatures);
	(void)json_object_set_new(document, "missing", waiting);
	(void)json_object_set(document, "replaced", signing->replaced);
	if (common.json)
		return json_print(document, "holdfast.attach");
	json_decref(document);
	return EXIT_DONE;
}

static enum exit_code attach(struct attachment *attachment)
{
	struct signing *signing = attachment->sign.signing;
	enum exit_code code;
	json_t *waiting;

	STEP(prepare(attachment));
	for (unsigned i = 0; i < attachment->file_count; i++)
		STEP(attach_file(attachment, attachment->files[i]));
	STEP(drop_broken(signing));
	STEP(sign_put(signing));
	waiting = missing(signing);
	code = sign_write(signing);
	if (code == EXIT_DONE)
		return print_result(signing, waiting);
	json_decref(waiting);
	return code;
}

enum exit_code verb_attach(int argc, char **argv)
{
	static struct signing signing;
	static struct attachment attachment = { .sign = { .signing = &signing } };
	enum exit_code code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &attachment) != 0)
		return EXIT_USAGE;
	code = engines_ready();
	if (code == EXIT_DONE)
		code = attach(&attachment);
	sign_close(&signing);
	sign_close(&attachment.only);
	json_decref(attachment.document);
	return code;
}
