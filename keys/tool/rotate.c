// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * rotate.c - holdfast-keys rotate: from one trust set to another, planned and checked.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "fit_file.h"
#include "rotate.h"

enum {
	OPTION_FROM = 0x100,
	OPTION_FLEET,
	OPTION_TO,
	OPTION_ADD,
	OPTION_ADD_OPTIONAL,
	OPTION_RETIRE,
	OPTION_WITHOUT,
	OPTION_SIGNED_BY,
	OPTION_APART,
	OPTION_NO_BRIDGE,
	OPTION_TRUST,
	OPTION_INSTALLED,
	OPTION_CONFIG
};

static const struct argp_option options[] = {
	{ NULL, 0, NULL, 0, "plan: the releases between two trust sets", 1 },
	{ "from", OPTION_FROM, "TRUST.dtb", 0, "The trust set of the loaders in the field (needed)",
	  2 },
	{ "to", OPTION_TO, "TRUST.dtb", 0, "The trust set that they shall have", 2 },
	{ "add", OPTION_ADD, "PUB", 0, "Instead of --to: with this key, required", 2 },
	{ "add-optional", OPTION_ADD_OPTIONAL, "PUB", 0, "The same, not required: a root key", 2 },
	{ "retire", OPTION_RETIRE, "KEY", 0, "Instead of --to: without this key (name or key id)",
	  2 },
	{ "without", OPTION_WITHOUT, "KEY", 0, "This key can sign no more: lost, or not to be used",
	  2 },
	{ "signed-by", OPTION_SIGNED_BY, "KEY", 0,
	  "Who signed what the devices run; default: not known", 2 },
	{ "apart", OPTION_APART, NULL, 0, "Old and new keys sign no release together", 2 },
	{ "no-bridge", OPTION_NO_BRIDGE, NULL, 0, "No loader trusts old and new keys", 2 },
	{ NULL, 0, NULL, 0, "check: whether a release strands a device", 3 },
	{ "trust", OPTION_TRUST, "TRUST.dtb", 0, "The trust set of the loader in the release", 4 },
	{ "installed", OPTION_INSTALLED, "FIT", 0,
	  "What the devices run: the new loader must take it", 4 },
	{ "config", OPTION_CONFIG, "NAME", 0, "Only this configuration; default: all of them", 4 },
	{ NULL, 0, NULL, 0, "Both:", 5 },
	{ "fleet", OPTION_FLEET, "TRUST.dtb", 0, "A trust set that is in the field, too", 6 },
	{ 0 },
};

static void add_word(struct argp_state *state, struct words *words, const char *word)
{
	if (words->count == ROTATE_WORDS_MAX)
		argp_error(state, "%s: at most %d of these", word, ROTATE_WORDS_MAX);
	words->at[words->count++] = word;
}

static struct words *list_for(int key, struct rotate_arguments *arguments)
{
	switch (key) {
	case OPTION_FLEET:
		return &arguments->fleet;
	case OPTION_ADD:
		return &arguments->add;
	case OPTION_ADD_OPTIONAL:
		return &arguments->add_optional;
	case OPTION_RETIRE:
		return &arguments->retire;
	case OPTION_WITHOUT:
		return &arguments->without;
	case OPTION_SIGNED_BY:
		return &arguments->signed_by;
	case OPTION_INSTALLED:
		return &arguments->installed;
	default:
		return NULL;
	}
}

static bool changes(const struct rotate_arguments *arguments)
{
	return arguments->add.count + arguments->add_optional.count + arguments->retire.count != 0;
}

static void end_of_plan(struct argp_state *state, const struct rotate_arguments *arguments)
{
	if (arguments->from == NULL)
		argp_error(state, "plan: --from is needed");
	if ((arguments->to != NULL) == changes(arguments))
		argp_error(state, "plan: either --to, or --add, --add-optional and --retire");
	if (arguments->trust != NULL || arguments->installed.count != 0 ||
	    arguments->configuration != NULL || arguments->fit_count != 0)
		argp_error(state, "plan: --trust, --installed, --config and FITs are for check");
	if (arguments->fleet.count >= ROTATION_FLEET_MAX)
		argp_error(state, "plan: at most %d --fleet", ROTATION_FLEET_MAX - 1);
	if (arguments->apart && arguments->no_bridge)
		argp_error(state, "plan: --apart or --no-bridge: one of them must lead over");
}

static void end_of_check(struct argp_state *state, const struct rotate_arguments *arguments)
{
	if (arguments->fleet.count == 0 || arguments->fit_count == 0)
		argp_error(state, "check: --fleet and a FIT or a directory are needed");
	if (arguments->installed.count != 0 && arguments->trust == NULL)
		argp_error(state, "check: --installed is for a new loader: --trust is needed");
	if (arguments->fleet.count > ROTATION_FLEET_MAX)
		argp_error(state, "check: at most %d --fleet", ROTATION_FLEET_MAX);
	if (arguments->from != NULL || arguments->to != NULL || changes(arguments) ||
	    arguments->without.count != 0 || arguments->signed_by.count != 0 || arguments->apart ||
	    arguments->no_bridge || common.output != NULL)
		argp_error(state, "check: takes --trust, --fleet, --installed, --config and FITs");
}

static error_t parse_words(int key, char *argument, struct argp_state *state)
{
	struct rotate_arguments *arguments = state->input;

	switch (key) {
	case ARGP_KEY_ARG:
		if (state->arg_num != 0)
			return ARGP_ERR_UNKNOWN; /* the FITs, as ARGP_KEY_ARGS */
		arguments->check = strcmp(argument, "check") == 0;
		if (!arguments->check && strcmp(argument, "plan") != 0)
			argp_error(state, "%s: plan or check", argument);
		return 0;
	case ARGP_KEY_ARGS:
		arguments->fits = state->argv + state->next;
		arguments->fit_count = (unsigned)(state->argc - state->next);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "plan or check");
		return 0;
	case ARGP_KEY_END:
		if (arguments->check)
			end_of_check(state, arguments);
		else
			end_of_plan(state, arguments);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct rotate_arguments *arguments = state->input;
	struct words *list = list_for(key, arguments);

	if (list != NULL) {
		add_word(state, list, argument);
		return 0;
	}
	switch (key) {
	case OPTION_FROM:
		arguments->from = argument;
		return 0;
	case OPTION_TO:
		arguments->to = argument;
		return 0;
	case OPTION_APART:
		arguments->apart = true;
		return 0;
	case OPTION_NO_BRIDGE:
		arguments->no_bridge = true;
		return 0;
	case OPTION_TRUST:
		arguments->trust = argument;
		return 0;
	case OPTION_CONFIG:
		arguments->configuration = argument;
		return 0;
	default:
		return parse_words(key, argument, state);
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	options,
	parse,
	"plan --from TRUST.dtb --to TRUST.dtb\ncheck --fleet TRUST.dtb FIT...",
	"From one trust set to another without a device that accepts nothing any more: "
	"which releases, with which loader, signed by whom.",
	children,
	NULL,
	NULL
};

enum exit_code verb_rotate(int argc, char **argv)
{
	static struct rotate_arguments arguments;

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	STEP(engines_ready());
	return arguments.check ? rotate_check(&arguments) : rotate_plan(&arguments);
}
