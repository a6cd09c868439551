/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * trust_say.c - the rule of a keyring in words. keys/keyring.c decides; this only says.
 */
#define _GNU_SOURCE
#include <stdlib.h>

#include "trust_say.h"

uint32_t trust_asked(const struct keyring *keyring)
{
	uint32_t asked = keyring->mode == REQUIRED_ALL ? keyring_distinct(keyring, UINT32_MAX) : 1;

	return keyring->threshold > asked ? keyring->threshold : asked;
}

uint32_t trust_needed(const struct keyring *keyring)
{
	uint32_t asked = trust_asked(keyring);

	return asked > keyring_distinct(keyring, UINT32_MAX) ? 0 : asked;
}

/* "release " if all required keys are of that role, else "". A fresh string. */
static char *common_role(const struct keyring *keyring)
{
	const struct key *first = NULL;

	for (unsigned i = 0; i < keyring->count; i++) {
		const struct key *key = &keyring->keys[i];

		if (!key->required)
			continue;
		if (first == NULL)
			first = key;
		if (key->role != first->role)
			return text_of("%s", "");
	}
	return first == NULL ? text_of("%s", "") : text_of("%s ", key_role_name(first->role));
}

static const struct key *only_key(const struct keyring *keyring)
{
	for (unsigned i = 0; i < keyring->count; i++) {
		if (keyring->keys[i].required)
			return &keyring->keys[i];
	}
	return &keyring->keys[0];
}

char *trust_sentence(const struct keyring *keyring)
{
	unsigned there = (unsigned)keyring_distinct(keyring, UINT32_MAX);
	unsigned needed = (unsigned)trust_needed(keyring);
	char *role = common_role(keyring);
	char *text;

	if (there == 0)
		text = text_of("accepts nothing: no key is required");
	else if (needed == 0)
		text = text_of("accepts nothing: %u keys must sign, and there %s only %u",
			       (unsigned)keyring->threshold, there == 1 ? "is" : "are", there);
	else if (there == 1)
		text = text_of("accepts what '%s' (%s) signed", only_key(keyring)->name,
			       key_role_name(only_key(keyring)->role));
	else if (needed == there)
		text = text_of("accepts what all %u %skeys signed", there, role);
	else
		text = text_of("accepts what any %u of these %u %skeys signed", needed, there,
			       role);
	free(role);
	return text;
}

bool trust_is_mixed(const struct keyring *keyring)
{
	bool low = false;
	bool high = false;

	for (unsigned i = 0; i < keyring->count; i++) {
		if (!keyring->keys[i].required)
			continue;
		low = low || keyring->keys[i].role <= ROLE_DEV;
		high = high || keyring->keys[i].role >= ROLE_RELEASE;
	}
	return low && high;
}
