/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * doctor_set.c - what a trust set will lead to.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"
#include "trust_say.h"

static const struct keyring *keyring_of(const struct doctor *doctor)
{
	return &doctor->set->set.keyring;
}

static void check_usable(struct doctor *doctor)
{
	const struct keyring *keyring = keyring_of(doctor);
	char *accepts = trust_sentence(keyring);
	bool usable;

	refusal_clear();
	usable = keyring_usable(keyring) == OK;
	if (usable)
		doctor_say(doctor, IS_FINE, "set-usable", doctor->trust, "", "%s", accepts);
	else
		doctor_say(doctor, WILL_FAIL, "set-usable", doctor->trust,
			   trust_asked(keyring) > 1 ? "enroll more keys with --required conf"
						    : "enroll a key with --required conf",
			   "%s", accepts);
	free(accepts);
}

static void check_rule(struct doctor *doctor)
{
	const struct keyring *keyring = keyring_of(doctor);
	uint32_t there = keyring_distinct(keyring, UINT32_MAX);

	if (keyring->threshold == 1)
		doctor_say(doctor, WILL_SURPRISE, "set-threshold-one", doctor->trust,
			   "enroll with --threshold 2 or more",
			   "the threshold is 1: one stolen key is enough");
	if (keyring->mode != REQUIRED_ALL || there < 2)
		return;
	doctor_say(doctor, WILL_SURPRISE, "set-mode-all", doctor->trust,
		   "use --mode any or --threshold, unless that is meant",
		   "all %u keys must have signed every image: one that is lost ends all updates",
		   (unsigned)there);
}

static void check_root(struct doctor *doctor)
{
	const struct keyring *keyring = keyring_of(doctor);
	bool root = false;

	for (unsigned i = 0; i < keyring->count; i++) {
		const struct key *key = &keyring->keys[i];

		root = root || key->role == ROLE_ROOT;
		if (key->role == ROLE_ROOT && key->required && keyring->mode == REQUIRED_ALL &&
		    keyring->count > 1)
			doctor_say(doctor, WILL_SURPRISE, "set-root-online", key->name,
				   "enroll it with --required no",
				   "every image needs the root key, so it cannot stay offline");
		if (key->role != ROLE_ROOT && !key->required)
			doctor_say(doctor, WILL_SURPRISE, "set-optional", key->name,
				   "enroll it with --required conf, or leave it out",
				   "it is not required, so its signatures count for nothing");
	}
	if (!root && keyring->threshold < 2)
		doctor_say(doctor, WILL_SURPRISE, "set-no-revocation", doctor->trust,
			   "enroll a root key with --required no, or use a threshold",
			   "nobody may take a key back: a stolen one is good until the loader "
			   "changes");
}

static void check_roles(struct doctor *doctor)
{
	const struct keyring *keyring = keyring_of(doctor);

	if (doctor->release) {
		for (unsigned i = 0; i < keyring->count; i++) {
			const struct key *key = &keyring->keys[i];

			if (key->role < ROLE_RELEASE)
				doctor_say(doctor, WILL_FAIL, "set-role", key->name,
					   "make the set anew with release keys",
					   "a key of role %s: a release loader is not built for it",
					   key_role_name(key->role));
		}
	}
	if (trust_is_mixed(keyring))
		doctor_say(doctor, WILL_SURPRISE, "set-mixed", doctor->trust,
			   "use a set for development and one for releases",
			   "dev and release keys together: who has a dev key can sign for it");
	else if (!doctor->release)
		doctor_say(doctor, IS_FINE, "set-role", doctor->trust, "", "lowest role: %s",
			   keyring_trust(keyring));
}

void doctor_set(struct doctor *doctor)
{
	check_usable(doctor);
	check_rule(doctor);
	check_root(doctor);
	check_roles(doctor);
}

/* The required key of the set with this id, or NULL. */
static const struct key *required_key(const struct keyring *keyring, const struct look *look)
{
	for (unsigned i = 0; i < keyring->count; i++) {
		if (keyring->keys[i].required &&
		    memcmp(keyring->keys[i].id, look->file.key.id, KEY_ID_SIZE) == 0)
			return &keyring->keys[i];
	}
	return NULL;
}

/* A bit for the required key whose private half this file is; 0 if it is none. */
static uint32_t held_by(const struct keyring *keyring, const char *path)
{
	struct look *look = allocate(sizeof(*look));
	const struct key *key = NULL;

	key_look(path, look);
	if (look->kind == LOOK_PRIVATE && (look->numbers == OK || look->id_claimed))
		key = required_key(keyring, look);
	key_close(&look->file);
	free(look);
	return key == NULL ? 0 : 1u << (key - keyring->keys);
}

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL)
		return text_of(".");
	return text_of("%.*s", slash == path ? 1 : (int)(slash - path), path);
}

void doctor_places(struct doctor *doctor)
{
	const struct keyring *keyring = keyring_of(doctor);
	uint32_t needed = trust_needed(keyring);
	char *directory = directory_of(doctor->key);
	uint32_t held = 0;
	const struct dirent *entry;
	DIR *stream = NULL;

	if (needed >= 2 && doctor->look->kind == LOOK_PRIVATE)
		stream = opendir(directory);
	while (stream != NULL && (entry = readdir(stream)) != NULL) {
		char *path = text_of("%s/%s", directory, entry->d_name);

		held |= held_by(keyring, path);
		free(path);
	}
	if (stream != NULL)
		(void)closedir(stream);
	if (needed >= 2 && keyring_distinct(keyring, held) >= needed)
		doctor_say(doctor, WILL_SURPRISE, "keys-in-one-place", directory,
			   "keep each key with its own custodian",
			   "holds %u private keys of the set: who gets in there needs nobody else",
			   (unsigned)keyring_distinct(keyring, held));
	free(directory);
}
