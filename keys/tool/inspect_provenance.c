/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * inspect_provenance.c - what there is to say about the provenance of a FIT (provenance.h).
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "dsse.h"
#include "inspect.h"
#include "provenance.h"
#include "text.h"

/* What a statement says, true or not: who built, and whether it is about this file. */
static void say_statement(const json_t *statement, const char *sha256, json_t *object)
{
	char *builder = text_plain(provenance_builder_of(statement));
	bool about = false;
	const json_t *subject;
	size_t index;

	json_array_foreach(json_object_get(statement, "subject"), index, subject)
	{
		const char *digest = json_string_value(
			json_object_get(json_object_get(subject, "digest"), "sha256"));

		about = about || (digest != NULL && strcmp(digest, sha256) == 0);
	}
	(void)json_object_set_new(object, "builder",
				  builder[0] == '\0' ? json_null() : json_string(builder));
	(void)json_object_set_new(object, "about_this_file", json_boolean(about));
	free(builder);
}

/* Signatures as they stand there: without a trust set, none was looked at. */
static json_t *say_signatures(const json_t *signatures, bool judged)
{
	json_t *list = json_array();
	const json_t *signature;
	size_t index;

	json_array_foreach(signatures, index, signature)
	{
		const char *id = json_string_value(json_object_get(signature, "key_id"));
		const char *key = json_string_value(json_object_get(signature, "key"));
		const char *state = json_string_value(json_object_get(signature, "state"));
		char *plain = text_plain(id == NULL ? "" : id);

		(void)json_array_append_new(
			list,
			json_pack("{s:s, s:s, s:s?}", "key_id", plain, "state",
				  judged && state != NULL ? state : "not-checked", "key", key));
		free(plain);
	}
	return list;
}

static enum status judge(const struct inspection *inspection, struct span envelope,
			 json_t **signatures)
{
	json_t *statement = NULL;
	enum status status;

	*signatures = NULL;
	status = provenance_judge(envelope, inspection->file->bytes, inspection->keyring, 0,
				  &statement, signatures);
	json_decref(statement);
	return status;
}

json_t *inspect_provenance(const struct inspection *inspection, const struct input *input,
			   const char *sha256)
{
	static const struct keyring nobody = { .mode = REQUIRED_ALL };
	struct span envelope = { input->at, input->size };
	json_t *object = json_object();
	json_t *statement = NULL;
	json_t *signatures;
	struct dsse dsse;
	enum status status;

	refusal_clear();
	status = dsse_open(envelope, PROVENANCE_PAYLOAD_TYPE, &nobody, &dsse);
	if (status == OK)
		statement = json_loadb((const char *)dsse.payload, dsse.size,
				       JSON_REJECT_DUPLICATES, NULL);
	signatures = json_incref(dsse.signatures);
	dsse_close(&dsse);
	say_statement(statement, sha256, object);
	json_decref(statement);
	if (inspection->keyring != NULL) {
		json_decref(signatures);
		status = judge(inspection, envelope, &signatures);
	}
	(void)json_object_set_new(object, "file", json_text(input->path));
	(void)json_object_set_new(object, "state",
				  json_string(status != OK                  ? status_word(status)
					      : inspection->keyring == NULL ? "not-checked"
									    : "right"));
	(void)json_object_set_new(object, "hint",
				  json_string(status == OK ? "" : refusal_last()->hint));
	(void)json_object_set_new(object, "signatures",
				  say_signatures(signatures, inspection->keyring != NULL));
	json_decref(signatures);
	return object;
}
