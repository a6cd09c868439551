/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign_replaced.c - signatures that are there already: whose they are, and that nobody loses one
 * without a word.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "sign.h"
#include "text.h"
#include "tree.h"

char *sign_hint(const void *tree, int node)
{
	int size = 0;
	const char *hint = fdt_getprop(tree, node, "key-name-hint", &size);
	char *bounded = text_of("%.*s", hint == NULL ? 0 : size, hint == NULL ? "" : hint);
	char *plain = text_plain(bounded);

	free(bounded);
	return plain;
}

void sign_record_removed(struct signing *signing, const char *configuration, int node)
{
	char *hint;

	if (!sign_has_value(signing->tree, node))
		return;
	hint = sign_hint(signing->tree, node);
	(void)json_array_append_new(signing->replaced, json_pack("{s:s,s:s}", "configuration",
								 configuration, "key", hint));
	free(hint);
}

/* What the node says of its signature; false: no loader would look at it. */
static bool read_claim(const void *tree, int node, struct signature_algorithm *algorithm,
		       enum rsa_padding *padding, uint32_t *strings)
{
	int size = 0;
	const char *word = fdt_getprop(tree, node, "algo", &size);
	const uint8_t *cells;

	if (word == NULL || size < 1 || signature_by_name(word, (size_t)size - 1, algorithm) != OK)
		return false;
	word = fdt_getprop(tree, node, "padding", &size);
	*padding = word != NULL && size == 4 && memcmp(word, "pss", 4) == 0 ? RSA_PSS : RSA_PKCS1;
	cells = fdt_getprop(tree, node, "hashed-strings", &size);
	*strings = cells != NULL && size == 8 ? load_be32(cells + 4) : 0;
	return true;
}

bool sign_holds(const struct fit *fit, const char *configuration, const void *tree, int node,
		const struct key *key)
{
	struct fit_coverage *coverage = allocate(sizeof(*coverage));
	struct key signer = *key;
	int size = 0;
	const uint8_t *value = fdt_getprop(tree, node, "value", &size);
	uint8_t digest[DIGEST_SIZE_MAX];
	enum rsa_padding padding;
	uint32_t strings;
	unsigned index;
	bool holds =
		value != NULL && read_claim(tree, node, &signer.algorithm, &padding, &strings) &&
		signer.algorithm.type == key->algorithm.type &&
		signer.algorithm.bits == key->algorithm.bits &&
		fit_choose_named(fit, configuration, &index) == OK &&
		fit_coverage(fit, index, coverage) == OK &&
		fit_coverage_digest(fit, coverage, signer.algorithm.digest, strings, digest) == OK;

	signer.padding = 0;
	holds = holds && signature_check(&signer, digest, padding,
					 (struct span){ value, (size_t)size }, NULL) == OK;
	free(coverage);
	refusal_clear();
	return holds;
}

static bool is_of_a_signer(const struct signing *signing, const char *name)
{
	for (unsigned i = 0; i < signing->key_count; i++)
		if (strcmp(signing->keys[i].name, name) == 0)
			return true;
	return false;
}

void sign_print_replaced(const struct signing *signing)
{
	size_t index;
	json_t *removed;

	json_array_foreach(signing->replaced, index, removed)
	{
		const char *name = json_string_value(json_object_get(removed, "key"));

		note("%s: %s '%s' is removed; the payload is the same",
		     json_string_value(json_object_get(removed, "configuration")),
		     is_of_a_signer(signing, name)
			     ? "a signature of other bytes, or of another key of the name"
			     : "the signature of",
		     name);
	}
}
