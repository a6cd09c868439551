/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * request.c - holdfast-keys request: what somebody else is to sign, in a file; and the other way
 * round, whether such a file is about a FIT.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "request.h"
#include "sign_arguments.h"

struct request_arguments {
	struct sign_arguments sign;
	const char *check; /* a request to compare with the FIT; NULL: make one */
};

enum { OPTION_KEY = 0x100, OPTION_TRUST, OPTION_CHECK };

static const struct argp_option options[] = {
	{ "key", OPTION_KEY, "PUB", 0,
	  "Public half of a key that is to sign. Give several for several signatures", 1 },
	{ "trust", OPTION_TRUST, "SET", 0,
	  "Trust set that the signatures are for; without --key all its required keys", 1 },
	{ "check", OPTION_CHECK, "REQUEST", 0, "Make nothing: say whether REQUEST is about the FIT",
	  1 },
	{ 0 },
};

static void check_usage(struct argp_state *state, const struct request_arguments *arguments)
{
	const struct sign_arguments *sign = &arguments->sign;
	const struct signing *signing = sign->signing;
	bool named = sign->key_count != 0 || sign->trust != NULL;

	sign_check_arguments(state, sign);
	if (arguments->check == NULL && !named)
		argp_error(state, "--key or --trust is needed, or --check");
	if (arguments->check != NULL &&
	    (named || sign_is_tuned(sign) || signing->configuration != NULL))
		argp_error(state, "--check takes all from the request: give no other option");
	if (arguments->check != NULL && common.output != NULL)
		argp_error(state, "--check writes nothing: leave out -o");
	if (sign->trust != NULL &&
	    (sign->name_count != 0 || signing->hash != 0 || signing->padding != 0))
		argp_error(state, "--trust says name, hash and padding: give none of them");
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct request_arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[1] = &arguments->sign;
		return 0;
	case OPTION_KEY:
		sign_add_key(state, &arguments->sign, argument);
		return 0;
	case OPTION_TRUST:
		arguments->sign.trust = argument;
		return 0;
	case OPTION_CHECK:
		arguments->check = argument;
		return 0;
	case ARGP_KEY_END:
		check_usage(state, arguments);
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
	"--key PUB FIT\n--trust SET FIT\n--check REQUEST FIT",
	"Write down what is to be signed, by whom and with which command, for a key that is "
	"elsewhere. The FIT stays as it is; holdfast-keys attach puts the signature in.",
	children,
	NULL,
	NULL
};

static enum exit_code print_lines(const json_t *lines)
{
	size_t index;
	json_t *line;

	json_array_foreach(lines, index, line)(void) puts(json_string_value(line));
	return EXIT_DONE;
}

/* In the order in which it was made, which is the order of reading. */
static char *dump(const json_t *request)
{
	char *text = json_dumps(request, JSON_INDENT(2) | JSON_PRESERVE_ORDER);
	char *whole = text_of("%s\n", text == NULL ? "" : text);

	free(text);
	return whole;
}

static enum exit_code print_made(const json_t *request)
{
	size_t index;
	json_t *signature;

	json_array_foreach(json_object_get(request, "signatures"), index, signature)
	{
		(void)printf("%s: %s is to sign %s, digest %s\n", common.output,
			     json_string_value(json_object_get(signature, "key")),
			     json_string_value(json_object_get(signature, "configuration")),
			     json_string_value(json_object_get(signature, "digest")));
	}
	return EXIT_DONE;
}

/* Without -o the document itself goes to standard output. */
static enum exit_code write_request(const json_t *request)
{
	char *text = dump(request);
	enum exit_code code = EXIT_DONE;

	if (common.output != NULL && !common.dry_run)
		code = output_file(common.output, 0644, text, strlen(text));
	if (code == EXIT_DONE && (common.output == NULL || common.json))
		(void)fputs(text, stdout);
	else if (code == EXIT_DONE)
		code = print_made(request);
	free(text);
	return code;
}

static enum exit_code make(const struct request_arguments *arguments)
{
	struct signing *signing = arguments->sign.signing;
	json_t *request;
	enum exit_code code;

	STEP(signers_open_public(&arguments->sign));
	STEP(sign_open(signing));
	STEP(sign_unambiguous(signing));
	STEP(sign_prepare(signing));
	STEP(sign_plan(signing));
	STEP(request_make(signing, &request));
	code = write_request(request);
	json_decref(request);
	return code;
}

static bool same(const json_t *a, const json_t *b, const char *member)
{
	return json_equal(json_object_get(a, member), json_object_get(b, member));
}

/* The lines for people say what the rest says; another version may have other words for it. */
static bool text_is_its_own(const json_t *given, const json_t *made)
{
	json_t *text;
	bool its_own;

	if (!same(given, made, "tool")) {
		note("the request is of another version, and its text was not compared: read what "
		     "is printed here");
		return true;
	}
	text = request_text(given);
	its_own = json_equal(text, json_object_get(given, "text"));
	json_decref(text);
	return its_own;
}

/*
 * What was made again from the FIT is what the request says. Somebody's signature may have been
 * attached in between: that is outside what is signed, but makes another file.
 */
static enum exit_code compare(const json_t *given, const json_t *made)
{
	static const char *const members[] = { "signatures", "signers", "configurations",
					       "prepare" };
	static const char hint[] = "the request does not say what is in the FIT: sign nothing, "
				   "and ask for a new one";

	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++)
		if (!same(given, made, members[i]))
			return refused_because(ERR_HASH_MISMATCH, members[i], hint);
	if (!text_is_its_own(given, made))
		return refused_because(ERR_HASH_MISMATCH, "text", hint);
	if (!same(given, made, "fit"))
		note("the file is not the same, or is called otherwise, but what is signed of it "
		     "is the same");
	return EXIT_DONE;
}

/* Prints what was found in the FIT, never what the request says. */
static enum exit_code print_checked(const json_t *given, const json_t *made)
{
	char *text;

	STEP(compare(given, made));
	if (!common.json)
		return print_lines(json_object_get(made, "text"));
	text = dump(made);
	(void)fputs(text, stdout);
	free(text);
	return EXIT_DONE;
}

static enum exit_code remake(struct signing *signing, const json_t *given)
{
	json_t *made;
	enum exit_code code;

	STEP(sign_open(signing));
	STEP(sign_unambiguous(signing));
	STEP(sign_prepare(signing));
	STEP(sign_plan(signing));
	STEP(request_same_digests(signing, given));
	STEP(request_make(signing, &made));
	code = print_checked(given, made);
	json_decref(made);
	return code;
}

static enum exit_code check(const struct request_arguments *arguments)
{
	struct signing *signing = arguments->sign.signing;
	json_t *given;
	enum exit_code code = request_read(arguments->check, signing, &given);

	if (code == EXIT_DONE)
		code = remake(signing, given);
	json_decref(given);
	return code;
}

enum exit_code verb_request(int argc, char **argv)
{
	static struct signing signing;
	struct request_arguments arguments = { .sign = { .signing = &signing } };
	enum exit_code code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	code = engines_ready();
	if (code == EXIT_DONE)
		code = arguments.check != NULL ? check(&arguments) : make(&arguments);
	sign_close(&signing);
	return code;
}
