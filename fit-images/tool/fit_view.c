/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "fit_view.h"

#include <string.h>

#include "parity.h"

static enum status memory_start(const struct medium *medium, uint64_t lba, uint32_t blocks,
				void *destination)
{
	memcpy(destination, (const uint8_t *)medium->driver + lba, blocks);
	return OK;
}

static enum status memory_wait(const struct medium *medium, uint32_t timeout_ms)
{
	(void)medium;
	(void)timeout_ms;
	return OK;
}

static void memory_stop(const struct medium *medium)
{
	(void)medium;
}

const struct medium *memory_medium(unsigned which, struct span bytes)
{
	static struct medium media[2];
	struct medium medium = {
		.name = "file",
		.block_size = 1,
		.max_blocks = 1u << 20,
		.blocks = bytes.size,
		.start = memory_start,
		.wait = memory_wait,
		.stop = memory_stop,
	};

	/* Only read from: the field has no const because drivers keep their state there. */
	memcpy(&medium.driver, &bytes.at, sizeof medium.driver);
	media[which & 1] = medium;
	return &media[which & 1];
}

const struct medium *disk_medium(const struct board *board, struct span bytes)
{
	static struct medium medium;

	medium = *memory_medium(1, bytes);
	medium.parts = board->flash;
	return &medium;
}

enum status fit_view_open(struct span bytes, struct fit_view **view)
{
	static struct fit_view opened;
	static uint8_t memory[FIT_META_MAX] __attribute__((aligned(64)));
	struct extent whole = extent_whole(memory_medium(0, bytes));

	*view = &opened;
	opened.bytes = bytes;
	TRY(fit_read(&whole, memory, &opened.fit));
	TRY(fit_open(&opened.fit));
	opened.images = fit_child(&opened.fit, 0, "images");
	opened.configurations = fit_child(&opened.fit, 0, "configurations");
	return OK;
}

bool view_bytes(const struct fit_view *view, unsigned node, const char *name, struct span *value)
{
	struct fit_property property;

	if (!fit_property(&view->fit, node, name, &property))
		return false;
	*value = property.value;
	return true;
}

bool view_string(const struct fit_view *view, unsigned node, const char *name, const char **text)
{
	struct span value;

	if (!view_bytes(view, node, name, &value) || !fit_is_string(value))
		return false;
	*text = (const char *)value.at;
	return true;
}

bool view_u32(const struct fit_view *view, unsigned node, const char *name, uint32_t *value)
{
	struct span bytes;

	if (!view_bytes(view, node, name, &bytes) || bytes.size != 4)
		return false;
	*value = load_be32(bytes.at);
	return true;
}

/*
 * The embedded data of an image: found by the offset of its property, which was emptied in memory.
 */
static bool embedded(const struct fit_view *view, unsigned image, const struct fit_data **data)
{
	struct fit_property property;
	unsigned i;

	if (!fit_property(&view->fit, image, "data", &property))
		return false;
	for (i = 0; i < view->fit.data_count; i++) {
		*data = &view->fit.data[i];
		if ((*data)->property == property.token)
			return true;
	}
	return false;
}

enum status view_payload(const struct fit_view *view, unsigned image, struct span *payload)
{
	const struct fit_data *data;
	uint32_t offset, size;
	uint64_t start;

	*payload = (struct span){ NULL, 0 };
	if (view_u32(view, image, "data-size", &size)) {
		if (view_u32(view, image, "data-position", &offset))
			start = offset;
		else if (view_u32(view, image, "data-offset", &offset))
			start = (((uint64_t)view->fit.total_size + 3) & ~3ull) + offset;
		else
			return ERR_ABSENT;
	} else if (embedded(view, image, &data)) {
		start = data->offset;
		size = data->size;
	} else {
		return ERR_ABSENT;
	}
	if (span_sub(view->bytes, start, size, payload) != OK)
		return refuse(ERR_TRUNCATED, fit_name(&view->fit, image),
			      "its data ends beyond the file's end");
	return OK;
}

static enum status bad_verity(const char *property)
{
	return refuse(ERR_VERITY_PARAMS, property, "make the FIT again with holdfast-image fit");
}

static bool block_size(const struct fit_view *view, unsigned node, const char *name, uint32_t *size)
{
	return view_u32(view, node, name, size) && *size >= TREE_BLOCK_MIN &&
	       *size <= TREE_BLOCK_MAX && (*size & (*size - 1)) == 0;
}

static enum status verity_values(const struct fit_view *view, unsigned node, struct view_root *root)
{
	struct tree_parameters *parameters = &root->parameters;
	struct span digest, salt;
	const char *algorithm;

	if (!view_string(view, node, "algo", &algorithm) ||
	    digest_by_name(algorithm, strlen(algorithm), &parameters->algorithm) != OK)
		return bad_verity("algo");
	if (!view_bytes(view, node, "digest", &digest) ||
	    digest.size != digest_size(parameters->algorithm))
		return bad_verity("digest");
	if (!view_bytes(view, node, "salt", &salt) || salt.size > TREE_SALT_MAX)
		return bad_verity("salt");
	if (!view_u32(view, node, "num-data-blocks", &parameters->data_blocks) ||
	    !parameters->data_blocks)
		return bad_verity("num-data-blocks");
	if (!view_u32(view, node, "hash-start-block", &parameters->hash_start_block))
		return bad_verity("hash-start-block");
	memcpy(root->root_hash, digest.at, digest.size);
	if (salt.size)
		memcpy(parameters->salt, salt.at, salt.size);
	parameters->salt_size = salt.size;
	return OK;
}

/* Parity as holdfast-image places it: behind the tree, and it covers no more than that. */
static enum status verity_parity(const struct fit_view *view, unsigned node,
				 struct tree_parameters *parameters)
{
	uint32_t start, blocks;
	uint64_t levels;

	if (!view_u32(view, node, "holdfast,fec-roots", &parameters->fec_roots))
		return OK;
	if (parameters->fec_roots < PARITY_ROOTS_MIN || parameters->fec_roots > PARITY_ROOTS_MAX)
		return bad_verity("holdfast,fec-roots");
	if (parameters->data_block_size != parameters->hash_block_size)
		return bad_verity("hash-block-size");
	levels = tree_blocks(parameters);
	if (!view_u32(view, node, "holdfast,fec-blocks", &blocks) ||
	    blocks != parameters->data_blocks + levels)
		return bad_verity("holdfast,fec-blocks");
	if (!view_u32(view, node, "holdfast,fec-start-block", &start) ||
	    start != parameters->hash_start_block + levels)
		return bad_verity("holdfast,fec-start-block");
	return OK;
}

enum status view_verity(const struct fit_view *view, unsigned image, struct view_root *root)
{
	unsigned node = fit_child(&view->fit, image, "dm-verity");
	const char *partition;
	struct span value;

	memset(root, 0, sizeof *root);
	root->image = FIT_NONE;
	if (node == FIT_NONE)
		return ERR_ABSENT;
	root->image = image;
	if (view_bytes(view, node, "holdfast,partition", &value)) {
		root->in_partition = true;
		if (!view_string(view, node, "holdfast,partition", &partition) ||
		    strcmp(partition, "root"))
			return bad_verity("holdfast,partition");
	}
	if (!block_size(view, node, "data-block-size", &root->parameters.data_block_size))
		return bad_verity("data-block-size");
	if (!block_size(view, node, "hash-block-size", &root->parameters.hash_block_size))
		return bad_verity("hash-block-size");
	TRY(verity_values(view, node, root));
	return verity_parity(view, node, &root->parameters);
}

enum status view_partition_root(const struct fit_view *view, struct view_root *root)
{
	unsigned image = view->images;

	root->image = FIT_NONE;
	if (view->images == FIT_NONE)
		return OK;
	while ((image = fit_next_child(&view->fit, view->images, image)) != FIT_NONE) {
		struct view_root found;
		enum status status = view_verity(view, image, &found);

		if (status != OK && status != ERR_ABSENT)
			return status;
		if (status == ERR_ABSENT || !found.in_partition)
			continue;
		if (root->image != FIT_NONE &&
		    memcmp(root->root_hash, found.root_hash, DIGEST_SIZE_MAX))
			return refuse(ERR_VERITY_PARAMS, fit_name(&view->fit, image),
				      "a slot has one root partition and this FIT names two roots");
		*root = found;
	}
	return OK;
}

enum status view_check_payloads(const struct fit_view *view)
{
	unsigned image = view->images;
	struct span payload;

	if (view->images == FIT_NONE)
		return OK;
	while ((image = fit_next_child(&view->fit, view->images, image)) != FIT_NONE) {
		enum status status = view_payload(view, image, &payload);

		if (status != OK && status != ERR_ABSENT)
			return status;
	}
	return OK;
}
