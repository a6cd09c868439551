/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* verb_report_print.c - a report as tables. What comes from a file is printed as plain ASCII. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "verb_report.h"

/* A cell of text from outside; "-" if it is null. */
static void add(struct text_table *table, const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));
	char *plain = text == NULL ? NULL : text_plain(text);

	text_table_add(table, plain);
	free(plain);
}

static void print_line(const char *what, const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));
	char *plain = text_plain(text == NULL ? "-" : text);

	(void)printf("  %-14s %s\n", what, plain);
	free(plain);
}

/* Whose a signature is where that is known, else what it says itself, with a question mark. */
static void add_name(struct text_table *table, const json_t *signature)
{
	const char *hint = json_string_value(json_object_get(signature, "hint"));
	char *plain;

	if (!json_is_null(json_object_get(signature, "key"))) {
		add(table, signature, "key");
		return;
	}
	plain = text_plain(hint == NULL ? "" : hint);
	text_table_format(table, "%s?", plain);
	free(plain);
}

static void print_signatures(const json_t *signatures)
{
	struct text_table table = { .columns = 6 };
	static const char *const head[] = { "KEY", "ROLE", "ALGORITHM", "TIME", "STATE", "KEY ID" };
	const json_t *signature;
	size_t i;

	if (json_array_size(signatures) == 0) {
		(void)printf("    nobody signed it\n");
		return;
	}
	for (i = 0; i < sizeof(head) / sizeof(head[0]); i++)
		text_table_add(&table, head[i]);
	json_array_foreach(signatures, i, signature)
	{
		add_name(&table, signature);
		add(&table, signature, "role");
		add(&table, signature, "algorithm");
		add(&table, signature, "time");
		add(&table, signature, "state");
		add(&table, signature, "key_id");
	}
	text_table_print(&table, "    ");
}

static void print_configuration(const json_t *configuration)
{
	const json_t *compatible = json_object_get(configuration, "compatible");
	const json_t *verdict = json_object_get(configuration, "verdict");
	const char *word = json_is_null(verdict) ? "not judged" : json_string_value(verdict);
	const json_t *one;
	size_t i;

	print_line("configuration", configuration, "name");
	json_array_foreach(compatible, i, one)
	{
		char *plain = text_plain(json_string_value(one));

		(void)printf("  %-14s %s\n", i == 0 ? "for" : "", plain);
		free(plain);
	}
	(void)printf(
		"  %-14s %lld\n", "rollback index",
		(long long)json_integer_value(json_object_get(configuration, "rollback_index")));
	(void)printf("  %-14s %s\n", "verdict", strcmp(word, "ok") == 0 ? "trusted" : word);
	print_signatures(json_object_get(configuration, "signatures"));
}

static void print_provenance(const json_t *provenance)
{
	struct text_table table = { .columns = 3 };
	const json_t *signature;
	size_t i;

	if (!json_is_object(provenance))
		return;
	print_line("provenance", provenance, "file");
	print_line("built by", provenance, "builder");
	print_line("state", provenance, "state");
	text_table_add(&table, "KEY");
	text_table_add(&table, "STATE");
	text_table_add(&table, "KEY ID");
	json_array_foreach(json_object_get(provenance, "signatures"), i, signature)
	{
		add(&table, signature, "key");
		add(&table, signature, "state");
		add(&table, signature, "key_id");
	}
	text_table_print(&table, "    ");
}

void report_print(const json_t *document)
{
	const json_t *releases = json_object_get(document, "releases");
	const json_t *release;
	const json_t *one;
	size_t i;
	size_t k;

	json_array_foreach(releases, i, release)
	{
		char *plain = text_plain(json_string_value(json_object_get(release, "fit")));

		(void)printf("%s%s\n", i == 0 ? "" : "\n", plain);
		free(plain);
		print_line("sha256", release, "sha256");
		json_array_foreach(json_object_get(release, "configurations"), k, one)
			print_configuration(one);
		print_provenance(json_object_get(release, "provenance"));
	}
}
