/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * attach_match.c - which signer and configuration a signature is for: whatever it verifies for.
 */
#define _GNU_SOURCE
#include <string.h>

#include "attach.h"

/* The loader's own judgement of size bytes as they stand in a FIT. */
static bool is_right(const struct signing *signing, const struct signature_plan *plan,
		     const uint8_t *value, size_t size)
{
	struct key key = signing->keys[plan->signer].key;

	key.algorithm = plan->algorithm;
	key.padding = 0;
	return signature_check(&key, plan->digest, plan->padding, (struct span){ value, size },
			       NULL) == OK;
}

/* Into value as a FIT carries it. Few DER signatures are as long as r || s: both are tried. */
static bool convert(const struct signing *signing, const struct signature_plan *plan,
		    struct span given, uint8_t value[SIGNATURE_SIZE_MAX], size_t *size)
{
	const struct key *key = &signing->keys[plan->signer].key;

	*size = plan->algorithm.type == KEY_RSA ? key->rsa.size : 2 * key->ecdsa.size;
	if (given.size == *size && is_right(signing, plan, given.at, given.size)) {
		memcpy(value, given.at, given.size);
		return true;
	}
	return plan->algorithm.type == KEY_ECDSA &&
	       key_flatten(&key->ecdsa, given.at, given.size, value) &&
	       is_right(signing, plan, value, *size);
}

/* Some key that was asked for makes signatures of that length. */
static bool has_a_size(const struct signing *signing, size_t size)
{
	for (unsigned i = 0; i < signing->key_count; i++) {
		const struct key *key = &signing->keys[i].key;

		if (key->algorithm.type == KEY_RSA ? size == key->rsa.size
						   : size >= 8 && size <= 2 * key->ecdsa.size + 9)
			return true;
	}
	return false;
}

/* The key as --key or --trust has it. */
static const struct key *asked_for(const struct attachment *attachment, const struct key *key)
{
	const struct signing *only = &attachment->only;

	for (unsigned i = 0; i < only->key_count; i++)
		if (memcmp(only->keys[i].key.id, key->id, KEY_ID_SIZE) == 0)
			return &only->keys[i].key;
	return NULL;
}

/* A loader with the trust set takes this key's signature in one way only. */
static bool is_as_enrolled(const struct key *key, const struct signature_plan *plan)
{
	return key->algorithm.digest == plan->algorithm.digest &&
	       (key->padding == 0 || key->padding == plan->padding);
}

static enum exit_code may_take(const struct attachment *attachment, const char *name,
			       const struct signature_plan *plan)
{
	const struct key_file *signer = &attachment->sign.signing->keys[plan->signer];
	const struct key *key = asked_for(attachment, &signer->key);

	if (attachment->only.key_count != 0 && key == NULL)
		return refused_because(ERR_UNKNOWN_KEY, signer->name,
				       "a right signature, but of another key than asked for: "
				       "give the one of that key");
	if (key != NULL && attachment->only.pinned && !is_as_enrolled(key, plan))
		return refused_because(ERR_ALGO_DENIED, signer->name,
				       "the trust set has another hash or padding for the key: "
				       "make the request with --trust");
	if (attachment->configuration != NULL &&
	    strcmp(attachment->configuration, plan->configuration) != 0)
		return refused_because(ERR_BAD_SIGNATURE, name,
				       "it is for another configuration: leave out --config");
	return EXIT_DONE;
}

static enum exit_code match(const struct attachment *attachment, const char *name,
			    struct span given)
{
	struct signing *signing = attachment->sign.signing;

	for (unsigned i = 0; i < signing->plan_count; i++) {
		struct signature_plan *plan = &signing->plans[i];
		uint8_t value[SIGNATURE_SIZE_MAX];
		size_t size;

		if (!convert(signing, plan, given, value, &size))
			continue;
		STEP(may_take(attachment, name, plan));
		memcpy(plan->value, value, size);
		plan->size = size;
		return EXIT_DONE;
	}
	if (!has_a_size(signing, given.size))
		return refused_because(ERR_BAD_SIGNATURE, name,
				       "no signature of these keys has this size: give the raw "
				       "bytes, not text, of the right key");
	return refused_because(
		ERR_BAD_SIGNATURE, name,
		"it is not for this FIT, or not of these keys: sign the digest of the "
		"request with the key that it names");
}

enum exit_code attach_file(const struct attachment *attachment, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash == NULL ? path : slash + 1; /* at= has no room for more */
	struct input input;
	enum exit_code code;

	STEP(input_open(path, &input));
	refusal_clear();
	code = match(attachment, name, (struct span){ input.at, input.size });
	input_close(&input);
	return code;
}
