/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "fit_plan.h"

#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "sbom.h"

/*
 * Left free behind the tree, so that signing need not move the data: two rsa4096 signatures and
 * more.
 */
#define SIGNATURE_ROOM 4096
/* More than any node of ours needs beside its data. */
#define NODE_ROOM 2048

static uint64_t round_up(uint64_t value, uint64_t unit)
{
	return (value + unit - 1) / unit * unit;
}

static void must(int result)
{
	if (result)
		fail(EXIT_INTERNAL, "FIT: %s", fdt_strerror(result));
}

struct plan_image *plan_add(struct plan *plan, const char *name, const char *type,
			    const char *description)
{
	struct plan_image *image = &plan->images[plan->image_count];

	if (plan->image_count == PLAN_IMAGES_MAX)
		fail(EXIT_USAGE, "more than %d images", PLAN_IMAGES_MAX);
	plan->image_count++;
	snprintf(image->name, sizeof image->name, "%s", name);
	image->type = type;
	image->description = description;
	image->compression = "none";
	return image;
}

static void string(void *fdt, const char *name, const char *value)
{
	if (value)
		must(fdt_property(fdt, name, value, (int)strlen(value) + 1));
}

static void string_list(void *fdt, const char *name, const char *const *strings, unsigned count)
{
	size_t size = 0;
	unsigned i;
	void *place;
	char *at;

	for (i = 0; i < count; i++)
		size += strlen(strings[i]) + 1;
	if (!count)
		return;
	must(fdt_property_placeholder(fdt, name, (int)size, &place));
	for (at = place, i = 0; i < count; i++)
		at = stpcpy(at, strings[i]) + 1;
}

/* Addresses have as many cells as they need: one below 4 GiB. */
static void address(void *fdt, const char *name, uint64_t value)
{
	must(value >> 32 ? fdt_property_u64(fdt, name, value)
			 : fdt_property_u32(fdt, name, (uint32_t)value));
}

static void image_digest(const struct plan_image *image, enum digest_algorithm algorithm,
			 uint8_t out[DIGEST_SIZE_MAX])
{
	static const uint8_t zero[TREE_BLOCK_MAX];
	struct digest digest;
	enum status status = digest_begin(&digest, algorithm);

	if (status == OK && image->size)
		status = digest_update(&digest, image->data.at, image->data.size);
	if (status == OK && image->size && image->tree) {
		uint64_t gap = image->tree->offset - image->data.size;

		while (status == OK && gap) {
			size_t part = gap < sizeof zero ? (size_t)gap : sizeof zero;

			status = digest_update(&digest, zero, part);
			gap -= part;
		}
		if (status == OK)
			status = digest_update(&digest, image->tree->bytes, image->tree->size);
	}
	if (status != OK || digest_finish(&digest, out) != OK)
		fail(EXIT_INTERNAL, "digest failed");
}

static void hash_node(void *fdt, const struct plan_image *image, enum digest_algorithm algorithm)
{
	uint8_t digest[DIGEST_SIZE_MAX];

	image_digest(image, algorithm, digest);
	must(fdt_begin_node(fdt, "hash-1"));
	string(fdt, "algo", digest_name(algorithm));
	must(fdt_property(fdt, "value", digest, (int)digest_size(algorithm)));
	must(fdt_end_node(fdt));
}

/* Where parity lies and what it covers, if the tree has any. */
static void fec_properties(void *fdt, const struct plan_image *image)
{
	const struct tree_parameters *parameters = &image->tree->parameters;
	uint32_t start = image->split ? 1 : parameters->hash_start_block;
	uint32_t blocks = (uint32_t)tree_blocks(parameters);

	if (!parameters->fec_roots)
		return;
	must(fdt_property_u32(fdt, "holdfast,fec-roots", parameters->fec_roots));
	must(fdt_property_u32(fdt, "holdfast,fec-start-block", start + blocks));
	must(fdt_property_u32(fdt, "holdfast,fec-blocks", parameters->data_blocks + blocks));
}

static void verity_node(void *fdt, const struct plan_image *image)
{
	const struct tree_parameters *parameters = &image->tree->parameters;
	const char *const *option;

	must(fdt_begin_node(fdt, "dm-verity"));
	string(fdt, "algo", digest_name(parameters->algorithm));
	must(fdt_property_u32(fdt, "data-block-size", parameters->data_block_size));
	must(fdt_property_u32(fdt, "hash-block-size", parameters->hash_block_size));
	must(fdt_property_u32(fdt, "num-data-blocks", parameters->data_blocks));
	must(fdt_property_u32(fdt, "hash-start-block",
			      image->split ? 1 : parameters->hash_start_block));
	must(fdt_property(fdt, "digest", image->tree->root_hash,
			  (int)digest_size(parameters->algorithm)));
	must(fdt_property(fdt, "salt", parameters->salt, (int)parameters->salt_size));
	for (option = image->verity_options; option && *option; option++)
		must(fdt_property(fdt, *option, "", 0));
	string(fdt, "holdfast,partition", image->in_partition ? "root" : NULL);
	fec_properties(fdt, image);
	if (image->signature.size)
		must(fdt_property(fdt, "holdfast,root-hash-signature", image->signature.at,
				  (int)image->signature.size));
	must(fdt_end_node(fdt));
}

static void fill_payload(const struct plan_image *image, uint8_t *place)
{
	memset(place, 0, (size_t)image->size);
	if (image->data.size)
		memcpy(place, image->data.at, image->data.size);
	if (image->tree)
		memcpy(place + image->tree->offset, image->tree->bytes, image->tree->size);
}

static void payload(void *fdt, const struct plan *plan, const struct plan_image *image)
{
	void *place;

	if (image->in_partition) {
		must(fdt_property(fdt, "data", "", 0));
	} else if (plan->embed) {
		must(fdt_property_placeholder(fdt, "data", (int)image->size, &place));
		fill_payload(image, place);
	} else {
		must(fdt_property_u32(fdt, "data-offset", (uint32_t)image->offset));
		must(fdt_property_u32(fdt, "data-size", (uint32_t)image->size));
	}
}

static void image_node(void *fdt, const struct plan *plan, const struct plan_image *image)
{
	must(fdt_begin_node(fdt, image->name));
	string(fdt, "description", image->description);
	string(fdt, "type", image->type);
	string(fdt, "arch", image->arch);
	string(fdt, "os", image->os);
	string(fdt, "compression", image->compression);
	if (image->has_load) {
		address(fdt, "load", image->load);
		if (!strncmp(image->type, "kernel", 6))
			address(fdt, "entry", image->entry);
	}
	payload(fdt, plan, image);
	hash_node(fdt, image, plan->hash);
	if (image->tree)
		verity_node(fdt, image);
	must(fdt_end_node(fdt));
}

static void configuration_node(void *fdt, const struct plan *plan,
			       const struct plan_configuration *configuration)
{
	must(fdt_begin_node(fdt, configuration->name));
	string(fdt, "description",
	       configuration->compatible_count ? configuration->compatible[0] : "any board");
	string_list(fdt, "compatible", configuration->compatible, configuration->compatible_count);
	string(fdt, "kernel", plan->kernel);
	string(fdt, "holdfast,kernel-path", plan->kernel_path);
	string(fdt, "holdfast,kernel-compression", plan->kernel_compression);
	string_list(fdt, plan->fdt_paths ? "holdfast,fdt-path" : "fdt", configuration->fdt,
		    configuration->fdt_count);
	string(fdt, "ramdisk", plan->ramdisk);
	string(fdt, "holdfast,ramdisk-path", plan->ramdisk_path);
	string(fdt, "loadables", plan->loadable);
	string(fdt, "cmdline", plan->cmdline);
	string(fdt, SBOM_PROPERTY, plan->sbom);
	if (plan->has_rollback_index)
		must(fdt_property_u32(fdt, "holdfast,rollback-index", plan->rollback_index));
	must(fdt_end_node(fdt));
}

static void tree_nodes(void *fdt, const struct plan *plan)
{
	unsigned i;

	must(fdt_begin_node(fdt, ""));
	string(fdt, "description", plan->description);
	must(fdt_property_u32(fdt, "timestamp", plan->timestamp));
	must(fdt_property_u32(fdt, "#address-cells", 1));
	must(fdt_begin_node(fdt, "images"));
	for (i = 0; i < plan->image_count; i++)
		image_node(fdt, plan, &plan->images[i]);
	must(fdt_end_node(fdt));
	must(fdt_begin_node(fdt, "configurations"));
	string(fdt, "default", plan->configurations[0].name);
	for (i = 0; i < plan->configuration_count; i++)
		configuration_node(fdt, plan, &plan->configurations[i]);
	must(fdt_end_node(fdt));
	must(fdt_end_node(fdt));
}

/* An upper bound for the finished tree. */
static uint64_t tree_room(const struct plan *plan)
{
	uint64_t room = NODE_ROOM + strlen(plan->description);
	unsigned i, k;

	for (i = 0; i < plan->image_count; i++)
		room += NODE_ROOM + plan->images[i].signature.size +
			(plan->embed ? plan->images[i].size : 0);
	for (i = 0; i < plan->configuration_count; i++) {
		room += 2ull * NODE_ROOM + (plan->cmdline ? strlen(plan->cmdline) : 0);
		/* Paths are longer than names of images. */
		room += plan->kernel_path ? strlen(plan->kernel_path) : 0;
		room += plan->ramdisk_path ? strlen(plan->ramdisk_path) : 0;
		for (k = 0; k < plan->configurations[i].fdt_count; k++)
			room += strlen(plan->configurations[i].fdt[k]);
		/* The first one is the description as well. */
		for (k = 0; k < plan->configurations[i].compatible_count; k++)
			room += 2 * strlen(plan->configurations[i].compatible[k]);
	}
	return room;
}

/* The metadata (embedded: all data too) as a finished tree; totalsize has room for signatures. */
static uint8_t *tree_make(const struct plan *plan, size_t *size)
{
	uint64_t room = tree_room(plan);
	uint8_t *fdt;

	if (room > INT32_MAX)
		fail_refused_at(ERR_TOO_BIG, "FIT",
				"more than 2 GiB inside the tree; leave out --embed");
	fdt = allocate((size_t)round_up(room + SIGNATURE_ROOM, plan->alignment));
	must(fdt_create(fdt, (int)room));
	must(fdt_finish_reservemap(fdt));
	tree_nodes(fdt, plan);
	must(fdt_finish(fdt));
	*size = (size_t)round_up(fdt_totalsize(fdt) + SIGNATURE_ROOM, plan->alignment);
	memset(fdt + fdt_totalsize(fdt), 0, *size - fdt_totalsize(fdt));
	fdt_set_totalsize(fdt, (uint32_t)*size);
	return fdt;
}

void plan_layout(struct plan *plan)
{
	uint64_t offset = 0;
	unsigned i;

	for (i = 0; i < plan->image_count; i++) {
		struct plan_image *image = &plan->images[i];

		image->size = image->in_partition ? 0
			      : image->tree       ? tree_image_size(image->tree)
						  : image->data.size;
		image->offset = offset;
		offset = round_up(offset + image->size, plan->alignment);
		if (offset > INT32_MAX)
			fail_refused_at(ERR_TOO_BIG, image->name,
					"a FIT is less than 2 GiB; put the root in its partition");
	}
}

static void payload_write(const struct plan_image *image, const struct output *output,
			  uint64_t offset)
{
	output_write(output, offset, image->data.at, image->data.size);
	if (image->tree)
		output_write(output, offset + image->tree->offset, image->tree->bytes,
			     image->tree->size);
}

uint64_t plan_write(const struct plan *plan, const struct output *output)
{
	size_t size;
	uint8_t *fdt = tree_make(plan, &size);
	uint64_t end = size;
	unsigned i;

	if (output)
		output_write(output, 0, fdt, size);
	for (i = 0; i < plan->image_count && !plan->embed; i++) {
		const struct plan_image *image = &plan->images[i];

		if (!image->size)
			continue;
		if (output)
			payload_write(image, output, size + image->offset);
		end = size + image->offset + image->size;
	}
	end = round_up(end, plan->alignment);
	if (output)
		output_size(output, end);
	return end;
}
