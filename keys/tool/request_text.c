/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * request_text.c - a request in words: what a person reads before signing.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "request.h"

static void line(json_t *lines, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void line(json_t *lines, const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		exit(EXIT_BUG);
	va_end(arguments);
	(void)json_array_append_new(lines, json_string(text));
	free(text);
}

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value == NULL ? "" : value;
}

static long long number(const json_t *object, const char *key)
{
	return (long long)json_integer_value(json_object_get(object, key));
}

/* "a, b" from a list of strings; a fresh string. */
static char *joined(const json_t *list)
{
	char *all = text_of("%s", "");
	size_t index;
	json_t *item;

	json_array_foreach(list, index, item)
	{
		char *longer =
			text_of("%s%s%s", all, index == 0 ? "" : ", ", json_string_value(item));

		free(all);
		all = longer;
	}
	return all;
}

static void image_lines(json_t *lines, const json_t *image)
{
	char *slots = joined(json_object_get(image, "slots"));
	size_t index;
	json_t *hash;

	line(lines, "  %s: %s, %lld bytes", slots, text(image, "name"), number(image, "size"));
	free(slots);
	json_array_foreach(json_object_get(image, "hashes"), index, hash)
		line(lines, "    %s %s", text(hash, "algorithm"), text(hash, "value"));
	if (json_object_get(image, "root_hash") != NULL)
		line(lines, "    root hash %s", text(image, "root_hash"));
}

static void configuration_lines(json_t *lines, const json_t *configuration)
{
	char *compatible = joined(json_object_get(configuration, "compatible"));
	size_t index;
	json_t *item;

	line(lines, "%s", "");
	line(lines, "Configuration %s: %s", text(configuration, "name"),
	     text(configuration, "description"));
	line(lines, "  for: %s", compatible[0] == '\0' ? "any board" : compatible);
	line(lines, "  rollback index: %lld", number(configuration, "rollback_index"));
	line(lines, "  command line: %s", text(configuration, "cmdline"));
	json_array_foreach(json_object_get(configuration, "images"), index, item)
		image_lines(lines, item);
	json_array_foreach(json_object_get(configuration, "revoked"), index, item)
		line(lines, "  revokes key %s (list %lld)", json_string_value(item),
		     number(configuration, "revoked_version"));
	free(compatible);
}

static void signer_lines(json_t *lines, const json_t *signer)
{
	line(lines, "  %s: %s, role %s", text(signer, "name"), text(signer, "type"),
	     json_object_get(signer, "role") == NULL ? "not stated" : text(signer, "role"));
	line(lines, "    key id %s", text(signer, "id"));
}

static void signature_lines(json_t *lines, const json_t *signature)
{
	line(lines, "%s", "");
	line(lines,
	     "Configuration %s with key %s (%s%s%s), digest %s:", text(signature, "configuration"),
	     text(signature, "key"), text(signature, "algorithm"),
	     json_object_get(signature, "padding") == NULL ? "" : ",", text(signature, "padding"),
	     text(signature, "digest"));
	line(lines, "%s", text(signature, "command"));
}

json_t *request_text(const json_t *request)
{
	const json_t *fit = json_object_get(request, "fit");
	json_t *lines = json_array();
	size_t index;
	json_t *item;

	line(lines,
	     "A request to sign. Nothing in it is secret, and nothing in it has been proved:");
	line(lines, "holdfast-keys request --check REQUEST FIT says whether it is about the FIT.");
	line(lines, "%s", "");
	line(lines, "File %s, %lld bytes", text(fit, "name"), number(fit, "size"));
	line(lines, "  sha256 %s", text(fit, "sha256"));
	json_array_foreach(json_object_get(request, "configurations"), index, item)
		configuration_lines(lines, item);
	line(lines, "%s", "");
	line(lines, "Who may sign:");
	json_array_foreach(json_object_get(request, "signers"), index, item)
		signer_lines(lines, item);
	line(lines, "%s", "");
	line(lines, "To sign, where the key is (here in NAME.pem); the .sig files go back:");
	json_array_foreach(json_object_get(request, "signatures"), index, item)
		signature_lines(lines, item);
	return lines;
}
