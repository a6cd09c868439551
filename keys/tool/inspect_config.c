/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * inspect_config.c - what there is to say about a configuration.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "fit_verify.h"
#include "inspect.h"

static json_t *path_json(const struct fit_file *file, unsigned node)
{
	char *path = fit_file_path(file, node);
	json_t *string = json_string(path);

	free(path);
	return string;
}

/*
 * A covered node: names of the properties that are signed, and of those that no signature covers.
 */
static json_t *covered_node(const struct fit_file *file, unsigned node)
{
	json_t *object = json_object();
	json_t *properties = json_array();
	json_t *left_out = json_array();
	uint32_t cursor = file->fit.nodes[node].properties;
	struct fit_property property;

	while (fit_next_property(&file->fit, node, &cursor, &property))
		(void)json_array_append_new(fit_name_is_covered(property.name) ? properties
									       : left_out,
					    json_string(property.name));
	(void)json_object_set_new(object, "node", path_json(file, node));
	(void)json_object_set_new(object, "properties", properties);
	(void)json_object_set_new(object, "left_out", left_out);
	return object;
}

/* Every node is in one of the two lists. */
static void add_coverage(const struct fit_file *file, const struct fit_coverage *coverage,
			 json_t *object)
{
	json_t *covered = json_array();
	json_t *others = json_array();

	for (unsigned i = 0; i < file->fit.node_count; i++) {
		if (coverage == NULL || coverage->cover[i] != COVER_ALL)
			(void)json_array_append_new(others, path_json(file, i));
		else
			(void)json_array_append_new(covered, covered_node(file, i));
	}
	(void)json_object_set_new(object, "covered", covered);
	(void)json_object_set_new(object, "not_covered", others);
}

static unsigned image_of(const struct fit_file *file, const char *name)
{
	return fit_child(&file->fit, fit_file_images(file), name);
}

static void missing_images(const struct inspection *inspection, unsigned node)
{
	static const char *const slots[] = { "kernel", "fdt", "ramdisk", "loadables" };
	const struct fit_file *file = inspection->file;
	struct fit_property property;
	const char *name;

	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		if (!fit_property(&file->fit, node, slots[i], &property))
			continue;
		for (unsigned j = 0; fit_list_string(property.value, j, &name); j++) {
			if (image_of(file, name) == FIT_NONE)
				inspect_warn(inspection, ERR_CONFIG_MISSING, name,
					     "a configuration names an image that is not there");
		}
	}
	if (!fit_property(&file->fit, node, "kernel", &property) &&
	    !fit_property(&file->fit, node, "holdfast,kernel-path", &property))
		inspect_warn(inspection, ERR_CONFIG_MISSING, fit_name(&file->fit, node),
			     "the configuration has no kernel");
}

/* The first loadable with a dm-verity node; a loader takes no second one. */
static json_t *root_of(const struct inspection *inspection, unsigned node)
{
	const struct fit_file *file = inspection->file;
	struct fit_property property;
	const char *name;

	if (!fit_property(&file->fit, node, "loadables", &property))
		return json_null();
	for (unsigned i = 0; fit_list_string(property.value, i, &name); i++) {
		unsigned image = image_of(file, name);

		if (image != FIT_NONE && fit_child(&file->fit, image, "dm-verity") != FIT_NONE)
			return inspect_root(inspection, image);
	}
	return json_null();
}

/* What fit_verify() says with the trust set; null without one. Payload is not read. */
static json_t *verdict_of(const struct inspection *inspection, unsigned node)
{
	const struct fit_config *config = NULL;
	struct proof proof;
	enum status status;

	if (inspection->keyring == NULL)
		return json_null();
	refusal_clear();
	status = proof_begin(&proof);
	if (status == OK)
		status = fit_verify(&inspection->file->fit, node, inspection->keyring, &proof,
				    &config);
	if (status != OK)
		return json_pack("{s:b, s:s, s:s}", "trusted", 0, "code", status_word(status),
				 "hint", refusal_last()->why == status ? refusal_last()->hint : "");
	return json_pack("{s:b, s:s, s:s, s:b}", "trusted", 1, "code", "ok", "hint", "",
			 "revocation_counts", fit_config_revocation(config)->counts);
}

static json_t *rollback_index(const struct inspection *inspection, unsigned node)
{
	const struct fit_file *file = inspection->file;
	struct fit_property property;
	uint32_t index = 0;

	if (fit_property(&file->fit, node, "holdfast,rollback-index", &property) &&
	    !fit_file_u32(file, node, "holdfast,rollback-index", &index))
		inspect_warn(inspection, ERR_BAD_FIT, fit_name(&file->fit, node),
			     "holdfast,rollback-index is not one 32-bit number");
	return json_integer(index);
}

json_t *inspect_configuration(const struct inspection *inspection, unsigned node)
{
	const struct fit_file *file = inspection->file;
	const char *name = fit_name(&file->fit, node);
	struct fit_coverage *coverage = allocate(sizeof(*coverage));
	json_t *object = json_object();
	enum status status;

	refusal_clear();
	status = fit_coverage(&file->fit, node, coverage);
	if (status != OK)
		inspect_warn(inspection, status, name, refusal_last()->hint);
	add_coverage(file, status == OK ? coverage : NULL, object);
	(void)json_object_set_new(
		object, "signatures",
		inspect_signatures(inspection, node, status == OK ? coverage : NULL));
	free(coverage);
	missing_images(inspection, node);
	(void)json_object_set_new(object, "name", json_string(name));
	(void)json_object_set_new(object, "properties", inspect_properties(file, node));
	(void)json_object_set_new(object, "rollback_index", rollback_index(inspection, node));
	(void)json_object_set_new(object, "revocation", inspect_revocation(inspection, node));
	(void)json_object_set_new(object, "root", root_of(inspection, node));
	(void)json_object_set_new(object, "sbom", inspect_sbom(inspection, node));
	(void)json_object_set_new(object, "verdict", verdict_of(inspection, node));
	return object;
}
