// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * revoke_list.c - the list of revoked keys of a configuration, read; and who may not sign beside
 * it.
 */
#define _GNU_SOURCE
#include <string.h>

#include "revoke.h"

static bool is_version(struct span value)
{
	return value.size == 4 && load_be32(value.at) != 0;
}

static bool is_list(struct span value)
{
	return value.size != 0 && value.size % KEY_ID_SIZE == 0 &&
	       value.size <= (size_t)REVOKED_MAX * KEY_ID_SIZE;
}

enum exit_code revoked_read(const struct fit_file *file, unsigned configuration,
			    struct revoked_list *list)
{
	struct fit_property ids;
	struct fit_property version;
	bool has_ids = fit_property(&file->fit, configuration, "holdfast,revoked", &ids);
	bool has_version =
		fit_property(&file->fit, configuration, "holdfast,revoked-version", &version);

	*list = (struct revoked_list){ .version = 0 };
	if (!has_ids && !has_version)
		return EXIT_DONE;
	if (!has_ids || !has_version || !is_list(ids.value) || !is_version(version.value))
		return refused_because(ERR_BAD_FIT, fit_name(&file->fit, configuration),
				       "make the list with holdfast-keys revoke");
	list->version = load_be32(version.value.at);
	list->count = (unsigned)(ids.value.size / KEY_ID_SIZE);
	memcpy(list->ids, ids.value.at, ids.value.size);
	return EXIT_DONE;
}

bool revoked_has(const struct revoked_list *list, const uint8_t id[KEY_ID_SIZE])
{
	for (unsigned i = 0; i < list->count; i++)
		if (memcmp(list->ids[i], id, KEY_ID_SIZE) == 0)
			return true;
	return false;
}

enum exit_code revoked_signers(struct signing *signing, unsigned configuration)
{
	const char *name = fit_name(&signing->original->fit, configuration);
	struct revoked_list list;
	bool may_count = signing->key_count + signing->reserved_count > 1;

	STEP(revoked_read(signing->original, configuration, &list));
	if (list.version == 0)
		return EXIT_DONE;
	for (unsigned i = 0; i < signing->key_count; i++) {
		const struct key_file *key = &signing->keys[i];

		may_count |= key->role == ROLE_ROOT;
		if (!revoked_has(&list, key->key.id))
			continue;
		complain("%s: revokes the key %s, so its signature is worth nothing here: "
			 "sign with another key",
			 name, key->name);
		return EXIT_POLICY;
	}
	if (!may_count)
		note("%s: its list of revoked keys counts only with a root key or the full "
		     "threshold: holdfast-keys verify --trust says whether",
		     name);
	return EXIT_DONE;
}
