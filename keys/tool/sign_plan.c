/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * sign_plan.c - what each signer has to sign: the loader's code says which bytes.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sign.h"
#include "tree.h"

/* The algorithm and padding that sign_nodes() wrote. */
static enum exit_code read_node(const void *tree, int node, struct signature_plan *plan)
{
	int size;
	const char *word = fdt_getprop(tree, node, "algo", &size);
	const char *padding = fdt_getprop(tree, node, "padding", NULL);

	if (word == NULL || size < 1 ||
	    signature_by_name(word, (size_t)size - 1, &plan->algorithm) != OK)
		return EXIT_BUG;
	plan->padding = padding != NULL && strcmp(padding, "pss") == 0 ? RSA_PSS : RSA_PKCS1;
	return EXIT_DONE;
}

/* How many bytes of the strings block hold the names of all that is covered. */
static uint32_t names_end(const struct fit *fit, const struct fit_coverage *coverage)
{
	size_t end = 0;

	for (unsigned node = 0; node < fit->node_count; node++) {
		uint32_t cursor = fit->nodes[node].properties;
		struct fit_property property;

		if (coverage->cover[node] != COVER_ALL)
			continue;
		while (fit_next_property(fit, node, &cursor, &property)) {
			size_t behind = property.name_offset + strlen(property.name) + 1;

			if (fit_name_is_covered(property.name) && behind > end)
				end = behind;
		}
	}
	return (uint32_t)end;
}

/*
 * As many bytes of the strings block as a signature that is there covers, else as asked for. A
 * loader takes no signature that leaves a name out, so such a one has no say.
 */
static uint32_t strings_of(const struct signing *signing, const char *configuration, uint32_t least)
{
	const void *tree = signing->tree;
	uint32_t all = fdt_size_dt_strings(tree);
	int node;

	fdt_for_each_subnode (node, tree, sign_find(tree, configuration)) {
		int size;
		const uint8_t *cells = fdt_getprop(tree, node, "hashed-strings", &size);

		if (sign_is_node(tree, node) && sign_has_value(tree, node) && cells != NULL &&
		    size == 8 && load_be32(cells + 4) >= least && load_be32(cells + 4) <= all)
			return load_be32(cells + 4);
	}
	return signing->strings != 0 ? signing->strings : all;
}

/* Nobody is asked to sign what could be read otherwise, with other names of properties. */
static enum exit_code digest_plan(struct signing *signing, unsigned index,
				  struct fit_coverage *coverage, struct signature_plan *plan)
{
	const struct fit *fit = &signing->scratch->fit;
	enum status status = fit_coverage(fit, index, coverage);
	uint32_t least;

	if (status != OK)
		return refused(status);
	least = names_end(fit, coverage);
	plan->strings = strings_of(signing, plan->configuration, least);
	plan->images = coverage->images;
	if (plan->strings < least)
		return refused_because(ERR_NOT_COVERED, plan->configuration,
				       "the request leaves names of properties out: sign nothing, "
				       "and ask for a new one");
	status = fit_coverage_digest(fit, coverage, plan->algorithm.digest, plan->strings,
				     plan->digest);
	return status == OK ? EXIT_DONE : refused(status);
}

static enum exit_code plan_one(struct signing *signing, unsigned index,
			       struct fit_coverage *coverage, unsigned signer)
{
	const char *name = fit_name(&signing->scratch->fit, index);
	struct signature_plan *plan = &signing->plans[signing->plan_count];
	int node = sign_find_node(signing->tree, name, signing->keys[signer].name);

	*plan = (struct signature_plan){ .signer = signer };
	(void)snprintf(plan->configuration, sizeof(plan->configuration), "%s", name);
	STEP(read_node(signing->tree, node, plan));
	STEP(digest_plan(signing, index, coverage, plan));
	signing->plan_count++;
	return EXIT_DONE;
}

/* A sign_step. The tree was edited: where the configuration is now says a fresh reading. */
static enum exit_code plan_configuration(struct signing *signing, unsigned original)
{
	const char *name = fit_name(&signing->original->fit, original);
	struct fit_coverage *coverage;
	enum exit_code code = EXIT_DONE;
	unsigned index = 0;
	enum status status = fit_choose_named(&signing->scratch->fit, name, &index);

	if (status != OK)
		return refused(status);
	coverage = allocate(sizeof(*coverage));
	for (unsigned i = 0; code == EXIT_DONE && i < signing->key_count; i++)
		code = plan_one(signing, index, coverage, i);
	free(coverage);
	return code;
}

enum exit_code sign_plan(struct signing *signing)
{
	struct span bytes = { signing->tree, fdt_totalsize(signing->tree) };
	enum status status = fit_file_open(bytes, signing->scratch);

	if (status != OK)
		return refused(status);
	signing->plans = allocate(sizeof(*signing->plans) * signing->key_count *
				  signing->original->fit.node_count);
	return sign_each(signing, plan_configuration);
}

json_t *sign_describe(const struct signing *signing, const struct signature_plan *plan)
{
	const struct key *key = &signing->keys[plan->signer].key;
	json_t *result = json_object();
	char text[32];

	signature_name(&plan->algorithm, text);
	(void)json_object_set_new(result, "configuration", json_string(plan->configuration));
	(void)json_object_set_new(result, "key", json_string(signing->keys[plan->signer].name));
	(void)json_object_set_new(result, "key_id", json_hex(key->id, KEY_ID_SIZE));
	(void)json_object_set_new(result, "algorithm", json_string(text));
	if (key->algorithm.type == KEY_RSA)
		(void)json_object_set_new(
			result, "padding",
			json_string(plan->padding == RSA_PSS ? "pss" : "pkcs-1.5"));
	(void)json_object_set_new(result, "images", json_integer(plan->images));
	return result;
}

json_t *sign_describe_all(const struct signing *signing)
{
	json_t *all = json_array();

	for (unsigned i = 0; i < signing->plan_count; i++)
		(void)json_array_append_new(all, sign_describe(signing, &signing->plans[i]));
	return all;
}
