/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * request_identity.c - what a configuration is, for whoever is asked to sign it. All of it is
 * covered by the signature; payload by its hash values, which were compared with the data.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "request.h"
#include "revocation.h"

/* A configuration of the prepared tree being described. */
struct subject {
	const struct fit_file *file;     /* the prepared tree: hash values are filled in */
	const struct fit_file *original; /* where the data is */
	unsigned node;
	json_t *identity;
};

static enum exit_code malformed(const char *property)
{
	return refused_because(ERR_BAD_FIT, property,
			       "nobody can see what would be signed: correct the image source");
}

static enum exit_code add_string(const struct subject *subject, const char *property,
				 const char *as)
{
	struct fit_property found;

	if (!fit_property(&subject->file->fit, subject->node, property, &found))
		return EXIT_DONE;
	if (!fit_is_string(found.value))
		return malformed(property);
	(void)json_object_set_new(subject->identity, as, json_string((const char *)found.value.at));
	return EXIT_DONE;
}

static enum exit_code add_number(const struct subject *subject, const char *property,
				 const char *as)
{
	struct fit_property found;
	uint32_t number;

	if (!fit_property(&subject->file->fit, subject->node, property, &found))
		return EXIT_DONE;
	if (!fit_file_u32(subject->file, subject->node, property, &number))
		return malformed(property);
	(void)json_object_set_new(subject->identity, as, json_integer(number));
	return EXIT_DONE;
}

static enum exit_code add_compatible(const struct subject *subject)
{
	struct fit_property found;
	json_t *list;
	const char *name;

	if (!fit_property(&subject->file->fit, subject->node, "compatible", &found))
		return EXIT_DONE;
	list = json_array();
	(void)json_object_set_new(subject->identity, "compatible", list);
	for (unsigned i = 0; fit_list_string(found.value, i, &name); i++) {
		/* A line's end or an escape sequence would write more of the text itself. */
		if (!fit_is_string((struct span){ (const uint8_t *)name, strlen(name) + 1 }))
			return malformed("compatible");
		(void)json_array_append_new(list, json_string(name));
	}
	return json_array_size(list) == 0 ? malformed("compatible") : EXIT_DONE;
}

static enum exit_code add_revoked(const struct subject *subject)
{
	struct fit_property found;
	json_t *list;

	STEP(add_number(subject, "holdfast,revoked-version", "revoked_version"));
	if (!fit_property(&subject->file->fit, subject->node, "holdfast,revoked", &found))
		return EXIT_DONE;
	if (found.value.size == 0 || found.value.size % KEY_ID_SIZE != 0)
		return malformed("holdfast,revoked");
	list = json_array();
	(void)json_object_set_new(subject->identity, "revoked", list);
	for (size_t i = 0; i < found.value.size; i += KEY_ID_SIZE)
		(void)json_array_append_new(list, json_hex(found.value.at + i, KEY_ID_SIZE));
	return EXIT_DONE;
}

/* The properties of the configuration that name the image. */
static json_t *slots_of(const struct subject *subject, const char *image)
{
	uint32_t cursor = subject->file->fit.nodes[subject->node].properties;
	struct fit_property property;
	json_t *slots = json_array();
	const char *name;

	while (fit_next_property(&subject->file->fit, subject->node, &cursor, &property)) {
		if (strcmp(property.name, "description") == 0 ||
		    strcmp(property.name, "compatible") == 0 ||
		    strcmp(property.name, "default") == 0)
			continue;
		for (unsigned i = 0; fit_list_string(property.value, i, &name); i++)
			if (strcmp(name, image) == 0)
				(void)json_array_append_new(slots, json_string(property.name));
	}
	return slots;
}

static json_t *hashes_of(const struct fit_file *file, unsigned image)
{
	json_t *hashes = json_array();
	struct fit_property value;

	for (unsigned node = fit_next_child(&file->fit, image, image); node != FIT_NONE;
	     node = fit_next_child(&file->fit, image, node)) {
		const char *algorithm = fit_file_string(file, node, "algo");
		json_t *hash;

		if (!fit_file_named(file, node, "hash") || algorithm == NULL ||
		    !fit_property(&file->fit, node, "value", &value))
			continue;
		hash = json_object();
		(void)json_object_set_new(hash, "algorithm", json_string(algorithm));
		(void)json_object_set_new(hash, "value",
					  json_hex(value.value.at, value.value.size));
		(void)json_array_append_new(hashes, hash);
	}
	return hashes;
}

static uint64_t size_of(const struct subject *subject, const char *image)
{
	const struct fit_file *file = subject->original;
	unsigned node = fit_child(&file->fit, fit_file_images(file), image);
	struct span data;

	if (node == FIT_NONE || fit_file_data(file, node, &data) != OK)
		return 0;
	return data.size;
}

static void add_root(const struct subject *subject, unsigned image, json_t *described)
{
	unsigned verity = fit_child(&subject->file->fit, image, "dm-verity");
	struct fit_property digest;

	if (verity != FIT_NONE && fit_property(&subject->file->fit, verity, "digest", &digest))
		(void)json_object_set_new(described, "root_hash",
					  json_hex(digest.value.at, digest.value.size));
}

static void add_image(const struct subject *subject, unsigned image, json_t *images)
{
	const char *name = fit_name(&subject->file->fit, image);
	json_t *described = json_object();

	(void)json_object_set_new(described, "name", json_string(name));
	(void)json_object_set_new(described, "slots", slots_of(subject, name));
	(void)json_object_set_new(described, "size",
				  json_integer((json_int_t)size_of(subject, name)));
	(void)json_object_set_new(described, "hashes", hashes_of(subject->file, image));
	add_root(subject, image, described);
	(void)json_array_append_new(images, described);
}

static enum exit_code add_images(const struct subject *subject)
{
	const struct fit *fit = &subject->file->fit;
	struct fit_coverage *coverage = allocate(sizeof(*coverage));
	enum status status = fit_coverage(fit, subject->node, coverage);
	unsigned parent = fit_file_images(subject->file);
	json_t *images = json_array();

	(void)json_object_set_new(subject->identity, "images", images);
	for (unsigned i = fit_next_child(fit, parent, parent); status == OK && i != FIT_NONE;
	     i = fit_next_child(fit, parent, i))
		if (coverage->cover[i] == COVER_ALL)
			add_image(subject, i, images);
	free(coverage);
	return status == OK ? EXIT_DONE : refused(status);
}

static enum exit_code describe(const struct subject *subject)
{
	const char *description = fit_file_string(subject->file, subject->node, "description");

	if (description != NULL)
		(void)json_object_set_new(subject->identity, "description",
					  json_string(description));
	STEP(add_compatible(subject));
	STEP(add_number(subject, "holdfast,rollback-index", "rollback_index"));
	STEP(add_string(subject, "cmdline", "cmdline"));
	STEP(add_revoked(subject));
	return add_images(subject);
}

enum exit_code request_identity(const struct signing *signing, const char *configuration,
				json_t **identity)
{
	struct subject subject = { .file = signing->scratch, .original = signing->original };
	enum status status;
	enum exit_code code;

	*identity = NULL;
	status = fit_choose_named(&subject.file->fit, configuration, &subject.node);
	if (status != OK)
		return refused(status);
	subject.identity = json_object();
	(void)json_object_set_new(subject.identity, "name", json_string(configuration));
	code = describe(&subject);
	if (code == EXIT_DONE)
		*identity = subject.identity;
	else
		json_decref(subject.identity);
	return code;
}
