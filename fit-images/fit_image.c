// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* fit_image.c - where the payload of a verified image lies, and what its digests must be. */
#include <string.h>

#include "fit_list.h"
#include "fit_private.h"

/* An unsigned u32 of the image; ERR_ABSENT if there is none. The caller bounds it. */
static enum status unsigned_u32(const struct fit_image *image, const char *name, uint32_t *number)
{
	struct fit_property property;

	*number = 0;
	if (!fit_property(image->config->fit, image->node, name, &property))
		return ERR_ABSENT;
	if (property.value.size != 4)
		return refuse(ERR_BAD_FIT, name, "this must be one 32-bit number");
	*number = load_be32(property.value.at);
	return OK;
}

/*
 * External data at offset from the start of the FIT. It begins behind the metadata and ends in the
 * container.
 */
static enum status external(const struct fit_image *image, uint64_t offset, struct extent *where)
{
	const struct fit *fit = image->config->fit;
	uint32_t size;
	enum status status = unsigned_u32(image, "data-size", &size);

	if (status == ERR_ABSENT)
		return refuse(ERR_BAD_FIT, "data-size",
			      "external data has no size: make the FIT anew");
	TRY(status);
	if (!range_inside(offset, fit->total_size, 0))
		return refuse(ERR_BAD_FIT, fit_image_name(image),
			      "external data begins inside the metadata");
	if (extent_sub(&fit->container, offset, size, where) != OK)
		return refuse(ERR_TRUNCATED, fit_image_name(image),
			      "the image's data lies beyond the end: write the FIT again");
	return OK;
}

/* Embedded data, as fit_read() noted it. */
static enum status embedded(const struct fit_image *image, struct extent *where)
{
	const struct fit *fit = image->config->fit;
	struct fit_property property;
	unsigned i;

	if (!fit_property(fit, image->node, "data", &property))
		return refuse(ERR_BAD_FIT, fit_image_name(image),
			      "the image has no data: make the FIT anew");
	for (i = 0; i < fit->data_count; i++)
		if (fit->data[i].property == property.token)
			return extent_sub(&fit->container, fit->data[i].offset, fit->data[i].size,
					  where);
	return ERR_INTERNAL;
}

enum status fit_image_extent(const struct fit_image *image, struct extent *where)
{
	const struct fit *fit = image->config->fit;
	enum status status;
	uint32_t offset;

	*where = (struct extent){ fit->container.medium, 0, 0 };
	status = unsigned_u32(image, "data-position", &offset);
	if (status == OK)
		return external(image, offset, where);
	if (status != ERR_ABSENT)
		return status;
	status = unsigned_u32(image, "data-offset", &offset);
	if (status == OK)
		return external(image, (((uint64_t)fit->total_size + 3) & ~(uint64_t)3) + offset,
				where);
	if (status != ERR_ABSENT)
		return status;
	return embedded(image, where);
}

/* The index-th child whose name begins with "hash", or FIT_NONE. */
static unsigned hash_node(const struct fit_image *image, unsigned index)
{
	const struct fit *fit = image->config->fit;
	unsigned node = image->node;

	while ((node = fit_next_child(fit, image->node, node)) != FIT_NONE)
		if (fit_has_prefix(fit, node, "hash") && index-- == 0)
			break;
	return node;
}

enum status fit_image_hash(const struct fit_image *image, unsigned index,
			   enum digest_algorithm *algorithm, struct span *value)
{
	unsigned node = hash_node(image, index);
	struct span name;
	enum status status;

	*value = (struct span){ NULL, 0 };
	if (node == FIT_NONE)
		return ERR_ABSENT;
	status = fit_image_child_property(image, fit_name(image->config->fit, node), "algo", &name);
	if (status == ERR_ABSENT || (status == OK && !fit_is_string(name)))
		return refuse(ERR_BAD_FIT, fit_image_name(image), "a hash node has no algo");
	TRY(status);
	if (digest_by_name((const char *)name.at, name.size - 1, algorithm) != OK)
		return refuse(ERR_ALGO_DENIED, fit_image_name(image),
			      "hash the image with sha256, sha384 or sha512 only");
	status =
		fit_image_child_property(image, fit_name(image->config->fit, node), "value", value);
	if (status == ERR_ABSENT)
		return refuse(ERR_NO_HASH, fit_image_name(image),
			      "the hash node has no value: sign with holdfast-keys sign");
	TRY(status);
	if (value->size != digest_size(*algorithm))
		return refuse(ERR_BAD_FIT, fit_image_name(image),
			      "a hash value has the wrong length");
	return OK;
}
