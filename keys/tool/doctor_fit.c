/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * doctor_fit.c - what will become of a FIT: by the loader's code where there is a trust set, by
 * what inspect finds where there is none.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "fit_check.h"
#include "inspect.h"

/* A board's name stands for what its loader calls itself. */
static enum status choose(const struct doctor *doctor, const struct fit_file *file,
			  unsigned *configuration)
{
	const char *compatible[2] = { doctor->board, NULL };
	unsigned parent = fit_file_configurations(file);
	const char *name = parent == FIT_NONE ? NULL : fit_file_string(file, parent, "default");
	char *ours = NULL;
	enum status status;

	if (doctor->board == NULL) {
		if (name == NULL)
			return refuse(ERR_CONFIG_MISSING, "default", "name one, or use --board");
		return fit_choose_named(&file->fit, name, configuration);
	}
	if (strchr(doctor->board, ',') == NULL) {
		ours = text_of("holdfast,%s", doctor->board);
		compatible[0] = ours;
	}
	status = fit_choose(&file->fit, compatible, configuration);
	free(ours);
	return status;
}

static bool is_signed(const struct fit_file *file, unsigned configuration)
{
	struct fit_property value;
	unsigned i = configuration;
	const struct fit *fit = &file->fit;

	for (i = fit_next_child(fit, configuration, configuration); i != FIT_NONE;
	     i = fit_next_child(fit, configuration, i)) {
		if (fit_file_named(file, i, "signature") && fit_property(fit, i, "value", &value))
			return true;
	}
	return false;
}

static void say_refused(struct doctor *doctor, enum status status, const char *name)
{
	const struct refusal *last = refusal_last();
	const char *hint = last->why == status && last->hint != NULL ? last->hint : "";

	doctor_say(doctor, WILL_FAIL, "fit-refused", last->why == status ? last->at : name,
		   hint[0] == '\0' ? "see 'holdfast-keys doctor --code'" : hint,
		   "a loader would refuse it: %s", status_word(status));
	doctor_grave(doctor, refused(status));
}

/* As a release loader: roles, after the rest. */
static enum status judge(const struct doctor *doctor, const struct fit_file *file,
			 unsigned configuration)
{
	const struct keyring *keyring = &doctor->set->set.keyring;
	struct fit_check check = { .images = NULL };
	enum status status;

	refusal_clear();
	status = fit_check(file, configuration, keyring, &check);
	json_decref(check.images);
	json_decref(check.files);
	if (status == OK && doctor->release)
		status = keyring_roles(keyring, ROLE_RELEASE);
	return status;
}

static void check_index(struct doctor *doctor, const struct fit_file *file, unsigned configuration)
{
	const char *name = fit_name(&file->fit, configuration);
	uint32_t index = 0;
	bool has = fit_file_u32(file, configuration, "holdfast,rollback-index", &index);

	if (index < doctor->floor)
		doctor_say(doctor, WILL_FAIL, "fit-rollback", name,
			   "build it with a rollback index of at least the floor",
			   "its rollback index %u is below the floor %u", (unsigned)index,
			   (unsigned)doctor->floor);
	else if (!has && doctor->release)
		doctor_say(doctor, WILL_SURPRISE, "fit-rollback", name,
			   "set holdfast,rollback-index (holdfast-image fit --index)",
			   "no rollback index: it can never be told from an older release");
}

static void check_chosen(struct doctor *doctor, const struct fit_file *file)
{
	unsigned configuration = 0;
	enum status status;

	refusal_clear();
	status = choose(doctor, file, &configuration);
	if (status != OK) {
		say_refused(doctor, status, "default");
		return;
	}
	check_index(doctor, file, configuration);
	if (!is_signed(file, configuration) && doctor->key != NULL) {
		doctor_say(doctor, IS_FINE, "fit-unsigned", fit_name(&file->fit, configuration), "",
			   "not signed yet");
		return;
	}
	if (doctor->set == NULL)
		return;
	status = judge(doctor, file, configuration);
	if (status != OK)
		say_refused(doctor, status, fit_name(&file->fit, configuration));
	else
		doctor_say(doctor, IS_FINE, "fit-accepted", fit_name(&file->fit, configuration), "",
			   "a loader with %s accepts the signature and the hashes", doctor->trust);
}

/* What the signer does by itself is no problem where there is one. */
static bool is_for_the_signer(const struct doctor *doctor, const char *code, const char *text)
{
	if (doctor->key == NULL)
		return false;
	return strcmp(code, "no-signature") == 0 || strstr(text, "'sign' fills it in") != NULL;
}

static const char *member(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text == NULL ? "" : text;
}

/* inspect's warnings, each of which is a reason for a loader to refuse. */
static void check_contents(struct doctor *doctor, const struct fit_file *file)
{
	struct inspection inspection = { .file = file, .warnings = json_array() };
	unsigned parents[2] = { fit_file_images(file), fit_file_configurations(file) };
	json_t *warning;
	size_t index;

	for (unsigned i = 0; i < 2; i++) {
		unsigned node = parents[i];

		while (parents[i] != FIT_NONE &&
		       (node = fit_next_child(&file->fit, parents[i], node)) != FIT_NONE)
			json_decref(i == 0 ? inspect_image(&inspection, node)
					   : inspect_configuration(&inspection, node));
	}
	json_array_foreach(inspection.warnings, index, warning)
	{
		const char *code = member(warning, "code");
		const char *text = member(warning, "text");
		char *fix = text_of("see 'holdfast-keys doctor --code %s'", code);

		if (!is_for_the_signer(doctor, code, text))
			doctor_say(doctor, WILL_FAIL, "fit-contents", member(warning, "at"), fix,
				   "%s (%s)", text, code);
		free(fix);
	}
	json_decref(inspection.warnings);
}

static enum exit_code examine(struct doctor *doctor, const struct input *input,
			      struct fit_file *file)
{
	enum status status;

	refusal_clear();
	status = fit_file_open((struct span){ input->at, input->size }, file);
	if (status == OK) {
		check_contents(doctor, file);
		doctor_fit_nodes(doctor, file);
		check_chosen(doctor, file);
	} else {
		say_refused(doctor, status, doctor->fit);
	}
	return EXIT_DONE;
}

enum exit_code doctor_fit(struct doctor *doctor)
{
	struct input input;
	struct fit_file *file;
	enum exit_code code;

	STEP(input_open(doctor->fit, &input));
	file = allocate(sizeof(*file));
	code = examine(doctor, &input, file);
	free(file);
	input_close(&input);
	return code;
}
