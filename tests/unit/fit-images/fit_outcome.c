// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* fit_outcome.c - see fit_outcome.h. */
#include "fit_outcome.h"

#include <string.h>

#include "fit_builder.h"
#include "fit_load.h"
#include "fit_regions.h"

static uint8_t memory[FIT_META_MAX] __attribute__((aligned(MEDIUM_ALIGN)));
static uint8_t payload[BUILD_MAX] __attribute__((aligned(MEDIUM_ALIGN)));
static struct fit fit;

static enum status add(struct digest *digest, const void *at, size_t size)
{
	uint8_t length[8];

	store_be64(length, size);
	TRY(digest_update(digest, length, sizeof(length)));
	return digest_update(digest, at, size);
}

/*
 * Names that the gate knows, of one node and what they are. read is one of the gate's functions,
 * bound to a node.
 */
struct reader {
	const struct fit_config *config;
	const struct fit_image *image; /* NULL: the configuration */
	const char *child;             /* NULL: the image itself */
};

static enum status through_gate(const struct reader *reader, const char *name, struct span *value)
{
	if (!reader->image)
		return fit_config_property(reader->config, name, value);
	if (!reader->child)
		return fit_image_property(reader->image, name, value);
	return fit_image_child_property(reader->image, reader->child, name, value);
}

static bool is_place(const char *name)
{
	return strcmp(name, "data") == 0 || strcmp(name, "data-size") == 0 ||
	       strcmp(name, "data-offset") == 0 || strcmp(name, "data-position") == 0;
}

static enum status add_properties(struct digest *digest, unsigned node, const struct reader *reader)
{
	uint32_t cursor = fit.nodes[node].properties;
	struct fit_property property;

	while (fit_next_property(&fit, node, &cursor, &property)) {
		struct span value;

		if (is_place(property.name))
			continue;
		TRY(through_gate(reader, property.name, &value));
		TRY(add(digest, property.name, strlen(property.name)));
		TRY(add(digest, value.at, value.size));
	}
	return OK;
}

static enum status add_image(struct digest *digest, const struct fit_image *image,
			     struct proof *proof)
{
	unsigned child = image->node;
	size_t size;

	TRY(fit_load(image, payload, sizeof(payload), proof, &size));
	TRY(add(digest, fit_image_name(image), strlen(fit_image_name(image))));
	TRY(add(digest, payload, size));
	TRY(add_properties(digest, image->node, &(struct reader){ image->config, image, NULL }));
	while ((child = fit_next_child(&fit, image->node, child)) != FIT_NONE) {
		const char *name = fit_name(&fit, child);

		if (strncmp(name, "hash", 4) != 0 && strcmp(name, "dm-verity") != 0)
			continue;
		TRY(add(digest, name, strlen(name)));
		TRY(add_properties(digest, child, &(struct reader){ image->config, image, name }));
	}
	return OK;
}

static enum status add_slots(struct digest *digest, const struct fit_config *config,
			     struct proof *proof)
{
	static const char *const slots[] = { "kernel", "fdt", "ramdisk", "loadables" };
	unsigned i, j;

	for (i = 0; i < 4; i++) {
		struct fit_image image;
		enum status status;

		for (j = 0; (status = fit_config_image(config, slots[i], j, &image)) == OK; j++)
			TRY(add_image(digest, &image, proof));
		if (status != ERR_ABSENT)
			return status;
	}
	return OK;
}

static enum status decide(const struct fit_config *config, unsigned node, struct proof *proof,
			  uint8_t *decision)
{
	const char *name = fit_config_name(config);
	uint8_t out[DIGEST_SIZE_MAX];
	uint64_t want, got;
	struct digest digest;

	TRY(digest_begin(&digest, DIGEST_SHA256));
	TRY(add(&digest, name, strlen(name)));
	TRY(add_properties(&digest, node, &(struct reader){ config, NULL, NULL }));
	TRY(add_slots(&digest, config, proof));
	TRY(digest_finish(&digest, out));
	memcpy(decision, out, OUTCOME_SIZE);
	TRY(proof_end(proof, &want, &got));
	return want == got ? OK : ERR_INTERNAL;
}

static enum status run(const void *bytes, size_t size, const struct keyring *keyring,
		       const char *const *compatible, const char *name, uint8_t *decision)
{
	const struct fit_config *config;
	struct memory_medium medium;
	struct extent extent;
	struct proof proof;
	unsigned node;

	memory_medium(&medium, bytes, size, 1);
	extent = memory_extent(&medium);
	TRY(fit_read(&extent, memory, &fit));
	TRY(fit_open(&fit));
	if (compatible)
		TRY(fit_choose(&fit, compatible, &node));
	else
		TRY(fit_choose_named(&fit, name, &node));
	TRY(proof_begin(&proof));
	TRY(fit_verify(&fit, node, keyring, &proof, &config));
	return decide(config, node, &proof, decision);
}

void fit_outcome(const void *bytes, size_t size, const struct keyring *keyring,
		 const char *const *compatible, const char *config, struct fit_outcome *outcome)
{
	memset(outcome, 0, sizeof(*outcome));
	outcome->status = run(bytes, size, keyring, compatible, config, outcome->decision);
}
