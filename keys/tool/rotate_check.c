// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * rotate_check.c - holdfast-keys rotate check: a release against every trust set that it meets, by
 * the loader's code.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fit_check.h"
#include "rotate.h"
#include "text.h"

#define SETS_MAX (ROTATE_WORDS_MAX + 1)

/* One trust set, and whether it is the release's own loader. */
struct check_set {
	const char *path;
	struct trust_file file;
};

struct check {
	const struct rotate_arguments *arguments;
	struct check_set sets[SETS_MAX]; /* the fleet's, then that of --trust */
	unsigned set_count;
	struct fit_file *file; /* scratch */
	json_t *verdicts;
	unsigned refused;
	char *first; /* the first that was refused, in words */
};

static void add_verdict(struct check *check, const char *fit, const char *configuration,
			const char *set, bool installed, enum status status)
{
	json_t *object = json_object();
	const struct refusal *last = refusal_last();

	(void)json_object_set_new(object, "fit", json_text(fit));
	(void)json_object_set_new(object, "configuration", json_text(configuration));
	(void)json_object_set_new(object, "trust_set", json_text(set));
	(void)json_object_set_new(object, "installed", json_boolean(installed));
	(void)json_object_set_new(object, "accepted", json_boolean(status == OK));
	(void)json_object_set_new(object, "code",
				  json_string(status == OK ? "ok" : status_word(status)));
	(void)json_object_set_new(object, "at",
				  json_text(status != OK && last->why == status ? last->at : ""));
	(void)json_array_append_new(check->verdicts, object);
	if (status == OK)
		return;
	if (check->refused++ == 0)
		check->first = text_of("%s, %s: a loader with %s refuses it (%s)", fit,
				       configuration, set, status_word(status));
}

/* Payload included the first time that a set accepts it, then the signature alone. */
static enum status judge(const struct fit_file *file, unsigned configuration,
			 const struct keyring *keyring, bool *whole)
{
	struct fit_check check = { .images = NULL };
	const struct fit_config *config;
	struct proof proof;
	enum status status;

	refusal_clear();
	TRY(keyring_usable(keyring));
	TRY(proof_begin(&proof));
	status = fit_verify(&file->fit, configuration, keyring, &proof, &config);
	if (status != OK || *whole)
		return status;
	status = fit_check(file, configuration, keyring, &check);
	json_decref(check.images);
	json_decref(check.files);
	*whole = status == OK;
	return status;
}

static void judge_all(struct check *check, const char *fit, unsigned configuration, bool installed)
{
	bool whole = false;

	for (unsigned i = installed ? check->set_count - 1 : 0; i < check->set_count; i++) {
		const struct check_set *set = &check->sets[i];
		enum status status =
			judge(check->file, configuration, &set->file.set.keyring, &whole);

		add_verdict(check, fit, fit_name(&check->file->fit, configuration), set->path,
			    installed, status);
	}
}

static enum exit_code each_configuration(struct check *check, const char *fit, bool installed)
{
	const char *wanted = check->arguments->configuration;
	const struct fit_file *file = check->file;
	unsigned parent = fit_file_configurations(file);
	unsigned done = 0;

	for (unsigned i = parent == FIT_NONE ? FIT_NONE
					     : fit_next_child(&file->fit, parent, parent);
	     i != FIT_NONE; i = fit_next_child(&file->fit, parent, i)) {
		if (wanted != NULL && strcmp(wanted, fit_name(&file->fit, i)) != 0)
			continue;
		judge_all(check, fit, i, installed);
		done++;
	}
	if (done != 0)
		return EXIT_DONE;
	return refused_because(ERR_CONFIG_MISSING, wanted == NULL ? fit : wanted,
			       "the FIT has no such configuration");
}

static enum exit_code check_fit(struct check *check, const char *path, bool installed)
{
	struct input input;
	enum exit_code code;
	enum status status;

	STEP(input_open(path, &input));
	refusal_clear();
	status = fit_file_open((struct span){ input.at, input.size }, check->file);
	if (status == OK) {
		code = each_configuration(check, path, installed);
	} else {
		complain("%s: cannot be read as a FIT", path);
		code = refused(status);
	}
	input_close(&input);
	return code;
}

static int is_fit(const struct dirent *entry)
{
	const char *ending = strrchr(entry->d_name, '.');

	return ending != NULL && (strcmp(ending, ".fit") == 0 || strcmp(ending, ".itb") == 0);
}

static enum exit_code check_directory(struct check *check, const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, is_fit, alphasort);
	enum exit_code code = EXIT_DONE;

	if (count < 0) {
		complain("%s: cannot be read: %s: %s", path, strerror(errno), file_advice(errno));
		return EXIT_INPUT;
	}
	for (int i = 0; i < count; i++) {
		char *file = text_of("%s/%s", path, entries[i]->d_name);

		if (code == EXIT_DONE)
			code = check_fit(check, file, false);
		free(file);
		free(entries[i]);
	}
	free(entries);
	if (count != 0)
		return code;
	complain("%s: has no file that ends in .fit or .itb: name the FITs", path);
	return EXIT_INPUT;
}

static enum exit_code check_release(struct check *check)
{
	const struct rotate_arguments *arguments = check->arguments;
	struct stat status;

	for (unsigned i = 0; i < arguments->fit_count; i++) {
		const char *path = arguments->fits[i];

		if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
			STEP(check_directory(check, path));
		else
			STEP(check_fit(check, path, false));
	}
	for (unsigned i = 0; i < arguments->installed.count; i++)
		STEP(check_fit(check, arguments->installed.at[i], true));
	return EXIT_DONE;
}

static enum exit_code open_set(struct check *check, const char *path)
{
	struct check_set *set = &check->sets[check->set_count++];

	set->path = path;
	return trust_open(path, &set->file);
}

static enum exit_code open_sets(struct check *check)
{
	const struct rotate_arguments *arguments = check->arguments;

	for (unsigned i = 0; i < arguments->fleet.count; i++)
		STEP(open_set(check, arguments->fleet.at[i]));
	return arguments->trust == NULL ? EXIT_DONE : open_set(check, arguments->trust);
}

static const char *text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void print_table(const struct check *check)
{
	struct text_table table = { .columns = 4 };
	size_t index;
	json_t *verdict;

	text_table_add(&table, "FIT");
	text_table_add(&table, "CONFIGURATION");
	text_table_add(&table, "TRUST SET");
	text_table_add(&table, "VERDICT");
	json_array_foreach(check->verdicts, index, verdict)
	{
		bool accepted = json_is_true(json_object_get(verdict, "accepted"));

		text_table_add(&table, text(verdict, "fit"));
		text_table_add(&table, text(verdict, "configuration"));
		text_table_add(&table, text(verdict, "trust_set"));
		text_table_add(&table, accepted ? "accepted" : text(verdict, "code"));
	}
	text_table_print(&table, "");
}

static enum exit_code print_result(const struct check *check)
{
	enum exit_code code = EXIT_DONE;
	json_t *document;

	if (common.json) {
		document = json_object();
		(void)json_object_set_new(document, "action", json_string("check"));
		(void)json_object_set_new(document, "stranded", json_boolean(check->refused != 0));
		(void)json_object_set(document, "verdicts", check->verdicts);
		code = json_print(document, "holdfast.rotate");
	} else {
		print_table(check);
	}
	if (code != EXIT_DONE || check->refused == 0)
		return code;
	complain("%s: it would be stranded: ask rotate plan who must sign%s", check->first,
		 check->refused > 1 ? "; the table has more" : "");
	return EXIT_POLICY;
}

enum exit_code rotate_check(const struct rotate_arguments *arguments)
{
	struct check *check = allocate(sizeof(*check));
	enum exit_code code;

	check->arguments = arguments;
	check->file = allocate(sizeof(*check->file));
	check->verdicts = json_array();
	code = open_sets(check);
	if (code == EXIT_DONE)
		code = check_release(check);
	if (code == EXIT_DONE)
		code = print_result(check);
	for (unsigned i = 0; i < check->set_count; i++)
		trust_close(&check->sets[i].file);
	json_decref(check->verdicts);
	free(check->file);
	free(check->first);
	free(check);
	return code;
}
