// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* fit_verify.c - the only place where a struct fit_config is made. */
#include "fit_verify.h"

#include <string.h>

#include "fit_signers.h"
#include "hardened.h"

static struct fit_config verified;

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
	if (image == FIT_NONE || fit_signers(attempt) != OK || attempt->satisfied == 0)
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
	TRY(fit_signers(attempt));
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
