/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * inspect_print.c - the description of a FIT as text: the file, its images, what is wrong.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect.h"
#include "text.h"

const char *inspect_text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value == NULL ? "" : value;
}

long long inspect_number(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

/* "0x40400000" for a number of cells, "-" for none. */
static void add_address(struct text_table *table, const json_t *image, const char *property)
{
	const char *hex = inspect_text(json_object_get(image, "properties"), property);

	if (hex[0] == '\0')
		text_table_add(table, NULL);
	else
		text_table_format(table, "0x%s", hex);
}

static const char *state_of_hashes(const json_t *image)
{
	const char *worst = "none";
	size_t index;
	json_t *hash;

	json_array_foreach(json_object_get(image, "hashes"), index, hash)
	{
		const char *state = inspect_text(hash, "data");

		if (strcmp(worst, "differs") != 0 && strcmp(worst, "unknown") != 0)
			worst = strcmp(state, "matches") == 0 ? "right" : state;
	}
	return strcmp(worst, "differs") == 0 ? "WRONG" : worst;
}

/* Size and place, or that there is none. */
static void add_data(struct text_table *table, const json_t *image)
{
	const json_t *data = json_object_get(image, "data");

	if (!json_is_object(data)) {
		text_table_add(table, NULL);
		text_table_add(table, "unreadable");
		return;
	}
	text_table_format(table, "%lld", inspect_number(data, "size"));
	text_table_format(table, "%s %lld",
			  json_is_true(json_object_get(data, "external")) ? "external" : "embedded",
			  inspect_number(data, "offset"));
}

static void add_image(struct text_table *table, const json_t *image)
{
	const json_t *properties = json_object_get(image, "properties");

	text_table_add(table, inspect_text(image, "name"));
	text_table_add(table, inspect_text(properties, "type"));
	add_data(table, image);
	text_table_add(table, inspect_text(properties, "compression"));
	add_address(table, image, "load");
	add_address(table, image, "entry");
	text_table_add(table, state_of_hashes(image));
}

static void print_images(const json_t *images)
{
	static const char *const heads[] = { "image",       "type", "bytes", "where",
					     "compression", "load", "entry", "hash" };
	struct text_table table = { .columns = 8 };
	struct text_table hashes = { .columns = 5 };
	size_t index;
	size_t other;
	json_t *image;
	json_t *hash;

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		text_table_add(&table, heads[i]);
	json_array_foreach(images, index, image)
	{
		add_image(&table, image);
		json_array_foreach(json_object_get(image, "hashes"), other, hash)
		{
			text_table_add(&hashes, inspect_text(image, "name"));
			text_table_add(&hashes, inspect_text(hash, "node"));
			text_table_add(&hashes, inspect_text(hash, "algorithm"));
			text_table_add(&hashes, inspect_text(hash, "value"));
			text_table_add(&hashes, inspect_text(hash, "data"));
		}
	}
	(void)fputc('\n', stdout);
	text_table_print(&table, "");
	(void)fputc('\n', stdout);
	text_table_print(&hashes, "");
}

static void print_provenance(const json_t *document)
{
	const json_t *provenance = json_object_get(document, "provenance");
	const char *beside = inspect_text(document, "provenance_beside");
	size_t index;
	json_t *signature;

	if (!json_is_object(provenance)) {
		if (beside[0] != '\0')
			(void)printf("\nprovenance: %s lies beside (--provenance describes it)\n",
				     beside);
		return;
	}
	(void)printf("\nprovenance %s: %s\n", inspect_text(provenance, "file"),
		     inspect_text(provenance, "state"));
	if (inspect_text(provenance, "hint")[0] != '\0')
		(void)printf("  %-15s %s\n", "hint", inspect_text(provenance, "hint"));
	(void)printf("  %-15s %s\n", "about this file",
		     json_is_true(json_object_get(provenance, "about_this_file")) ? "yes" : "NO");
	(void)printf("  %-15s %s\n", "builder", inspect_text(provenance, "builder"));
	json_array_foreach(json_object_get(provenance, "signatures"), index, signature)(void)
		printf("  %-15s %s %s, key %s\n", "signature", inspect_text(signature, "state"),
		       inspect_text(signature, "key"), inspect_text(signature, "key_id"));
}

void inspect_print(const json_t *document)
{
	const json_t *images = json_object_get(document, "images");
	size_t index;
	json_t *item;

	(void)printf("FIT %s: %lld bytes, metadata %lld, sha256 %s\n",
		     inspect_text(document, "fit"), inspect_number(document, "size"),
		     inspect_number(document, "metadata"), inspect_text(document, "sha256"));
	print_images(images);
	json_array_foreach(json_object_get(document, "configurations"), index, item)
	{
		bool chosen =
			strcmp(inspect_text(item, "name"), inspect_text(document, "default")) == 0;

		(void)printf("\nconfiguration %s%s\n", inspect_text(item, "name"),
			     chosen ? " (default)" : "");
		inspect_print_configuration(item, images);
	}
	print_provenance(document);
	index = json_array_size(json_object_get(document, "warnings"));
	(void)fputs(index == 0 ? "" : "\n", stdout);
	json_array_foreach(json_object_get(document, "warnings"), index, item)(void)
		printf("a loader refuses: %s at %s: %s\n", inspect_text(item, "code"),
		       inspect_text(item, "at"), inspect_text(item, "text"));
}
