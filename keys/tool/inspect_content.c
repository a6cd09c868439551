/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * inspect_content.c - what a configuration brings beside payload: the root's geometry, keys that
 * it takes back, the bill of materials.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include "inspect.h"
#include "revocation.h"
#include "text.h"

/* A property of the node, null where it is absent. */
static json_t *number_of(const struct fit_file *file, unsigned node, const char *name)
{
	uint32_t value;

	return fit_file_u32(file, node, name, &value) ? json_integer(value) : json_null();
}

static json_t *bytes_of(const struct fit_file *file, unsigned node, const char *name)
{
	struct fit_property property;

	if (!fit_property(&file->fit, node, name, &property))
		return json_null();
	return json_hex(property.value.at, property.value.size);
}

static json_t *string_of(const struct fit_file *file, unsigned node, const char *name)
{
	const char *text = fit_file_string(file, node, name);

	return text == NULL ? json_null() : json_string(text);
}

json_t *inspect_root(const struct inspection *inspection, unsigned image)
{
	static const struct {
		const char *member;
		const char *property;
	} numbers[] = {
		{ "data_block_size", "data-block-size" },
		{ "hash_block_size", "hash-block-size" },
		{ "data_blocks", "num-data-blocks" },
		{ "hash_start_block", "hash-start-block" },
	};
	const struct fit_file *file = inspection->file;
	unsigned node = fit_child(&file->fit, image, "dm-verity");
	struct fit_property property;
	json_t *root;

	if (node == FIT_NONE)
		return json_null();
	root = json_object();
	(void)json_object_set_new(root, "image", json_string(fit_name(&file->fit, image)));
	(void)json_object_set_new(root, "algorithm", string_of(file, node, "algo"));
	(void)json_object_set_new(root, "root_hash", bytes_of(file, node, "digest"));
	(void)json_object_set_new(root, "salt", bytes_of(file, node, "salt"));
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		(void)json_object_set_new(root, numbers[i].member,
					  number_of(file, node, numbers[i].property));
	(void)json_object_set_new(
		root, "in_partition",
		json_boolean(fit_property(&file->fit, node, "holdfast,partition", &property)));
	return root;
}

/* What the key is called in the trust set, if there is one and it has it. */
static json_t *name_of(const struct keyring *keyring, const uint8_t *id)
{
	for (unsigned i = 0; keyring != NULL && i < keyring->count; i++) {
		if (memcmp(keyring->keys[i].id, id, KEY_ID_SIZE) == 0)
			return json_string(keyring->keys[i].name);
	}
	return json_null();
}

static json_t *revoked_keys(const struct keyring *keyring, struct span ids)
{
	json_t *keys = json_array();

	for (size_t at = 0; at < ids.size / KEY_ID_SIZE * KEY_ID_SIZE; at += KEY_ID_SIZE) {
		json_t *key = json_object();

		(void)json_object_set_new(key, "key_id", json_hex(ids.at + at, KEY_ID_SIZE));
		(void)json_object_set_new(key, "name", name_of(keyring, ids.at + at));
		(void)json_array_append_new(keys, key);
	}
	return keys;
}

json_t *inspect_revocation(const struct inspection *inspection, unsigned configuration)
{
	const struct fit_file *file = inspection->file;
	struct fit_property list;
	struct fit_property version;
	uint32_t number = 0;
	bool has_list = fit_property(&file->fit, configuration, "holdfast,revoked", &list);
	bool has_version =
		fit_property(&file->fit, configuration, "holdfast,revoked-version", &version);
	json_t *revocation;

	if (!has_list && !has_version)
		return json_null();
	(void)fit_file_u32(file, configuration, "holdfast,revoked-version", &number);
	if (!has_list || number == 0 || list.value.size == 0 ||
	    list.value.size % KEY_ID_SIZE != 0 ||
	    list.value.size > (size_t)REVOKED_MAX * KEY_ID_SIZE)
		inspect_warn(inspection, ERR_BAD_FIT, fit_name(&file->fit, configuration),
			     "a list of revoked keys is 1 to 32 key ids and a version above 0");
	if (!has_list)
		list.value = (struct span){ NULL, 0 };
	revocation = json_object();
	(void)json_object_set_new(revocation, "version", json_integer(number));
	(void)json_object_set_new(revocation, "keys",
				  revoked_keys(inspection->keyring, list.value));
	return revocation;
}

/* "CycloneDX 1.5", "SPDX-2.3"; NULL: neither. A fresh string, the caller frees. */
static char *kind_of_bill(const json_t *bill)
{
	const char *format = json_string_value(json_object_get(bill, "bomFormat"));
	const char *version = json_string_value(json_object_get(bill, "specVersion"));
	const char *spdx = json_string_value(json_object_get(bill, "spdxVersion"));

	if (format != NULL && strcmp(format, "CycloneDX") == 0)
		return text_of("CycloneDX %.16s", version == NULL ? "" : version);
	return spdx == NULL ? NULL : text_of("%.16s", spdx);
}

/* A string of a document, as it may be printed; null if there is none. */
static json_t *plain_json(const char *text)
{
	char *plain;
	json_t *string;

	if (text == NULL)
		return json_null();
	plain = text_plain(text);
	string = json_string(plain);
	free(plain);
	return string;
}

static void describe_bill(struct span data, json_t *object)
{
	json_t *bill = json_loadb((const char *)data.at, data.size, JSON_REJECT_DUPLICATES, NULL);
	const json_t *list = json_object_get(bill, "components");
	char *kind = kind_of_bill(bill);

	if (list == NULL)
		list = json_object_get(bill, "packages");
	(void)json_object_set_new(object, "format", plain_json(kind));
	(void)json_object_set_new(object, "components",
				  json_is_array(list)
					  ? json_integer((json_int_t)json_array_size(list))
					  : json_null());
	free(kind);
	json_decref(bill);
}

json_t *inspect_sbom(const struct inspection *inspection, unsigned configuration)
{
	const struct fit_file *file = inspection->file;
	struct fit_property property;
	struct span data = { NULL, 0 };
	const char *name;
	unsigned image;
	json_t *object;

	if (!fit_property(&file->fit, configuration, "holdfast,sbom", &property))
		return json_null();
	name = fit_is_string(property.value) ? (const char *)property.value.at : "";
	image = fit_child(&file->fit, fit_file_images(file), name);
	if (image == FIT_NONE)
		inspect_warn(inspection, ERR_CONFIG_MISSING, fit_name(&file->fit, configuration),
			     "holdfast,sbom names an image that is not there");
	object = json_object();
	(void)json_object_set_new(object, "image", json_string(name));
	if (image == FIT_NONE || fit_file_data(file, image, &data) != OK)
		data = (struct span){ NULL, 0 };
	describe_bill(data, object);
	return object;
}
