// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* keyring.c - what it takes to be trusted. */
#include "keyring.h"

#include <string.h>

#include "hardened.h"

const struct keyring *keyring_built_in(void)
{
	return &keyring_table;
}

const char *key_role_name(enum key_role role)
{
	switch (role) {
	case ROLE_TEST:
		return "test";
	case ROLE_DEV:
		return "dev";
	case ROLE_RELEASE:
		return "release";
	case ROLE_ROOT:
		return "root";
	}
	return "none";
}

const char *keyring_trust(const struct keyring *keyring)
{
	const struct key *lowest = NULL;

	for (unsigned i = 0; i < keyring->count; i++)
		if (keyring->keys[i].required && (!lowest || keyring->keys[i].role < lowest->role))
			lowest = &keyring->keys[i];
	return lowest ? key_role_name(lowest->role) : "none";
}

bool key_is_same(const struct key *a, const struct key *b)
{
	if (a->algorithm.type != b->algorithm.type)
		return false;
	if (a->algorithm.type == KEY_ECDSA)
		return a->ecdsa.size == b->ecdsa.size &&
		       memcmp(a->ecdsa.x, b->ecdsa.x, a->ecdsa.size) == 0;
	return a->rsa.size == b->rsa.size &&
	       memcmp(a->rsa.modulus, b->rsa.modulus, a->rsa.size) == 0;
}

uint32_t keyring_distinct(const struct keyring *keyring, uint32_t set)
{
	uint32_t distinct = 0;

	for (unsigned i = 0; i < keyring->count; i++) {
		bool is_new = keyring->keys[i].required && (set & 1u << i) != 0;

		for (unsigned j = 0; is_new && j < i; j++)
			if (keyring->keys[j].required && (set & 1u << j) != 0 &&
			    key_is_same(&keyring->keys[i], &keyring->keys[j]))
				is_new = false;
		distinct += is_new;
	}
	return distinct;
}

enum status keyring_roles(const struct keyring *keyring, enum key_role lowest)
{
	for (unsigned i = 0; i < keyring->count; i++) {
		const struct key *key = &keyring->keys[i];

		if (at_least((uint32_t)key->role, (uint32_t)lowest, ERR_KEY_ROLE) != OK ||
		    at_least(ROLE_ROOT, (uint32_t)key->role, ERR_KEY_ROLE) != OK)
			return refuse(ERR_KEY_ROLE, key->name,
				      "a release trusts no test or dev keys: enroll release keys");
	}
	return OK;
}

static uint32_t required_keys(const struct keyring *keyring)
{
	uint32_t required = 0;

	for (unsigned i = 0; i < keyring->count; i++)
		if (keyring->keys[i].required)
			required |= 1u << i;
	return required;
}

enum status keyring_usable(const struct keyring *keyring)
{
	const char *hint = "enroll a key with --required conf";
	uint32_t distinct;

	if (keyring->count > KEYRING_KEYS_MAX)
		return refuse(ERR_NO_TRUST, "keyring", "too many keys in the trust set");
	if (keyring->mode != REQUIRED_ALL && keyring->mode != REQUIRED_ANY)
		return refuse(ERR_NO_TRUST, "keyring", "the trust set has no rule");
	distinct = keyring_distinct(keyring, UINT32_MAX);
	if (at_least(distinct, 1, ERR_NO_TRUST) != OK)
		return refuse(ERR_NO_TRUST, "keyring", hint);
	if (at_least(distinct, keyring->threshold, ERR_NO_TRUST) != OK)
		return refuse(ERR_NO_TRUST, "keyring", "the threshold is above the number of keys");
	return OK;
}

/* How many distinct required keys must have signed, by mode and threshold together. */
static uint32_t needed(const struct keyring *keyring)
{
	uint32_t by_mode = 1;

	if (keyring->mode == REQUIRED_ALL)
		by_mode = keyring_distinct(keyring, UINT32_MAX);
	return by_mode > keyring->threshold ? by_mode : keyring->threshold;
}

enum status keyring_rule(const struct keyring *keyring, uint32_t satisfied)
{
	uint32_t required;
	uint32_t missing;

	TRY(keyring_usable(keyring));
	if (keyring->count < 32)
		satisfied &= (1u << keyring->count) - 1;
	if (satisfied == 0)
		return ERR_UNKNOWN_KEY;
	required = required_keys(keyring);
	missing = required & ~satisfied;
	if (keyring->mode == REQUIRED_ALL)
		TRY(at_least(0, missing, ERR_BAD_SIGNATURE));
	return at_least(keyring_distinct(keyring, satisfied), needed(keyring), ERR_BAD_SIGNATURE);
}
