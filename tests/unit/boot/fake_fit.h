/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * fake_fit.h - a verified configuration that a test makes up; replaces fit_config_*() and
 * fit_image_*() at link time. One test program includes it once.
 */
#ifndef HOLDFAST_TEST_FAKE_FIT_H
#define HOLDFAST_TEST_FAKE_FIT_H

#include <string.h>

#include "fit.h"
#include "fit_load.h"
#include "fit_verify.h"

#define FAKE_IMAGES 24
#define FAKE_PROPERTIES 6

struct fake_image {
	const char *name;
	const char *slot; /* "kernel", "fdt", ...: which property names it */
	const char *type, *os, *arch, *compression;
	bool has_load, has_entry, has_verity;
	uint64_t load, entry;
	const uint8_t *data;
	size_t size;
	uint64_t at;             /* where fit_image_extent() says it is */
	enum status load_status; /* what fit_load() answers; 0: OK */
	/* fit_load() answers OK although the digests differ: a skipped comparison */
	bool unequal;
};

/* A list of strings, as bytes. */
struct fake_property {
	const char *name;
	const char *value;
	size_t size;
};

struct fit_config {
	struct fake_image images[FAKE_IMAGES];
	unsigned count;
	const char *cmdline;
	const char *other; /* a property that is there, by name */
	struct fake_property more[FAKE_PROPERTIES];
	enum status cmdline_status; /* instead of OK; 0: OK */
};

static const struct medium fake_medium = { .name = "fake", .block_size = 1 };

const char *fit_config_name(const struct fit_config *config)
{
	(void)config;
	return "conf-1";
}

/* What an image of its slot, other or more says. */
enum status fit_config_property(const struct fit_config *config, const char *name,
				struct span *value)
{
	*value = (struct span){ (const uint8_t *)"x", 2 };
	if (config->other && strcmp(config->other, name) == 0)
		return OK;
	for (unsigned i = 0; i < config->count; i++)
		if (strcmp(config->images[i].slot, name) == 0)
			return OK;
	for (unsigned i = 0; i < FAKE_PROPERTIES; i++)
		if (config->more[i].name && strcmp(config->more[i].name, name) == 0) {
			*value = (struct span){ (const uint8_t *)config->more[i].value,
						config->more[i].size };
			return OK;
		}
	return ERR_ABSENT;
}

enum status fit_config_list(const struct fit_config *config, const char *name, unsigned index,
			    const char **string)
{
	struct span list;

	TRY(fit_config_property(config, name, &list));
	return fit_list_string(list, index, string) ? OK : ERR_ABSENT;
}

enum status fit_config_string(const struct fit_config *config, const char *name,
			      const char **string)
{
	if (strcmp(name, "cmdline") != 0)
		return fit_config_list(config, name, 0, string);
	if (config->cmdline_status)
		return config->cmdline_status;
	if (!config->cmdline)
		return ERR_ABSENT;
	*string = config->cmdline;
	return OK;
}

enum status fit_config_image(const struct fit_config *config, const char *slot, unsigned index,
			     struct fit_image *image)
{
	for (unsigned i = 0; i < config->count; i++) {
		if (strcmp(config->images[i].slot, slot) != 0 || index-- != 0)
			continue;
		*image = (struct fit_image){ config, i };
		return OK;
	}
	return ERR_ABSENT;
}

static const struct fake_image *fake(const struct fit_image *image)
{
	return &image->config->images[image->node];
}

const char *fit_image_name(const struct fit_image *image)
{
	return fake(image)->name;
}

enum status fit_image_property(const struct fit_image *image, const char *name, struct span *value)
{
	const char *found = NULL;

	if (strcmp(name, "type") == 0)
		found = fake(image)->type;
	if (strcmp(name, "os") == 0)
		found = fake(image)->os;
	if (strcmp(name, "arch") == 0)
		found = fake(image)->arch;
	if (strcmp(name, "compression") == 0)
		found = fake(image)->compression;
	if (!found)
		return ERR_ABSENT;
	*value = (struct span){ (const uint8_t *)found, strlen(found) + 1 };
	return OK;
}

enum status fit_image_address(const struct fit_image *image, const char *name, uint64_t *address)
{
	bool load = strcmp(name, "load") == 0;

	*address = load ? fake(image)->load : fake(image)->entry;
	return (load ? fake(image)->has_load : fake(image)->has_entry) ? OK : ERR_ABSENT;
}

bool fit_image_has_child(const struct fit_image *image, const char *child)
{
	return strcmp(child, "dm-verity") == 0 && fake(image)->has_verity;
}

enum status fit_image_extent(const struct fit_image *image, struct extent *where)
{
	*where = (struct extent){ &fake_medium, fake(image)->at, fake(image)->size };
	return OK;
}

enum status fit_load(const struct fit_image *image, void *destination, size_t capacity,
		     struct proof *proof, size_t *size)
{
	static const uint8_t want[32] = "what was signed";
	uint8_t got[32] = "what was signed";

	*size = 0;
	if (fake(image)->size > capacity || (uintptr_t)destination % MEDIUM_ALIGN != 0)
		return refuse(ERR_INTERNAL, fit_image_name(image), "");
	memcpy(destination, fake(image)->data, fake(image)->size);
	if (fake(image)->load_status)
		return refuse(fake(image)->load_status, fit_image_name(image), "");
	if (fake(image)->unequal)
		got[31] = 1;
	TRY(proof_add(proof, want, got, sizeof(want)));
	*size = fake(image)->size;
	return OK;
}

#endif
