// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * rotation_bridge.c - the trust set between the old and the new one.
 */
#include <stdio.h>
#include <string.h>

#include "rotation.h"
#include "trust_say.h"

/* One entry for both: whatever signature counts for one counts for the other. */
static bool is_entry_for(const struct key *a, const struct key *b)
{
	struct rotation_signer one = { a, a->padding };
	struct rotation_signer other = { b, b->padding };

	return rotation_counts(&one, b) && rotation_counts(&other, a);
}

static bool name_is_taken(const struct rotation_set *set, const char *name)
{
	for (unsigned i = 0; i < set->keyring.count; i++)
		if (strcmp(set->keys[i].name, name) == 0)
			return true;
	return false;
}

/* The name, or with -2, -3, ... behind it. */
static void choose_name(struct rotation_set *set, const char *name, char out[KEY_NAME_MAX])
{
	(void)snprintf(out, KEY_NAME_MAX, "%s", name);
	for (unsigned i = 2; name_is_taken(set, out); i++)
		(void)snprintf(out, KEY_NAME_MAX, "%.*s-%u", KEY_NAME_MAX - 10, name, i);
}

static bool add(struct rotation_set *set, const struct key *key)
{
	unsigned at = set->keyring.count;

	for (unsigned i = 0; i < at; i++) {
		if (is_entry_for(&set->keys[i], key)) {
			set->keys[i].required |= key->required;
			return true;
		}
	}
	if (at == KEYRING_KEYS_MAX)
		return false;
	choose_name(set, key->name, set->names[at]);
	set->keys[at] = *key;
	set->keys[at].name = set->names[at];
	set->keyring.count++;
	return true;
}

/* From the new set all keys (their names and roles count), from an old one the required ones. */
static bool add_all(struct rotation_set *set, const struct keyring *keyring, bool optional_too)
{
	for (unsigned i = 0; i < keyring->count; i++)
		if ((optional_too || keyring->keys[i].required) && !add(set, &keyring->keys[i]))
			return false;
	return true;
}

static bool is_for_releases(const struct keyring *keyring)
{
	return keyring_roles(keyring, ROLE_RELEASE) == OK;
}

enum rotation_no_bridge rotation_bridge(const struct rotation *rotation, struct rotation_set *set)
{
	uint32_t needed = trust_needed(rotation->to);

	*set = (struct rotation_set){ .keyring = { set->keys, 0, REQUIRED_ANY, 0 } };
	if (!add_all(set, rotation->to, true))
		return BRIDGE_TOO_MANY;
	for (unsigned i = 0; i < rotation->fleet_count; i++) {
		if (trust_needed(rotation->fleet[i]) < needed)
			return BRIDGE_WEAKER;
		if (!add_all(set, rotation->fleet[i], false))
			return BRIDGE_TOO_MANY;
	}
	if (needed > 1)
		set->keyring.threshold = needed;
	if (is_for_releases(rotation->to) && !is_for_releases(&set->keyring))
		return BRIDGE_ROLES;
	return BRIDGE_MADE;
}
