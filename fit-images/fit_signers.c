// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fit_signers.c - every signature node with every key that it may be by.
 *
 * What a signature node says (algorithm, padding, hint, length of hashed strings) is a claim of
 * unsigned data: it selects which keys are worth trying and can at worst lead to a refusal. What a
 * key may do is pinned in the keyring.
 */
#include "fit_signers.h"

#include <string.h>

/* Signature nodes of one configuration; bounds the arithmetic that hostile input can ask for. */
#define SIGNATURES_MAX 16

/* What one signature node claims. */
struct claim {
	struct signature_algorithm algorithm;
	enum rsa_padding padding;
	struct span value;
	struct span hint; /* a string with its NUL, or empty */
	uint32_t strings_size;
};

/* Of several signature nodes that all failed, the one that got furthest gives the reason. */
static unsigned rank(enum status why)
{
	switch (why) {
	case ERR_NO_SIGNATURE:
		return 0;
	case ERR_ALGO_DENIED:
		return 1;
	case ERR_UNKNOWN_KEY:
		return 2;
	default: /* ERR_BAD_SIGNATURE */
		return 3;
	}
}

static void note(struct attempt *attempt, enum status why)
{
	if (rank(why) > rank(attempt->nearest))
		attempt->nearest = why;
}

static enum status claim_padding(const struct fit *fit, unsigned node, struct claim *claim)
{
	struct fit_property property;

	claim->padding = RSA_PKCS1;
	if (claim->algorithm.type != KEY_RSA || !fit_property(fit, node, "padding", &property))
		return OK;
	if (fit_equals(property.value, "pkcs-1.5"))
		return OK;
	claim->padding = RSA_PSS;
	return fit_equals(property.value, "pss") ? OK : ERR_ALGO_DENIED;
}

static enum status claim_strings(const struct fit *fit, unsigned node, struct claim *claim)
{
	struct fit_property property;

	claim->strings_size = 0;
	if (!fit_property(fit, node, "hashed-strings", &property))
		return OK;
	/* The first cell, a start, is 0 whatever it says. */
	if (property.value.size == 8)
		claim->strings_size = load_be32(property.value.at + 4);
	if (property.value.size != 8 || !range_inside(fit->strings.size, 0, claim->strings_size))
		return refuse(ERR_BAD_FIT, "hashed-strings",
			      "the signature node is damaged: sign again");
	return OK;
}

static enum status claim_read(const struct fit *fit, unsigned node, struct claim *claim)
{
	struct fit_property property;

	if (!fit_property(fit, node, "value", &property) || property.value.size == 0)
		return ERR_NO_SIGNATURE;
	claim->value = property.value;
	if (!fit_property(fit, node, "algo", &property) || !fit_is_string(property.value))
		return ERR_ALGO_DENIED;
	TRY(signature_by_name((const char *)property.value.at, property.value.size - 1,
			      &claim->algorithm));
	TRY(claim_padding(fit, node, claim));
	claim->hint = (struct span){ NULL, 0 };
	if (fit_property(fit, node, "key-name-hint", &property) && fit_is_string(property.value))
		claim->hint = property.value;
	return claim_strings(fit, node, claim);
}

static bool may_be_by(const struct key *key, const struct claim *claim)
{
	return key->algorithm.digest == claim->algorithm.digest &&
	       key->algorithm.type == claim->algorithm.type &&
	       key->algorithm.bits == claim->algorithm.bits &&
	       (key->algorithm.type != KEY_RSA || key->padding == 0 ||
		key->padding == claim->padding);
}

/* Whether the hint names a key of ours. Only for the reason of a refusal. */
static bool names_our_key(const struct keyring *keyring, const struct claim *claim)
{
	unsigned i;

	for (i = 0; i < keyring->count; i++)
		if (fit_equals(claim->hint, keyring->keys[i].name))
			return true;
	return false;
}

/*
 * The reason to give if this claim leads nowhere. A key of ours with another algorithm than it is
 * pinned to: the algorithm. A signature that names a key which we do not have: the key.
 */
static enum status expectation(const struct keyring *keyring, const struct claim *claim,
			       unsigned candidates)
{
	bool ours = names_our_key(keyring, claim);

	if (candidates == 0)
		return ours ? ERR_ALGO_DENIED : ERR_UNKNOWN_KEY;
	return ours || claim->hint.size == 0 ? ERR_BAD_SIGNATURE : ERR_UNKNOWN_KEY;
}

/* proof is the one that took this key's signature: who signed without one has proved nothing. */
static void satisfy(struct attempt *attempt, unsigned index, const struct claim *claim,
		    const struct proof *proof)
{
	const struct key *key = &attempt->keyring->keys[index];

	if (attempt->proof)
		*attempt->proof = *proof;
	attempt->satisfied |= (uint32_t)1 << index;
	if ((key->required || key->role == ROLE_ROOT) &&
	    claim->strings_size < attempt->strings_size)
		attempt->strings_size = claim->strings_size;
}

/*
 * Try every key that the claim allows and that has not signed yet, each on a copy of the proof: who
 * takes a wrong signature for a right one, by a fault, takes masks that differ with it.
 */
static enum status try_keys(struct attempt *attempt, const struct claim *claim,
			    const uint8_t *digest)
{
	const struct keyring *keyring = attempt->keyring;
	unsigned i;

	for (i = 0; i < keyring->count; i++) {
		struct proof trial;
		enum status status;

		if ((attempt->satisfied >> i & 1) != 0 || !may_be_by(&keyring->keys[i], claim))
			continue;
		if (attempt->proof)
			trial = *attempt->proof;
		status = signature_check(&keyring->keys[i], digest, claim->padding, claim->value,
					 attempt->proof ? &trial : NULL);
		if (status == ERR_ENGINE_SELFTEST || status == ERR_INTERNAL)
			return status;
		if (status == OK)
			satisfy(attempt, i, claim, &trial);
	}
	return OK;
}

static enum status try_claim(struct attempt *attempt, const struct claim *claim)
{
	const struct keyring *keyring = attempt->keyring;
	uint8_t digest[DIGEST_SIZE_MAX];
	unsigned candidates = 0;
	unsigned i;

	for (i = 0; i < keyring->count; i++)
		candidates += may_be_by(&keyring->keys[i], claim);
	note(attempt, expectation(keyring, claim, candidates));
	if (candidates == 0)
		return OK;
	TRY(fit_coverage_digest(attempt->fit, attempt->coverage, claim->algorithm.digest,
				claim->strings_size, digest));
	return try_keys(attempt, claim, digest);
}

enum status fit_signers(struct attempt *attempt)
{
	const struct fit *fit = attempt->fit;
	unsigned configuration = attempt->coverage->configuration;
	unsigned node = configuration;
	unsigned nodes = 0;

	attempt->satisfied = 0;
	attempt->strings_size = UINT32_MAX;
	attempt->nearest = ERR_NO_SIGNATURE;
	while ((node = fit_next_child(fit, configuration, node)) != FIT_NONE) {
		struct claim claim;
		enum status status;

		if (!fit_has_prefix(fit, node, "signature"))
			continue;
		if (nodes++ == SIGNATURES_MAX)
			return refuse(ERR_BAD_FIT, "signatures", "too many signature nodes");
		status = claim_read(fit, node, &claim);
		if (status == ERR_NO_SIGNATURE || status == ERR_ALGO_DENIED) {
			note(attempt, status);
			continue;
		}
		TRY(status);
		TRY(try_claim(attempt, &claim));
	}
	return OK;
}
