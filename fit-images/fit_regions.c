// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fit_regions.c - which bytes of a FIT a configuration's signature covers, and their digest.
 *
 * The rule that fit_regions.h states, from U-Boot's doc/usage/fit/signature.rst and measured
 * behaviour. Nodes are meant by their index, never by a path.
 */
#include "fit_regions.h"

#include <string.h>

#include "fit_list.h"
#include "fit_private.h"
#include "fit_token.h"

/*
 * Strings of a configuration that are looked up as image names; bounds the work on hostile input.
 */
#define REFERENCES_MAX 256

bool fit_has_prefix(const struct fit *fit, unsigned node, const char *prefix)
{
	return strncmp(fit_name(fit, node), prefix, strlen(prefix)) == 0;
}

static bool is_any_of(const char *name, const char *const *names, unsigned count)
{
	while (count-- > 0)
		if (strcmp(name, names[count]) == 0)
			return true;
	return false;
}

bool fit_name_is_covered(const char *property)
{
	static const char *const never[] = { "data", "data-size", "data-offset", "data-position" };

	return strncmp(property, "data", 4) != 0 || !is_any_of(property, never, 4);
}

/* Cover an image and those of its children that say what its bytes must be. */
static enum status cover_image(const struct fit *fit, unsigned image, struct fit_coverage *coverage)
{
	static const char *const also[] = { "cipher", "dm-verity" };
	unsigned child = image;
	unsigned hashes = 0;

	if (coverage->cover[image] == COVER_ALL)
		return OK;
	coverage->cover[image] = COVER_ALL;
	coverage->images++;
	while ((child = fit_next_child(fit, image, child)) != FIT_NONE) {
		bool hash = fit_has_prefix(fit, child, "hash");

		hashes += hash;
		if (hash || is_any_of(fit_name(fit, child), also, 2))
			coverage->cover[child] = COVER_ALL;
	}
	if (hashes == 0)
		return refuse(ERR_NO_HASH, fit_name(fit, image),
			      "give the image a hash-1 node: algo = \"sha256\"");
	return OK;
}

/* Cover every image that a string of the list names; other strings are no references. */
static enum status cover_list(const struct fit *fit, unsigned images, struct span list,
			      unsigned *references, struct fit_coverage *coverage)
{
	struct span string;

	while (fit_list_next(&list, &string)) {
		unsigned image;

		if (string.size == 0)
			continue;
		if ((*references)++ == REFERENCES_MAX)
			return refuse(ERR_BAD_FIT, "configuration",
				      "the configuration has too many strings");
		image = fit_child_named(fit, images, (const char *)string.at, string.size);
		if (image != FIT_NONE)
			TRY(cover_image(fit, image, coverage));
	}
	return OK;
}

static enum status cover_references(const struct fit *fit, unsigned configuration,
				    struct fit_coverage *coverage)
{
	static const char *const no_reference[] = { "description", "compatible", "default" };
	uint32_t cursor = fit->nodes[configuration].properties;
	unsigned images = fit_child(fit, 0, "images");
	unsigned references = 0;
	struct fit_property property;

	if (images == FIT_NONE)
		return refuse(ERR_BAD_FIT, "images", "the FIT has no /images: make it anew");
	while (fit_next_property(fit, configuration, &cursor, &property))
		if (!is_any_of(property.name, no_reference, 3))
			TRY(cover_list(fit, images, property.value, &references, coverage));
	if (coverage->images == 0)
		return refuse(ERR_NO_IMAGE, fit_name(fit, configuration),
			      "the configuration names no image of this FIT");
	return OK;
}

enum status fit_coverage(const struct fit *fit, unsigned configuration,
			 struct fit_coverage *coverage)
{
	unsigned node;

	memset(coverage, 0, sizeof(*coverage));
	coverage->configuration = configuration;
	coverage->cover[0] = COVER_ALL;
	coverage->cover[configuration] = COVER_ALL;
	TRY(cover_references(fit, configuration, coverage));
	for (node = 1; node < fit->node_count; node++)
		if (coverage->cover[node] == COVER_NONE &&
		    coverage->cover[fit->nodes[node].parent] == COVER_ALL)
			coverage->cover[node] = COVER_EDGES;
	return OK;
}

/* A walk over the structure block that feeds runs of covered tokens, in place, to a digest. */
struct gather {
	const struct fit *fit;
	const struct fit_coverage *coverage;
	struct digest digest;
	unsigned node; /* the one that is open */
	unsigned begun;
	uint32_t from; /* the run: covered bytes not yet digested */
	uint32_t to;
};

static bool is_covered(struct gather *gather, const struct fit_token *token)
{
	const uint8_t *cover = gather->coverage->cover;
	const char *strings = (const char *)gather->fit->strings.at;
	unsigned node = gather->node;

	switch (token->kind) {
	case FIT_BEGIN_NODE:
		gather->node = gather->begun++;
		return cover[gather->node] != COVER_NONE;
	case FIT_PROPERTY:
		return cover[node] == COVER_ALL &&
		       fit_name_is_covered(strings + token->name_offset);
	case FIT_NOP:
		return cover[node] == COVER_ALL;
	case FIT_END_NODE:
		gather->node = gather->fit->nodes[node].parent;
		return cover[node] != COVER_NONE;
	default: /* FIT_END */
		return true;
	}
}

static enum status flush(struct gather *gather)
{
	const uint8_t *at = gather->fit->structure.at + gather->from;

	return digest_update(&gather->digest, at, gather->to - gather->from);
}

static enum status gather_structure(struct gather *gather)
{
	struct fit_token token = { .next = 0 };

	do {
		if (!fit_token(gather->fit->structure, token.next, &token))
			return ERR_INTERNAL; /* fit_open() has seen every token */
		if (!is_covered(gather, &token))
			continue;
		if (token.offset != gather->to) {
			TRY(flush(gather));
			gather->from = token.offset;
		}
		gather->to = token.next;
	} while (token.kind != FIT_END);
	return flush(gather);
}

enum status fit_coverage_digest(const struct fit *fit, const struct fit_coverage *coverage,
				enum digest_algorithm algorithm, uint32_t strings_size,
				uint8_t out[DIGEST_SIZE_MAX])
{
	struct gather gather = { .fit = fit, .coverage = coverage };
	struct span strings;

	if (span_sub(fit->strings, 0, strings_size, &strings) != OK)
		return refuse(ERR_BAD_FIT, "hashed-strings",
			      "the signature node is damaged: sign again");
	TRY(digest_begin_in_place(&gather.digest, algorithm));
	TRY(gather_structure(&gather));
	TRY(digest_update(&gather.digest, strings.at, strings.size));
	return digest_finish(&gather.digest, out);
}
