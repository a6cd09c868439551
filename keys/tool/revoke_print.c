// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * revoke_print.c - what revoke says.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "revoke.h"
#include "text.h"

void revoke_describe(struct revocation_job *job, const char *configuration,
		     const struct revoked_list *list)
{
	json_t *object = json_object();
	json_t *keys = json_array();

	for (unsigned i = 0; i < list->count; i++) {
		const char *name = revoke_name(job, list->ids[i]);
		json_t *key = json_object();

		(void)json_object_set_new(key, "key_id", json_hex(list->ids[i], KEY_ID_SIZE));
		(void)json_object_set_new(key, "name",
					  name == NULL ? json_null() : json_string(name));
		(void)json_array_append_new(keys, key);
	}
	(void)json_object_set_new(object, "configuration", json_text(configuration));
	(void)json_object_set_new(object, "list_version", json_integer(list->version));
	(void)json_object_set_new(object, "revoked", keys);
	(void)json_array_append_new(job->lists, object);
}

/* For each set, keys whose signatures would make the list count. */
static json_t *signers_json(const struct revocation_job *job)
{
	json_t *array = json_array();

	for (unsigned i = 0; i < job->set_count; i++) {
		const struct keyring *keyring = &job->files[i].set.keyring;
		json_t *object = json_object();
		json_t *keys = json_array();

		for (unsigned j = 0; j < keyring->count; j++)
			if ((job->can_sign[i] >> j & 1) != 0)
				(void)json_array_append_new(keys, key_json(&keyring->keys[j]));
		(void)json_object_set_new(object, "trust_set", json_text(job->trust[i]));
		(void)json_object_set_new(object, "keys", keys);
		(void)json_array_append_new(array, object);
	}
	return array;
}

static enum exit_code print_json(const struct revocation_job *job, const char *place)
{
	json_t *document = json_object();

	(void)json_object_set_new(document, "fit", json_text(place));
	(void)json_object_set_new(document, "written", json_boolean(!job->show && !common.dry_run));
	(void)json_object_set(document, "lists", job->lists);
	(void)json_object_set_new(document, "sign_with",
				  job->show ? json_array() : signers_json(job));
	(void)json_object_set(document, "replaced", job->signing.replaced);
	return json_print(document, "holdfast.revoke");
}

static const char *text(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static void print_list(const char *place, const json_t *list)
{
	long long version = json_integer_value(json_object_get(list, "list_version"));
	const json_t *keys = json_object_get(list, "revoked");
	size_t index;
	json_t *key;

	if (version == 0) {
		(void)printf("%s: %s revokes no key\n", place, text(list, "configuration"));
		return;
	}
	json_array_foreach(keys, index, key)
	{
		const char *name = text(key, "name");

		(void)printf("%s: %s revokes %s%s%s (list version %lld)\n", place,
			     text(list, "configuration"), name == NULL ? "" : name,
			     name == NULL ? "" : ", ", text(key, "key_id"), version);
	}
}

static void print_signers(const struct revocation_job *job, unsigned index)
{
	const struct keyring *keyring = &job->files[index].set.keyring;
	const char *before = "";

	(void)printf("counts by %s if signed with ", job->trust[index]);
	for (unsigned i = 0; i < keyring->count; i++) {
		if ((job->can_sign[index] >> i & 1) == 0)
			continue;
		(void)printf("%s%s (%s)", before, keyring->keys[i].name,
			     key_role_name(keyring->keys[i].role));
		before = ", ";
	}
	(void)fputc('\n', stdout);
}

enum exit_code revoke_print(struct revocation_job *job)
{
	const char *place = common.output != NULL ? common.output : job->signing.path;
	size_t index;
	json_t *list;

	if (common.json)
		return print_json(job, place);
	json_array_foreach(job->lists, index, list) print_list(place, list);
	for (unsigned i = 0; !job->show && i < job->set_count; i++)
		print_signers(job, i);
	return EXIT_DONE;
}
