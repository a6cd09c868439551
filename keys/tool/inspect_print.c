/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * inspect_print.c - the description of a FIT as text.
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "inspect.h"

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value == NULL ? "" : value;
}

static long long number(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

static void print_value(const json_t *value)
{
	size_t index;
	json_t *item;

	if (json_is_string(value))
		(void)printf(" %s", json_string_value(value));
	json_array_foreach(value, index, item)(void) printf(" %s", json_string_value(item));
	(void)fputc('\n', stdout);
}

/* Everything that is a plain property, in the order of the alphabet. */
static void print_properties(const char *indent, json_t *object)
{
	static const char *const structure[] = { "name",      "data",       "hashes",
						 "dm-verity", "signatures", "covered" };
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		bool plain = true;

		for (size_t i = 0; i < sizeof(structure) / sizeof(structure[0]); i++)
			plain &= strcmp(key, structure[i]) != 0;
		if (!plain)
			continue;
		(void)printf("%s%s:", indent, key);
		print_value(value);
	}
}

static void print_image(json_t *image)
{
	const json_t *data = json_object_get(image, "data");
	size_t index;
	json_t *hash;

	(void)printf("image %s\n", text(image, "name"));
	if (json_is_object(data))
		(void)printf(
			"  %lld bytes at %lld, %s\n", number(data, "size"), number(data, "offset"),
			json_is_true(json_object_get(data, "external")) ? "external" : "embedded");
	print_properties("  ", image);
	json_array_foreach(json_object_get(image, "hashes"), index, hash)(void)
		printf("  %s: %s %s (%s)\n", text(hash, "node"), text(hash, "algorithm"),
		       text(hash, "value"), text(hash, "data"));
	if (json_object_get(image, "dm-verity") != NULL) {
		(void)printf("  dm-verity\n");
		print_properties("    ", json_object_get(image, "dm-verity"));
	}
}

static void print_signature(const json_t *signature)
{
	(void)printf("  %s: ", text(signature, "node"));
	if (!json_is_true(json_object_get(signature, "signed"))) {
		(void)printf("not signed (algo %s, key %s)\n", text(signature, "algorithm"),
			     text(signature, "key"));
		return;
	}
	(void)printf("%s %s, key %s, by %s %s (not verified here)\n", text(signature, "algorithm"),
		     text(signature, "padding"), text(signature, "key"), text(signature, "signer"),
		     text(signature, "signer_version"));
}

static void print_configuration(json_t *configuration, const char *chosen)
{
	size_t index;
	json_t *item;

	(void)printf("configuration %s%s\n", text(configuration, "name"),
		     strcmp(text(configuration, "name"), chosen) == 0 ? " (default)" : "");
	print_properties("  ", json_object_get(configuration, "properties"));
	json_array_foreach(json_object_get(configuration, "signatures"), index, item)
		print_signature(item);
	(void)printf("  a signature covers:");
	print_value(json_object_get(configuration, "covered"));
}

void inspect_print(const json_t *document)
{
	size_t index;
	json_t *item;

	(void)printf("FIT %s: %lld bytes, metadata %lld\n", text(document, "fit"),
		     number(document, "size"), number(document, "metadata"));
	json_array_foreach(json_object_get(document, "images"), index, item) print_image(item);
	json_array_foreach(json_object_get(document, "configurations"), index, item)
		print_configuration(item, text(document, "default"));
	json_array_foreach(json_object_get(document, "warnings"), index, item)(void)
		printf("a loader refuses: %s at %s: %s\n", text(item, "code"), text(item, "at"),
		       text(item, "text"));
}
