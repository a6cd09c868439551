/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * verb_report_collect.c - what a report says of one FIT: inspect's view of signatures and envelope,
 * and the loader's judgement of each configuration.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "fit_check.h"
#include "inspect.h"
#include "text.h"
#include "verb_report.h"

/* Seconds as 2026-11-26T03:00:00Z, null as null. */
static json_t *time_of(const json_t *seconds)
{
	time_t value = (time_t)json_integer_value(seconds);
	char text[32];
	struct tm tm;

	if (!json_is_integer(seconds) || gmtime_r(&value, &tm) == NULL)
		return json_null();
	(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return json_string(text);
}

/* A member of the first key that made it, null if none is known. */
static json_t *of_key(const json_t *by, const char *member)
{
	const json_t *value = json_object_get(json_array_get(by, 0), member);

	return value == NULL ? json_null() : json_deep_copy(value);
}

/* Without a trust set the name is the hint, which anyone may have written. */
static json_t *signature_of(const json_t *seen)
{
	const json_t *by = json_object_get(seen, "by");
	json_t *object = json_object();

	(void)json_object_set(object, "node", json_object_get(seen, "node"));
	(void)json_object_set(object, "hint", json_object_get(seen, "key"));
	(void)json_object_set(object, "algorithm", json_object_get(seen, "algorithm"));
	(void)json_object_set(object, "padding", json_object_get(seen, "padding"));
	(void)json_object_set(object, "state", json_object_get(seen, "state"));
	(void)json_object_set(object, "signer", json_object_get(seen, "signer"));
	(void)json_object_set_new(object, "time", time_of(json_object_get(seen, "timestamp")));
	(void)json_object_set_new(object, "key", of_key(by, "name"));
	(void)json_object_set_new(object, "key_id", of_key(by, "key_id"));
	(void)json_object_set_new(object, "role", of_key(by, "role"));
	return object;
}

static json_t *signatures_of(const struct inspection *inspection, unsigned configuration)
{
	struct fit_coverage *coverage = allocate(sizeof(*coverage));
	enum status status = fit_coverage(&inspection->file->fit, configuration, coverage);
	json_t *seen =
		inspect_signatures(inspection, configuration, status == OK ? coverage : NULL);
	json_t *list = json_array();
	const json_t *one;
	size_t i;

	json_array_foreach(seen, i, one)(void) json_array_append_new(list, signature_of(one));
	json_decref(seen);
	free(coverage);
	return list;
}

/* "ok", or why a loader with this trust set would refuse the configuration or its payload. */
static json_t *verdict_of(const struct inspection *inspection, unsigned configuration)
{
	struct fit_check check = { .images = NULL };
	enum status status;

	if (inspection->keyring == NULL)
		return json_null();
	status = fit_check(inspection->file, configuration, inspection->keyring, &check);
	json_decref(check.images);
	json_decref(check.files);
	return json_string(status_word(status));
}

static json_t *configuration_of(const struct inspection *inspection, unsigned configuration)
{
	const struct fit_file *file = inspection->file;
	json_t *object = json_object();
	uint32_t index = 0;

	(void)fit_file_u32(file, configuration, "holdfast,rollback-index", &index);
	(void)json_object_set_new(object, "name", json_string(fit_name(&file->fit, configuration)));
	(void)json_object_set_new(object, "compatible",
				  fit_file_strings(file, configuration, "compatible"));
	(void)json_object_set_new(object, "rollback_index", json_integer(index));
	(void)json_object_set_new(object, "verdict", verdict_of(inspection, configuration));
	(void)json_object_set_new(object, "signatures", signatures_of(inspection, configuration));
	return object;
}

static json_t *configurations_of(const struct inspection *inspection)
{
	unsigned parent = fit_file_configurations(inspection->file);
	const struct fit *fit = &inspection->file->fit;
	json_t *list = json_array();

	if (parent == FIT_NONE)
		return list;
	for (unsigned i = fit_next_child(fit, parent, parent); i != FIT_NONE;
	     i = fit_next_child(fit, parent, i))
		(void)json_array_append_new(list, configuration_of(inspection, i));
	return list;
}

static json_t *provenance_of(const struct inspection *inspection, const struct input *envelope,
			     const char *sha256)
{
	json_t *seen;

	if (envelope == NULL)
		return json_null();
	seen = inspect_provenance(inspection, envelope, sha256);
	if (json_is_true(json_object_get(seen, "about_this_file")))
		return seen;
	json_decref(seen);
	return json_null();
}

json_t *report_release(const struct input *fit, const struct keyring *keyring,
		       const struct input *envelope, struct fit_file *file, enum exit_code *code)
{
	struct inspection inspection = { .file = file, .keyring = keyring };
	struct span bytes = { fit->at, fit->size };
	uint8_t digest[DIGEST_SIZE_MAX];
	json_t *object;
	char *sha256;
	enum status status;

	refusal_clear();
	status = fit_file_open(bytes, file);
	if (status == OK && fit_file_configurations(file) == FIT_NONE)
		status = refuse(ERR_CONFIG_MISSING, "configurations",
				"this is no FIT: it has no configurations");
	if (status == OK)
		status = digest_of(DIGEST_SHA256, bytes, digest);
	if (status != OK) {
		*code = refused(status);
		return NULL;
	}
	sha256 = hex_text(digest, 32);
	inspection.warnings = json_array();
	object = json_object();
	(void)json_object_set_new(object, "fit", json_text(fit->path));
	(void)json_object_set_new(object, "sha256", json_string(sha256));
	(void)json_object_set_new(object, "size", json_integer((json_int_t)fit->size));
	(void)json_object_set_new(object, "configurations", configurations_of(&inspection));
	(void)json_object_set_new(object, "provenance",
				  provenance_of(&inspection, envelope, sha256));
	json_decref(inspection.warnings);
	free(sha256);
	return object;
}
