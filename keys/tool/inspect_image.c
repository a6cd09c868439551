/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * inspect_image.c - what there is to say about an image.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "inspect.h"
#include "text.h"

void inspect_warn(const struct inspection *inspection, enum status why, const char *at,
		  const char *text)
{
	json_t *warning = json_object();
	char *plain = text_plain(at);

	(void)json_object_set_new(warning, "code", json_string(status_word(why)));
	(void)json_object_set_new(warning, "at", json_string(plain));
	free(plain);
	(void)json_object_set_new(warning, "text", json_string(text));
	(void)json_array_append_new(inspection->warnings, warning);
}

/* Whether the value is a list of strings of printable characters; never an empty one. */
static bool is_text(struct span value)
{
	const char *string;
	unsigned i = 0;

	for (; fit_list_string(value, i, &string); i++) {
		if (!fit_is_string((struct span){ (const uint8_t *)string, strlen(string) + 1 }))
			return false;
	}
	return i != 0;
}

static bool is_number(const char *name)
{
	static const char *const numbers[] = {
		"load",
		"entry",
		"timestamp",
		"holdfast,rollback-index",
		"holdfast,revoked",
		"holdfast,revoked-version",
		"data-block-size",
		"hash-block-size",
		"num-data-blocks",
		"hash-start-block",
		"digest",
		"salt",
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (strcmp(name, numbers[i]) == 0)
			return true;
	}
	return false;
}

static json_t *value_json(const char *name, struct span value)
{
	const char *string;
	json_t *list;

	if (value.size == 0)
		return json_true();
	if (is_number(name) || !is_text(value))
		return json_hex(value.at, value.size);
	if (fit_is_string(value))
		return json_string((const char *)value.at);
	list = json_array();
	for (unsigned i = 0; fit_list_string(value, i, &string); i++)
		(void)json_array_append_new(list, json_string(string));
	return list;
}

json_t *inspect_properties(const struct fit_file *file, unsigned node)
{
	struct fit_property property;
	uint32_t cursor = file->fit.nodes[node].properties;
	json_t *object = json_object();

	while (fit_next_property(&file->fit, node, &cursor, &property)) {
		if (fit_name_is_covered(property.name))
			(void)json_object_set_new(object, property.name,
						  value_json(property.name, property.value));
	}
	return object;
}

static const char *matches(enum digest_algorithm algorithm, struct span data, struct span value)
{
	uint8_t digest[DIGEST_SIZE_MAX];

	if (EVP_Q_digest(NULL, digest_name(algorithm), NULL,
			 data.at == NULL ? "" : (const void *)data.at, data.size, digest,
			 NULL) != 1)
		return "unknown";
	if (value.size != digest_size(algorithm) || memcmp(value.at, digest, value.size) != 0)
		return "differs";
	return "matches";
}

static json_t *hash_node(const struct inspection *inspection, unsigned image, unsigned node,
			 const struct span *data)
{
	const struct fit_file *file = inspection->file;
	const char *name = fit_name(&file->fit, image);
	const char *word = fit_file_string(file, node, "algo");
	const char *state = "unknown";
	enum digest_algorithm algorithm;
	struct fit_property value;
	bool strong = word != NULL && digest_by_name(word, strlen(word), &algorithm) == OK;
	bool has_value = fit_property(&file->fit, node, "value", &value);
	json_t *hash = json_object();

	if (!strong)
		inspect_warn(inspection, ERR_ALGO_DENIED, name,
			     "a hash is not sha256, sha384 or sha512");
	else if (!has_value)
		inspect_warn(inspection, ERR_BAD_FIT, name,
			     "a hash has no value yet ('sign' fills it in)");
	else if (data != NULL)
		state = matches(algorithm, *data, value.value);
	/* Nobody reads a root as a whole: its proof is the root hash. */
	if (strcmp(state, "differs") == 0 && fit_child(&file->fit, image, "dm-verity") == FIT_NONE)
		inspect_warn(inspection, ERR_HASH_MISMATCH, name,
			     "the data is not what its hash says");
	(void)json_object_set_new(hash, "node", json_string(fit_name(&file->fit, node)));
	(void)json_object_set_new(hash, "algorithm", json_string(word == NULL ? "" : word));
	(void)json_object_set_new(hash, "value",
				  has_value ? json_hex(value.value.at, value.value.size)
					    : json_null());
	(void)json_object_set_new(hash, "data", json_string(state));
	return hash;
}

static json_t *where_data_lies(const struct fit_file *file, unsigned node, enum status found,
			       struct span data)
{
	struct fit_property property;
	json_t *object;

	if (found != OK)
		return json_null();
	object = json_object();
	(void)json_object_set_new(object, "size", json_integer((json_int_t)data.size));
	(void)json_object_set_new(
		object, "offset",
		json_integer(data.at == NULL ? 0 : (json_int_t)(data.at - file->bytes.at)));
	(void)json_object_set_new(
		object, "external",
		json_boolean(fit_property(&file->fit, node, "data-position", &property) ||
			     fit_property(&file->fit, node, "data-offset", &property)));
	return object;
}

static json_t *hash_nodes(const struct inspection *inspection, unsigned image,
			  const struct span *data)
{
	const struct fit_file *file = inspection->file;
	json_t *hashes = json_array();

	for (unsigned i = fit_next_child(&file->fit, image, image); i != FIT_NONE;
	     i = fit_next_child(&file->fit, image, i)) {
		if (fit_file_named(file, i, "hash"))
			(void)json_array_append_new(hashes, hash_node(inspection, image, i, data));
	}
	return hashes;
}

json_t *inspect_image(const struct inspection *inspection, unsigned node)
{
	const struct fit_file *file = inspection->file;
	json_t *image = json_object();
	struct span data;
	enum status found;

	refusal_clear();
	found = fit_file_data(file, node, &data);
	if (found != OK)
		inspect_warn(inspection, found == ERR_ABSENT ? ERR_BAD_FIT : found,
			     fit_name(&file->fit, node),
			     found == ERR_ABSENT ? "the image has no data" : refusal_last()->hint);
	(void)json_object_set_new(image, "name", json_string(fit_name(&file->fit, node)));
	(void)json_object_set_new(image, "properties", inspect_properties(file, node));
	(void)json_object_set_new(image, "data", where_data_lies(file, node, found, data));
	(void)json_object_set_new(image, "hashes",
				  hash_nodes(inspection, node, found == OK ? &data : NULL));
	(void)json_object_set_new(image, "verity", inspect_root(inspection, node));
	return image;
}
