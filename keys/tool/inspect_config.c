/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * inspect_config.c - what there is to say about a configuration and its signatures.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "inspect.h"
#include "signature.h"

static json_t *covered(const struct fit_file *file, unsigned node, json_t *warnings)
{
	struct fit_coverage *coverage = allocate(sizeof(*coverage));
	json_t *list = json_array();
	enum status status;

	refusal_clear();
	status = fit_coverage(&file->fit, node, coverage);
	if (status != OK)
		inspect_warn(warnings, status, fit_name(&file->fit, node), refusal_last()->hint);
	for (unsigned i = 0; status == OK && i < file->fit.node_count; i++) {
		char *path;

		if (coverage->cover[i] != COVER_ALL)
			continue;
		path = fit_file_path(file, i);
		(void)json_array_append_new(list, json_string(path));
		free(path);
	}
	free(coverage);
	return list;
}

/* As the loader sees the claim: an algorithm it knows, in a node that has a value. */
static void judge_signature(const struct fit_file *file, unsigned node, json_t *warnings)
{
	const char *algorithm = fit_file_string(file, node, "algo");
	const char *name = fit_name(&file->fit, file->fit.nodes[node].parent);
	struct signature_algorithm parsed;
	struct fit_property value;

	if (!fit_property(&file->fit, node, "value", &value)) {
		inspect_warn(warnings, ERR_NO_SIGNATURE, name,
			     "a signature node has no value: nobody signed");
		return;
	}
	if (algorithm == NULL || signature_by_name(algorithm, strlen(algorithm), &parsed) != OK)
		inspect_warn(warnings, ERR_ALGO_DENIED, name,
			     "a signature is by an unknown or weak algorithm");
}

static void copy_string(const struct fit_file *file, unsigned node, const char *property,
			const char *as, json_t *object)
{
	const char *text = fit_file_string(file, node, property);

	if (text != NULL)
		(void)json_object_set_new(object, as, json_string(text));
}

static json_t *signature_node(const struct fit_file *file, unsigned node, json_t *warnings)
{
	json_t *object = json_object();
	struct fit_property value;
	uint32_t cell;
	bool has_value = fit_property(&file->fit, node, "value", &value);

	copy_string(file, node, "algo", "algorithm", object);
	copy_string(file, node, "padding", "padding", object);
	copy_string(file, node, "key-name-hint", "key", object);
	copy_string(file, node, "signer-name", "signer", object);
	copy_string(file, node, "signer-version", "signer_version", object);
	if (fit_file_u32(file, node, "timestamp", &cell))
		(void)json_object_set_new(object, "timestamp", json_integer(cell));
	(void)json_object_set_new(object, "node", json_string(fit_name(&file->fit, node)));
	(void)json_object_set_new(object, "signed", json_boolean(has_value));
	(void)json_object_set_new(object, "size",
				  json_integer(has_value ? (json_int_t)value.value.size : 0));
	judge_signature(file, node, warnings);
	return object;
}

static void missing_images(const struct fit_file *file, unsigned node, json_t *warnings)
{
	static const char *const slots[] = { "kernel", "fdt", "ramdisk", "loadables" };
	struct fit_property property;
	const char *name;

	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++) {
		if (!fit_property(&file->fit, node, slots[i], &property))
			continue;
		for (unsigned j = 0; fit_list_string(property.value, j, &name); j++) {
			if (fit_child(&file->fit, fit_file_images(file), name) == FIT_NONE)
				inspect_warn(warnings, ERR_CONFIG_MISSING, name,
					     "a configuration names an image that is not there");
		}
	}
	if (!fit_property(&file->fit, node, "kernel", &property))
		inspect_warn(warnings, ERR_CONFIG_MISSING, fit_name(&file->fit, node),
			     "the configuration has no kernel");
}

json_t *inspect_configuration(const struct fit_file *file, unsigned node, json_t *warnings)
{
	json_t *object = json_object();
	json_t *properties = json_object();
	json_t *signatures = json_array();
	struct fit_property property;
	uint32_t cursor = file->fit.nodes[node].properties;

	while (fit_next_property(&file->fit, node, &cursor, &property))
		(void)json_object_set_new(properties, property.name,
					  inspect_value(property.name, property.value));
	for (unsigned i = fit_next_child(&file->fit, node, node); i != FIT_NONE;
	     i = fit_next_child(&file->fit, node, i)) {
		if (fit_file_named(file, i, "signature"))
			(void)json_array_append_new(signatures, signature_node(file, i, warnings));
	}
	if (json_array_size(signatures) == 0)
		inspect_warn(warnings, ERR_NO_SIGNATURE, fit_name(&file->fit, node),
			     "nobody signed the configuration");
	missing_images(file, node, warnings);
	(void)json_object_set_new(object, "name", json_string(fit_name(&file->fit, node)));
	(void)json_object_set_new(object, "properties", properties);
	(void)json_object_set_new(object, "signatures", signatures);
	(void)json_object_set_new(object, "covered", covered(file, node, warnings));
	return object;
}
