/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * doctor.c - holdfast-keys doctor: what will go wrong with a trust set, a key, a FIT and this
 * machine, said before it does; and what a reason code means.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "text.h"

struct doctor_arguments {
	struct doctor doctor;
	const char *code;
};

enum {
	OPTION_TRUST = 0x100,
	OPTION_KEY,
	OPTION_FIT,
	OPTION_BOARD,
	OPTION_FLOOR,
	OPTION_RELEASE,
	OPTION_CODE
};

static const struct argp_option options[] = {
	{ "trust", OPTION_TRUST, "TRUST.dtb", 0, "Look at this trust set", 1 },
	{ "key", OPTION_KEY, "KEY", 0, "Look at this key: a file, a pkcs11: URI or a cmd: helper",
	  1 },
	{ "fit", OPTION_FIT, "FIT", 0, "Look at this FIT", 1 },
	{ "board", OPTION_BOARD, "STR", 0, "Choose in the FIT as a board with this compatible", 1 },
	{ "floor", OPTION_FLOOR, "N", 0, "The devices refuse a rollback index below N", 1 },
	{ "release", OPTION_RELEASE, NULL, 0, "It is for a release: no test and no dev keys", 1 },
	{ "code", OPTION_CODE, "CODE", 0, "Say what a reason code means and what to do", 1 },
	{ 0 },
};

#define REASON(name, number, word, meaning, fix) { word, meaning, fix },
static const struct {
	const char *word;
	const char *meaning;
	const char *fix;
} reasons[] = { STATUS_TABLE(REASON) };
#define REASONS (sizeof(reasons) / sizeof(reasons[0]))

static size_t reason_index(const char *word)
{
	size_t i = 0;

	while (i < REASONS && strcmp(reasons[i].word, word) != 0)
		i++;
	return i;
}

static void parse_code(struct argp_state *state, const char *word)
{
	char *all = NULL;
	char *more;

	if (reason_index(word) != REASONS)
		return;
	for (size_t i = 0; i < REASONS; i++) {
		more = text_of("%s%s%s", i == 0 ? "" : all, i == 0 ? "" : ", ", reasons[i].word);
		free(all);
		all = more;
	}
	argp_error(state, "--code %s: not one of %s", word, all);
	free(all);
}

static void parse_floor(struct argp_state *state, const char *argument, uint32_t *floor)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(argument, &end, 0);
	if (errno != 0 || *argument < '0' || *argument > '9' || *end != '\0' || value > UINT32_MAX)
		argp_error(state, "--floor %s: a number below 2^32", argument);
	*floor = (uint32_t)value;
}

static error_t parse_end(struct argp_state *state, const struct doctor_arguments *arguments)
{
	const struct doctor *doctor = &arguments->doctor;

	if (doctor->fit == NULL && (doctor->board != NULL || doctor->floor != 0))
		argp_error(state, "--board and --floor need --fit");
	if (arguments->code != NULL &&
	    (doctor->trust != NULL || doctor->key != NULL || doctor->fit != NULL))
		argp_error(state, "--code stands alone");
	return 0;
}

static error_t parse(int key, char *argument, struct argp_state *state)
{
	struct doctor_arguments *arguments = state->input;
	struct doctor *doctor = &arguments->doctor;

	switch (key) {
	case OPTION_TRUST:
		doctor->trust = argument;
		return 0;
	case OPTION_KEY:
		doctor->key = argument;
		return 0;
	case OPTION_FIT:
		doctor->fit = argument;
		return 0;
	case OPTION_BOARD:
		doctor->board = argument;
		return 0;
	case OPTION_FLOOR:
		parse_floor(state, argument, &doctor->floor);
		return 0;
	case OPTION_RELEASE:
		doctor->release = true;
		return 0;
	case OPTION_CODE:
		arguments->code = argument;
		parse_code(state, argument);
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: no argument is expected", argument);
		return 0;
	case ARGP_KEY_END:
		return parse_end(state, arguments);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = { { &common_argp, 0, NULL, 0 }, { 0 } };
static const struct argp argp = {
	options,
	parse,
	"[--trust TRUST.dtb] [--key KEY] [--fit FIT]",
	"Say what will go wrong with a trust set, a key, a FIT and this machine, before it does.",
	children,
	NULL,
	NULL
};

static int gravity(enum exit_code code)
{
	switch (code) {
	case EXIT_DONE:
		return 0;
	case EXIT_POLICY:
		return 1;
	case EXIT_KEY:
		return 2;
	default:
		return 3;
	}
}

void doctor_grave(struct doctor *doctor, enum exit_code code)
{
	if (gravity(code) > gravity(doctor->code))
		doctor->code = code;
}

static const char *level_word(enum finding_level level)
{
	static const char *const words[] = { "fine", "surprise", "fails" };

	return words[level];
}

void doctor_say(struct doctor *doctor, enum finding_level level, const char *check, const char *at,
		const char *fix, const char *format, ...)
{
	json_t *finding = json_object();
	char *text = NULL;
	va_list arguments;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	(void)json_object_set_new(finding, "level", json_string(level_word(level)));
	(void)json_object_set_new(finding, "check", json_string(check));
	(void)json_object_set_new(finding, "at", json_text(at));
	(void)json_object_set_new(finding, "text", json_text(text == NULL ? "" : text));
	(void)json_object_set_new(finding, "fix", json_text(fix));
	(void)json_array_append_new(doctor->findings, finding);
	free(text);
	doctor->counts[level]++;
	if (level == WILL_FAIL)
		doctor_grave(doctor, EXIT_POLICY);
}

static const char *member(const json_t *finding, const char *name)
{
	const char *text = json_string_value(json_object_get(finding, name));

	return text == NULL ? "" : text;
}

/* What fails first; what is fine only with -v. */
static void print_level(const struct doctor *doctor, enum finding_level level)
{
	json_t *finding;
	size_t index;

	json_array_foreach(doctor->findings, index, finding)
	{
		const char *at = member(finding, "at");
		const char *fix = member(finding, "fix");

		if (strcmp(member(finding, "level"), level_word(level)) != 0)
			continue;
		(void)printf("%-8s  %s%s%s%s%s\n", level_word(level), at, at[0] == '\0' ? "" : ": ",
			     member(finding, "text"), fix[0] == '\0' ? "" : ": ", fix);
	}
}

static enum exit_code print_findings(struct doctor *doctor)
{
	json_t *document;
	enum exit_code code;

	if (common.json) {
		document = json_pack("{sO si si si}", "findings", doctor->findings, "fails",
				     (int)doctor->counts[WILL_FAIL], "surprises",
				     (int)doctor->counts[WILL_SURPRISE], "fine",
				     (int)doctor->counts[IS_FINE]);
		code = json_print(document, "holdfast.doctor");
		return code == EXIT_DONE ? doctor->code : code;
	}
	print_level(doctor, WILL_FAIL);
	print_level(doctor, WILL_SURPRISE);
	if (common.verbose)
		print_level(doctor, IS_FINE);
	(void)printf("%u will fail, %u will surprise, %u fine\n", doctor->counts[WILL_FAIL],
		     doctor->counts[WILL_SURPRISE], doctor->counts[IS_FINE]);
	return doctor->code;
}

static enum exit_code examine(struct doctor *doctor)
{
	enum exit_code code;

	doctor_host(doctor);
	if (doctor->set != NULL)
		doctor_set(doctor);
	if (doctor->key != NULL)
		doctor_key(doctor);
	if (doctor->key != NULL && doctor->set != NULL)
		doctor_places(doctor);
	if (doctor->fit != NULL)
		STEP(doctor_fit(doctor));
	code = print_findings(doctor);
	return code;
}

static enum exit_code explain(const char *word)
{
	size_t i = reason_index(word);
	json_t *document;

	if (common.json) {
		document = json_pack("{ss ss ss}", "code", reasons[i].word, "meaning",
				     reasons[i].meaning, "fix", reasons[i].fix);
		return json_print(document, "holdfast.doctor.code");
	}
	(void)printf("%s: %s\n%s\n", reasons[i].word, reasons[i].meaning, reasons[i].fix);
	return EXIT_DONE;
}

enum exit_code verb_doctor(int argc, char **argv)
{
	static struct doctor_arguments arguments;
	static struct trust_file set;
	struct doctor *doctor = &arguments.doctor;
	enum exit_code code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &arguments) != 0)
		return EXIT_USAGE;
	if (arguments.code != NULL)
		return explain(arguments.code);
	STEP(engines_ready());
	if (doctor->trust != NULL) {
		STEP(trust_open(doctor->trust, &set));
		doctor->set = &set;
	}
	doctor->look = allocate(sizeof(*doctor->look));
	doctor->findings = json_array();
	code = examine(doctor);
	json_decref(doctor->findings);
	key_close(&doctor->look->file);
	free(doctor->look);
	if (doctor->set != NULL)
		trust_close(&set);
	return code;
}
