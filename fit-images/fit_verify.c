// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fit_verify.c - the only place where a struct fit_config is made.
 *
 * What a signature node says (algorithm, padding, hint, length of hashed strings) is a claim of
 * unsigned data: it selects which keys are worth trying and can at worst lead to a refusal. What a
 * key may do is pinned in the keyring.
 */
#include "fit_verify.h"

#include <string.h>

#include "fit_private.h"
#include "hardened.h"

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

/* One pass over the signature nodes. */
struct attempt {
	const struct fit *fit;
	const struct fit_coverage *coverage;
	const struct keyring *keyring;
	struct proof *proof;   /* NULL: only to explain a refusal */
	uint32_t satisfied;    /* bit i: keys[i] signed */
	uint32_t strings_size; /* covered by every required or root key that signed */
	enum status nearest;   /* the reason of the claim that came nearest */
};

static struct fit_config verified;

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

/* Try every signature node of the configuration; attempt->satisfied says who signed. */
static enum status try_claims(struct attempt *attempt)
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

/*
 * After a refusal: whether the signature is right for a list without the dm-verity nodes, as
 * mkimage before 2026.10 makes it. Changes the coverage; nothing is verified with it any more.
 * Returns an image concerned, or FIT_NONE.
 */
static unsigned signed_without_verity(struct attempt *attempt, struct fit_coverage *coverage)
{
	const struct fit *fit = attempt->fit;
	unsigned image = FIT_NONE;
	unsigned node;

	for (node = 1; node < fit->node_count; node++) {
		if (strcmp(fit_name(fit, fit->nodes[node].parent), "dm-verity") == 0)
			coverage->cover[node] = COVER_NONE;
		if (coverage->cover[node] != COVER_ALL ||
		    strcmp(fit_name(fit, node), "dm-verity") != 0)
			continue;
		coverage->cover[node] = COVER_EDGES;
		image = fit->nodes[node].parent;
	}
	attempt->proof = NULL;
	if (image == FIT_NONE || try_claims(attempt) != OK || attempt->satisfied == 0)
		return FIT_NONE;
	return image;
}

/* Why the keyring was not satisfied; never OK. */
static enum status explain(struct attempt *attempt, struct fit_coverage *coverage, enum status rule)
{
	const char *name = fit_name(attempt->fit, coverage->configuration);
	enum status nearest = attempt->nearest;
	unsigned image;

	if (rule == ERR_NO_TRUST)
		return refuse(rule, "keyring", "build with a trust set that has a required key");
	if (attempt->satisfied != 0)
		return refuse(ERR_BAD_SIGNATURE, name, "a key that is required has not signed");
	image = signed_without_verity(attempt, coverage);
	if (image != FIT_NONE)
		return refuse(ERR_NOT_COVERED, fit_name(attempt->fit, image),
			      "the signature leaves out dm-verity: sign with holdfast-keys sign");
	switch (nearest) {
	case ERR_NO_SIGNATURE:
		return refuse(nearest, name, "sign the FIT with holdfast-keys sign");
	case ERR_ALGO_DENIED:
		return refuse(nearest, name,
			      "sign with the algorithm and padding that the key is enrolled for");
	case ERR_UNKNOWN_KEY:
		return refuse(
			nearest, name,
			"no trusted key made this signature: sign with a key of the trust set");
	default:
		return refuse(ERR_BAD_SIGNATURE, name,
			      "signed bytes were changed, or sign-images left an image out: "
			      "sign with holdfast-keys sign");
	}
}

/*
 * Whether the name of every covered property lies in the covered strings. Otherwise a property
 * could be made to vanish by changing its name alone.
 */
static enum status check_names(const struct fit_config *config)
{
	const struct fit *fit = config->fit;
	unsigned node;

	for (node = 0; node < fit->node_count; node++) {
		uint32_t cursor = fit->nodes[node].properties;
		struct fit_property property;

		if (config->coverage.cover[node] != COVER_ALL)
			continue;
		while (fit_next_property(fit, node, &cursor, &property))
			if (fit_name_is_covered(property.name) &&
			    !fit_is_covered(config, node, &property))
				return refuse(ERR_NOT_COVERED, property.name,
					      "names are not signed: use holdfast-keys sign");
	}
	return OK;
}

/* Every covered image has hash nodes, all of them sound; so none of them can be the weak one. */
static enum status check_hashes(const struct fit_config *config)
{
	const struct fit *fit = config->fit;
	unsigned images = fit_child(fit, 0, "images");
	unsigned node = images;

	while ((node = fit_next_child(fit, images, node)) != FIT_NONE) {
		struct fit_image image = { config, node };
		enum digest_algorithm algorithm;
		struct span value;
		enum status status;
		unsigned i = 0;

		if (config->coverage.cover[node] != COVER_ALL)
			continue;
		while ((status = fit_image_hash(&image, i, &algorithm, &value)) == OK)
			i++;
		if (status != ERR_ABSENT)
			return status;
		if (i == 0)
			return refuse(ERR_NO_HASH, fit_name(fit, node),
				      "give the image a hash-1 node");
	}
	return OK;
}

/* The first key that is required, signed and is not revoked. */
static const struct key *first_key(const struct attempt *attempt, uint32_t revoked)
{
	uint32_t signers = attempt->satisfied & ~revoked;
	unsigned i;

	for (i = 0; i < attempt->keyring->count; i++)
		if (attempt->keyring->keys[i].required && (signers >> i & 1) != 0)
			return &attempt->keyring->keys[i];
	return NULL;
}

/* The rule over those who signed, less the keys that the configuration takes back. */
static enum status rule_with_list(const struct attempt *attempt, struct fit_config *config)
{
	struct span ids;
	uint32_t version = 0;
	enum status list = fit_config_property(config, "holdfast,revoked", &ids);
	enum status number = fit_config_u32(config, "holdfast,revoked-version", &version);

	if (list == ERR_ABSENT && number == ERR_ABSENT)
		return keyring_rule(attempt->keyring, attempt->satisfied);
	if (list != ERR_ABSENT)
		TRY(list);
	if (number != ERR_ABSENT)
		TRY(number);
	return revocation_rule(attempt->keyring, attempt->satisfied, ids, version,
			       &config->revocation);
}

/* The rule once more, into the proof: if the branch on it was skipped, there is no entry. */
static enum status prove_rule(const struct attempt *attempt, struct fit_config *config)
{
	const enum status want = OK;
	enum status got = rule_with_list(attempt, config);

	return proof_add(attempt->proof, &want, &got, sizeof(want));
}

static enum status verify(struct attempt *attempt, unsigned configuration,
			  struct fit_config *config)
{
	enum status rule;

	TRY(keyring_usable(attempt->keyring));
	TRY(fit_coverage(attempt->fit, configuration, &config->coverage));
	TRY(try_claims(attempt));
	rule = keyring_rule(attempt->keyring, attempt->satisfied);
	if (rule != OK)
		return explain(attempt, &config->coverage, rule);
	config->fit = attempt->fit;
	config->strings_size = attempt->strings_size;
	TRY(check_names(config));
	TRY(check_hashes(config));
	TRY(rule_with_list(attempt, config));
	TRY(prove_rule(attempt, config));
	config->key = first_key(attempt, config->revocation.keys);
	return config->key ? OK : ERR_INTERNAL;
}

enum status fit_verify(const struct fit *fit, unsigned configuration, const struct keyring *keyring,
		       struct proof *proof, const struct fit_config **config)
{
	struct attempt attempt = {
		.fit = fit, .coverage = &verified.coverage, .keyring = keyring, .proof = proof
	};
	enum status status = ERR_INTERNAL;

	*config = NULL;
	memset(&verified, 0, sizeof(verified));
	if (configuration > 0 && configuration < fit->node_count)
		status = verify(&attempt, configuration, &verified);
	if (status != OK) {
		wipe(&verified, sizeof(verified));
		return status;
	}
	*config = &verified;
	return OK;
}
