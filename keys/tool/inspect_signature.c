/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * inspect_signature.c - signature nodes one by one: what each claims, what it leaves out, and, with
 * a trust set, whose it is. Whether the configuration may boot is not said here: that is one rule
 * over all of them (keyring.h), and fit_verify() asks it.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "inspect.h"
#include "key_file.h"
#include "signature.h"

/* A signature node as it describes itself. */
struct claim {
	struct signature_algorithm algorithm;
	enum rsa_padding padding;
	struct span value;
	uint32_t strings_size;
};

static void copy_string(const struct fit_file *file, unsigned node, const char *property,
			const char *as, json_t *object)
{
	const char *text = fit_file_string(file, node, property);

	(void)json_object_set_new(object, as, text == NULL ? json_null() : json_string(text));
}

static enum status read_padding(const struct fit_file *file, unsigned node, struct claim *claim)
{
	struct fit_property property;

	claim->padding = RSA_PKCS1;
	if (claim->algorithm.type != KEY_RSA ||
	    !fit_property(&file->fit, node, "padding", &property) ||
	    fit_equals(property.value, "pkcs-1.5"))
		return OK;
	claim->padding = RSA_PSS;
	return fit_equals(property.value, "pss") ? OK : ERR_ALGO_DENIED;
}

/* ERR_NO_SIGNATURE, ERR_ALGO_DENIED, ERR_BAD_FIT: as fit_verify() sees such a node. */
static enum status read_claim(const struct fit_file *file, unsigned node, struct claim *claim)
{
	const char *algorithm = fit_file_string(file, node, "algo");
	struct fit_property property;

	*claim = (struct claim){ .strings_size = 0 };
	if (!fit_property(&file->fit, node, "value", &property) || property.value.size == 0)
		return ERR_NO_SIGNATURE;
	claim->value = property.value;
	if (algorithm == NULL)
		return ERR_ALGO_DENIED;
	TRY(signature_by_name(algorithm, strlen(algorithm), &claim->algorithm));
	TRY(read_padding(file, node, claim));
	if (!fit_property(&file->fit, node, "hashed-strings", &property))
		return OK;
	if (property.value.size != 8)
		return ERR_BAD_FIT;
	claim->strings_size = load_be32(property.value.at + 4);
	return claim->strings_size <= file->fit.strings.size ? OK : ERR_BAD_FIT;
}

static bool may_be_by(const struct key *key, const struct claim *claim)
{
	return key->algorithm.digest == claim->algorithm.digest &&
	       key->algorithm.type == claim->algorithm.type &&
	       key->algorithm.bits == claim->algorithm.bits &&
	       (key->algorithm.type != KEY_RSA || key->padding == 0 ||
		key->padding == claim->padding);
}

/* Add to by the keys that made the signature; "right", or why not. */
static const char *judge(const struct inspection *inspection, const struct fit_coverage *coverage,
			 const struct claim *claim, json_t *by)
{
	const struct keyring *keyring = inspection->keyring;
	uint8_t digest[DIGEST_SIZE_MAX];
	unsigned candidates = 0;

	if (coverage == NULL ||
	    fit_coverage_digest(&inspection->file->fit, coverage, claim->algorithm.digest,
				claim->strings_size, digest) != OK)
		return "bad-fit";
	for (unsigned i = 0; i < keyring->count; i++) {
		if (!may_be_by(&keyring->keys[i], claim))
			continue;
		candidates++;
		if (signature_check(&keyring->keys[i], digest, claim->padding, claim->value,
				    NULL) == OK)
			(void)json_array_append_new(by, key_json(&keyring->keys[i]));
	}
	if (json_array_size(by) != 0)
		return "right";
	return candidates == 0 ? "unknown-key" : "bad-signature";
}

/* The properties of covered nodes whose names are behind what this signature covers of them. */
static json_t *names_left_out(const struct fit_file *file, const struct fit_coverage *coverage,
			      uint32_t strings_size)
{
	json_t *list = json_array();

	for (unsigned node = 0; coverage != NULL && node < file->fit.node_count; node++) {
		uint32_t cursor = file->fit.nodes[node].properties;
		struct fit_property property;

		if (coverage->cover[node] != COVER_ALL)
			continue;
		while (fit_next_property(&file->fit, node, &cursor, &property)) {
			char *path;

			if (!fit_name_is_covered(property.name) ||
			    range_inside(strings_size, property.name_offset,
					 (uint64_t)strlen(property.name) + 1))
				continue;
			path = fit_file_path(file, node);
			(void)json_array_append_new(list, json_pack("{s:s, s:s}", "node", path,
								    "property", property.name));
			free(path);
		}
	}
	return list;
}

/* As a loader sees the node without knowing any key. One without a value it passes over. */
static void warn(const struct inspection *inspection, unsigned node, enum status status)
{
	const char *name =
		fit_name(&inspection->file->fit, inspection->file->fit.nodes[node].parent);

	if (status == ERR_ALGO_DENIED)
		inspect_warn(inspection, status, name,
			     "a signature is by an unknown or weak algorithm");
	else if (status != OK && status != ERR_NO_SIGNATURE)
		inspect_warn(inspection, status, name, "a signature node is damaged");
}

static json_t *signature_node(const struct inspection *inspection, unsigned node,
			      const struct fit_coverage *coverage)
{
	const struct fit_file *file = inspection->file;
	json_t *object = json_object();
	json_t *by = json_array();
	struct claim claim;
	enum status status = read_claim(file, node, &claim);
	const char *state = status == OK ? "not-checked" : status_word(status);
	uint32_t cell;

	if (status == OK && inspection->keyring != NULL)
		state = judge(inspection, coverage, &claim, by);
	copy_string(file, node, "algo", "algorithm", object);
	copy_string(file, node, "padding", "padding", object);
	copy_string(file, node, "key-name-hint", "key", object);
	copy_string(file, node, "signer-name", "signer", object);
	copy_string(file, node, "signer-version", "signer_version", object);
	(void)json_object_set_new(object, "timestamp",
				  fit_file_u32(file, node, "timestamp", &cell) ? json_integer(cell)
									       : json_null());
	(void)json_object_set_new(object, "node", json_string(fit_name(&file->fit, node)));
	(void)json_object_set_new(object, "signed", json_boolean(claim.value.size != 0));
	(void)json_object_set_new(object, "size", json_integer((json_int_t)claim.value.size));
	(void)json_object_set_new(object, "state", json_string(state));
	(void)json_object_set_new(object, "by", by);
	(void)json_object_set_new(object, "names_not_covered",
				  status == OK ? names_left_out(file, coverage, claim.strings_size)
					       : json_array());
	warn(inspection, node, status);
	return object;
}

/* Empty nodes beside a signature are kept for others: of two of three, one stays. */
static void warn_of_none(const struct inspection *inspection, unsigned configuration,
			 const json_t *signatures)
{
	const json_t *signature;
	size_t i;

	json_array_foreach(signatures, i, signature)
	{
		if (json_is_true(json_object_get(signature, "signed")))
			return;
	}
	inspect_warn(inspection, ERR_NO_SIGNATURE, fit_name(&inspection->file->fit, configuration),
		     json_array_size(signatures) == 0
			     ? "nobody signed the configuration"
			     : "a signature node has no value: nobody signed");
}

json_t *inspect_signatures(const struct inspection *inspection, unsigned configuration,
			   const struct fit_coverage *coverage)
{
	const struct fit *fit = &inspection->file->fit;
	json_t *signatures = json_array();

	for (unsigned i = fit_next_child(fit, configuration, configuration); i != FIT_NONE;
	     i = fit_next_child(fit, configuration, i)) {
		if (fit_file_named(inspection->file, i, "signature"))
			(void)json_array_append_new(signatures,
						    signature_node(inspection, i, coverage));
	}
	warn_of_none(inspection, configuration, signatures);
	return signatures;
}
