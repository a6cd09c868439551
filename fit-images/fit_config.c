// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fit_config.c - what a verified configuration says, through the coverage gate.
 *
 * Deny by default: a property counts only if its node is covered as a whole, its name is not one
 * that signatures leave out, and the name itself lies in the covered strings.
 */
#include <string.h>

#include "fit_list.h"
#include "fit_private.h"

bool fit_is_covered(const struct fit_config *config, unsigned node,
		    const struct fit_property *property)
{
	return config->coverage.cover[node] == COVER_ALL && fit_name_is_covered(property->name) &&
	       range_inside(config->strings_size, property->name_offset,
			    (uint64_t)strlen(property->name) + 1);
}

/* The gate: every value of this file comes from here. */
static enum status gate(const struct fit_config *config, unsigned node, const char *name,
			struct span *value)
{
	struct fit_property property;
	bool present = fit_property(config->fit, node, name, &property);

	*value = (struct span){ NULL, 0 };
	/* That there is none is known only of a node that is covered. */
	if (config->coverage.cover[node] != COVER_ALL ||
	    (present && !fit_is_covered(config, node, &property)))
		return refuse(ERR_NOT_COVERED, name,
			      "the signature does not cover this: sign with holdfast-keys sign");
	if (!present)
		return ERR_ABSENT;
	*value = property.value;
	return OK;
}

static enum status as_u32(struct span value, const char *name, uint32_t *number)
{
	*number = 0;
	if (value.size != 4)
		return refuse(ERR_BAD_FIT, name, "this must be one 32-bit number");
	*number = load_be32(value.at);
	return OK;
}

const char *fit_config_name(const struct fit_config *config)
{
	return fit_name(config->fit, config->coverage.configuration);
}

const struct key *fit_config_key(const struct fit_config *config)
{
	return config->key;
}

const struct revocation *fit_config_revocation(const struct fit_config *config)
{
	return &config->revocation;
}

enum status fit_config_property(const struct fit_config *config, const char *name,
				struct span *value)
{
	return gate(config, config->coverage.configuration, name, value);
}

enum status fit_config_string(const struct fit_config *config, const char *name,
			      const char **string)
{
	struct span value;

	*string = NULL;
	TRY(fit_config_property(config, name, &value));
	if (!fit_is_string(value))
		return refuse(ERR_BAD_FIT, name, "this must be one string of printable characters");
	*string = (const char *)value.at;
	return OK;
}

enum status fit_config_list(const struct fit_config *config, const char *name, unsigned index,
			    const char **string)
{
	struct span list, one;

	*string = NULL;
	TRY(fit_config_property(config, name, &list));
	do {
		if (!fit_list_next(&list, &one) ||
		    !fit_is_string((struct span){ one.at, one.size + 1 }))
			return refuse(ERR_BAD_FIT, name,
				      "this must be strings of printable characters");
		if (index-- == 0) {
			*string = (const char *)one.at;
			return OK;
		}
	} while (list.size != 0);
	return ERR_ABSENT;
}

enum status fit_config_u32(const struct fit_config *config, const char *name, uint32_t *number)
{
	struct span value;

	*number = 0;
	TRY(fit_config_property(config, name, &value));
	return as_u32(value, name, number);
}

enum status fit_config_fits(const struct fit_config *config, const char *const *compatible)
{
	struct span list, string;
	enum status status = fit_config_property(config, "compatible", &list);

	if (status == ERR_ABSENT)
		return OK;
	TRY(status);
	while (fit_list_next(&list, &string))
		for (const char *const *board = compatible; *board; board++)
			if (strlen(*board) == string.size &&
			    memcmp(*board, string.at, string.size) == 0)
				return OK;
	return refuse(ERR_NO_MATCH, fit_config_name(config),
		      "this configuration is for another board");
}

enum status fit_config_image(const struct fit_config *config, const char *slot, unsigned index,
			     struct fit_image *image)
{
	const struct fit *fit = config->fit;
	unsigned images = fit_child(fit, 0, "images");
	struct span list;
	const char *name;
	unsigned node;

	*image = (struct fit_image){ NULL, FIT_NONE };
	TRY(fit_config_property(config, slot, &list));
	if (list.size != 0 && list.at[list.size - 1] != '\0')
		return refuse(ERR_BAD_FIT, slot, "this must be a list of image names");
	if (!fit_list_string(list, index, &name))
		return ERR_ABSENT;
	node = images == FIT_NONE ? FIT_NONE : fit_child(fit, images, name);
	if (node == FIT_NONE)
		return refuse(ERR_CONFIG_MISSING, name,
			      "the configuration names an image that does not exist");
	if (config->coverage.cover[node] != COVER_ALL)
		return refuse(ERR_NOT_COVERED, name, "the signature does not cover this image");
	*image = (struct fit_image){ config, node };
	return OK;
}

const char *fit_image_name(const struct fit_image *image)
{
	return fit_name(image->config->fit, image->node);
}

enum status fit_image_property(const struct fit_image *image, const char *name, struct span *value)
{
	return gate(image->config, image->node, name, value);
}

enum status fit_image_child_property(const struct fit_image *image, const char *child,
				     const char *name, struct span *value)
{
	unsigned node = fit_child(image->config->fit, image->node, child);

	*value = (struct span){ NULL, 0 };
	if (node == FIT_NONE)
		return ERR_ABSENT;
	return gate(image->config, node, name, value);
}

bool fit_image_has_child(const struct fit_image *image, const char *child)
{
	return fit_child(image->config->fit, image->node, child) != FIT_NONE;
}

enum status fit_image_expect(const struct fit_image *image, const char *name, const char *expected,
			     enum status otherwise)
{
	struct span value;

	TRY(fit_image_property(image, name, &value));
	if (!fit_equals(value, expected))
		return refuse(otherwise, fit_image_name(image),
			      "a property of the image has another value than its use needs");
	return OK;
}

enum status fit_image_address(const struct fit_image *image, const char *name, uint64_t *address)
{
	struct span value;

	*address = 0;
	TRY(fit_image_property(image, name, &value));
	if (value.size != 4 && value.size != 8)
		return refuse(ERR_BAD_FIT, name, "an address is one or two cells");
	*address = value.size == 8 ? load_be64(value.at) : load_be32(value.at);
	return OK;
}
