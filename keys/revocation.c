// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* revocation.c - keys that an image takes back. */
#include "revocation.h"

#include <string.h>

#include "hardened.h"

static bool is_listed(const struct key *key, struct span ids)
{
	for (size_t at = 0; at < ids.size; at += KEY_ID_SIZE)
		if (memcmp(ids.at + at, key->id, KEY_ID_SIZE) == 0)
			return true;
	return false;
}

/* The keys that are listed, and those that one of them shares its private half with. */
static uint32_t listed_keys(const struct keyring *keyring, struct span ids)
{
	uint32_t listed = 0;

	for (unsigned i = 0; i < keyring->count; i++)
		for (unsigned j = 0; j < keyring->count; j++)
			if (is_listed(&keyring->keys[j], ids) &&
			    (i == j || key_is_same(&keyring->keys[i], &keyring->keys[j])))
				listed |= 1u << i;
	return listed;
}

/* OK if those who signed may revoke. */
static enum status may_revoke(const struct keyring *keyring, uint32_t satisfied)
{
	for (unsigned i = 0; i < keyring->count; i++)
		if ((satisfied & 1u << i) != 0 && keyring->keys[i].role == ROLE_ROOT)
			return OK;
	TRY(at_least(keyring->threshold, 2, ERR_KEY_REVOKED));
	return at_least(keyring_distinct(keyring, satisfied), keyring->threshold, ERR_KEY_REVOKED);
}

/* The first key of the set; for the console. */
static const char *name_of(const struct keyring *keyring, uint32_t set)
{
	for (unsigned i = 0; i < keyring->count; i++)
		if ((set & 1u << i) != 0)
			return keyring->keys[i].name;
	return "";
}

enum status revocation_rule(const struct keyring *keyring, uint32_t satisfied, struct span ids,
			    uint32_t version, struct revocation *revocation)
{
	uint32_t revoked, remaining;

	*revocation = (struct revocation){ .version = version };
	if (version == 0 || ids.size == 0 || ids.size % KEY_ID_SIZE != 0 ||
	    ids.size > (size_t)REVOKED_MAX * KEY_ID_SIZE)
		return refuse(ERR_BAD_FIT, "holdfast,revoked",
			      "make the list with holdfast-keys revoke");
	TRY(keyring_rule(keyring, satisfied));
	if (may_revoke(keyring, satisfied) != OK)
		return OK;
	revoked = listed_keys(keyring, ids);
	remaining = satisfied & ~revoked;
	if (keyring_rule(keyring, remaining) != OK || may_revoke(keyring, remaining) != OK)
		return refuse(ERR_KEY_REVOKED, name_of(keyring, satisfied & revoked),
			      "the image revokes a key that it needs: sign it with others");
	revocation->keys = revoked;
	revocation->counts = true;
	return OK;
}
