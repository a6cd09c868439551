// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * rotate_policy.c - new trust sets that nobody should want, stranded devices apart.
 */
#define _GNU_SOURCE
#include <string.h>

#include "rotate.h"
#include "trust_say.h"

static bool is_in(const struct keyring *keyring, const struct key *key)
{
	for (unsigned i = 0; i < keyring->count; i++)
		if (memcmp(keyring->keys[i].id, key->id, KEY_ID_SIZE) == 0)
			return true;
	return false;
}

/* Whoever has the retired key could still sign. */
static enum exit_code check_retired(const struct keyring *from, const struct keyring *to)
{
	for (unsigned i = 0; i < from->count; i++) {
		const struct key *old = &from->keys[i];

		for (unsigned j = 0; !is_in(to, old) && j < to->count; j++) {
			if (!key_is_same(old, &to->keys[j]))
				continue;
			complain("'%s' goes, but '%s' of the new set has the same private half: "
				 "give --yes if that is meant",
				 old->name, to->keys[j].name);
			return EXIT_POLICY;
		}
	}
	return EXIT_DONE;
}

static enum exit_code check_roles(const struct keyring *from, const struct keyring *to)
{
	bool was_release = keyring_roles(from, ROLE_RELEASE) == OK;

	for (unsigned i = 0; i < to->count; i++) {
		const struct key *key = &to->keys[i];

		if (key->role >= ROLE_RELEASE || (!was_release && !trust_is_mixed(to)))
			continue;
		complain("'%s' is a %s key, and a set for releases gets none: "
			 "add a release key, or give --yes",
			 key->name, key_role_name(key->role));
		return EXIT_POLICY;
	}
	return EXIT_DONE;
}

static enum exit_code check_strength(const struct rotate_job *job)
{
	unsigned before = (unsigned)trust_needed(job->rotation.fleet[0]);
	unsigned now = (unsigned)trust_needed(job->rotation.to);

	if (now >= before)
		return EXIT_DONE;
	complain("%u signatures are needed, and %u would be enough for the new set: "
		 "add a key in the same rotation, or give --yes",
		 before, now);
	return EXIT_POLICY;
}

/* A key of the new set that cannot sign is worth a word. */
void rotate_remark(const struct rotate_job *job)
{
	const struct rotation *rotation = &job->rotation;

	for (unsigned i = 0; i < rotation->signer_count; i++)
		if ((rotation->can_sign >> i & 1) == 0 &&
		    is_in(rotation->to, rotation->signers[i].key))
			note("'%s' cannot sign, and stays in the new set: retire it",
			     rotation->signers[i].key->name);
}

enum exit_code rotate_policy(const struct rotate_job *job)
{
	const struct rotation *rotation = &job->rotation;

	if (common.yes)
		return EXIT_DONE;
	for (unsigned i = 0; i < rotation->fleet_count; i++)
		STEP(check_retired(rotation->fleet[i], rotation->to));
	STEP(check_roles(rotation->fleet[0], rotation->to));
	return check_strength(job);
}
