/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * inspect_print_config.c - a configuration as text.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inspect.h"
#include "root.h"
#include "text.h"

/* The strings of a list, or one string, or yes. */
static void print_value(const json_t *value)
{
	size_t index;
	json_t *item;

	if (json_is_true(value))
		(void)fputs(" yes", stdout);
	if (json_is_string(value))
		(void)printf(" %s", json_string_value(value));
	json_array_foreach(value, index, item)(void) printf(" %s", json_string_value(item));
	(void)fputc('\n', stdout);
}

/* They name files of the root. */
static bool is_path(const char *name)
{
	const char *const *path = root_paths;

	while (*path != NULL && strcmp(*path, name) != 0)
		path++;
	return *path != NULL;
}

/* All but those that are shown in another way. */
static void print_properties(json_t *properties)
{
	const char *name;
	json_t *value;

	json_object_foreach(properties, name, value)
	{
		bool path = is_path(name);

		if (strncmp(name, "holdfast,", 9) == 0 && !path)
			continue;
		(void)printf("  %-15s", path ? name + 9 : name);
		print_value(value);
	}
}

static void print_root(const json_t *root)
{
	if (!json_is_object(root))
		return;
	(void)printf("  %-15s %s, %s\n", "root", inspect_text(root, "image"),
		     json_is_true(json_object_get(root, "in_partition")) ? "in the slot's partition"
									 : "in the FIT");
	(void)printf("  %-15s %s %s\n", "root hash", inspect_text(root, "algorithm"),
		     inspect_text(root, "root_hash"));
	(void)printf("  %-15s %s\n", "salt", inspect_text(root, "salt"));
	(void)printf("  %-15s %lld blocks of %lld, tree at block %lld of %lld\n", "geometry",
		     inspect_number(root, "data_blocks"), inspect_number(root, "data_block_size"),
		     inspect_number(root, "hash_start_block"),
		     inspect_number(root, "hash_block_size"));
}

static void print_revocation(const json_t *revocation, const json_t *verdict)
{
	const json_t *counts = json_object_get(verdict, "revocation_counts");
	size_t index;
	json_t *key;

	if (!json_is_object(revocation))
		return;
	(void)printf("  %-15s version %lld%s\n", "revoked", inspect_number(revocation, "version"),
		     counts == NULL         ? ""
		     : json_is_true(counts) ? ", counts"
					    : ", IGNORED: nobody signed who may revoke");
	json_array_foreach(json_object_get(revocation, "keys"), index, key)(void) printf(
		"  %-15s %s %s\n", "", inspect_text(key, "key_id"), inspect_text(key, "name"));
}

static void print_sbom(const json_t *sbom)
{
	const char *format;

	if (!json_is_object(sbom))
		return;
	format = inspect_text(sbom, "format");
	(void)printf("  %-15s %s, %s, %lld components\n", "sbom", inspect_text(sbom, "image"),
		     format[0] == '\0' ? "no known format" : format,
		     inspect_number(sbom, "components"));
}

/* "right: dev (role dev, id 1f..)", or why not. */
static void add_state(struct text_table *table, const json_t *signature)
{
	const json_t *key = json_array_get(json_object_get(signature, "by"), 0);
	const char *state = inspect_text(signature, "state");

	if (key == NULL)
		text_table_add(table, strcmp(state, "not-checked") == 0
					      ? "not verified here (--trust)"
					      : state);
	else
		text_table_format(table, "right: %s, role %s, id %s", inspect_text(key, "name"),
				  inspect_text(key, "role"), inspect_text(key, "key_id"));
}

static void add_signature(struct text_table *table, const json_t *signature)
{
	text_table_add(table, inspect_text(signature, "node"));
	text_table_add(table, inspect_text(signature, "algorithm"));
	text_table_add(table, inspect_text(signature, "padding"));
	text_table_add(table, inspect_text(signature, "key"));
	if (inspect_text(signature, "signer")[0] == '\0')
		text_table_add(table, NULL);
	else
		text_table_format(table, "%s %s", inspect_text(signature, "signer"),
				  inspect_text(signature, "signer_version"));
	add_state(table, signature);
}

static void print_signatures(const json_t *signatures)
{
	static const char *const heads[] = { "signature", "algorithm", "padding",
					     "key hint",  "made by",   "state" };
	struct text_table table = { .columns = 6 };
	size_t index;
	size_t other;
	json_t *item;
	json_t *name;

	if (json_array_size(signatures) == 0)
		return;
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		text_table_add(&table, heads[i]);
	json_array_foreach(signatures, index, item) add_signature(&table, item);
	text_table_print(&table, "  ");
	json_array_foreach(signatures, index, item)
	{
		json_array_foreach(json_object_get(item, "names_not_covered"), other, name)(void)
			printf("  %s leaves out: the name of %s in %s\n",
			       inspect_text(item, "node"), inspect_text(name, "property"),
			       inspect_text(name, "node"));
	}
}

static void print_coverage(const json_t *configuration)
{
	struct text_table table = { .columns = 2 };
	size_t index;
	json_t *node;

	json_array_foreach(json_object_get(configuration, "covered"), index, node)
	{
		const json_t *list = json_object_get(node, "properties");
		char *names = text_of("%s", "");
		size_t other;
		json_t *name;

		json_array_foreach(list, other, name)
		{
			char *longer = text_of("%s%s%s", names, other == 0 ? "" : " ",
					       json_string_value(name));

			free(names);
			names = longer;
		}
		text_table_add(&table, inspect_text(node, "node"));
		text_table_add(&table, names);
		free(names);
	}
	if (table.used != 0)
		(void)printf("  a signature covers of each of these nodes:\n");
	text_table_print(&table, "    ");
	(void)printf("  and nothing in:");
	print_value(json_object_get(configuration, "not_covered"));
}

/* Payload is covered by the hashes, which are covered: what a reader of the list would miss. */
static void print_payload(const json_t *configuration, const json_t *images)
{
	if (json_array_size(json_object_get(configuration, "covered")) == 0 ||
	    json_array_size(images) == 0)
		return;
	(void)printf("  data, data-size, data-offset and data-position are never covered: "
		     "data is by its hash\n");
}

void inspect_print_configuration(const json_t *configuration, const json_t *images)
{
	const json_t *verdict = json_object_get(configuration, "verdict");

	print_properties(json_object_get(configuration, "properties"));
	(void)printf("  %-15s %lld\n", "rollback index",
		     inspect_number(configuration, "rollback_index"));
	print_root(json_object_get(configuration, "root"));
	print_revocation(json_object_get(configuration, "revocation"), verdict);
	print_sbom(json_object_get(configuration, "sbom"));
	print_signatures(json_object_get(configuration, "signatures"));
	if (json_is_object(verdict))
		(void)printf("  %-15s %s\n", "signed for it",
			     json_is_true(json_object_get(verdict, "trusted"))
				     ? "yes: the trust set is satisfied"
				     : inspect_text(verdict, "code"));
	print_coverage(configuration);
	print_payload(configuration, images);
}
