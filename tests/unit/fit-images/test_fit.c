// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* The strict profile, look-ups, and the choice of a configuration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <libfdt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fit.h"
#include "fit_builder.h"

static struct fit fit;

/* A structure block written token by token, with a strings block beside it. */
static struct {
	uint8_t structure[FIT_META_MAX];
	uint32_t size;
	char strings[8192];
	uint32_t strings_size;
} raw;

static void raw_begin(void)
{
	memset(&raw, 0, sizeof(raw));
}

static void cell(uint32_t value)
{
	store_be32(raw.structure + raw.size, value);
	raw.size += 4;
}

static void bytes(const void *at, size_t size)
{
	memcpy(raw.structure + raw.size, at, size);
	raw.size += (uint32_t)(size + 3) & ~3u;
}

static void begin(const char *name)
{
	cell(FDT_BEGIN_NODE);
	bytes(name, strlen(name) + 1);
}

static void end(void)
{
	cell(FDT_END_NODE);
}

static uint32_t string(const char *name)
{
	uint32_t at = raw.strings_size;

	memcpy(raw.strings + at, name, strlen(name) + 1);
	raw.strings_size += (uint32_t)strlen(name) + 1;
	return at;
}

static void property_at(uint32_t name, const void *value, size_t size)
{
	cell(FDT_PROP);
	cell((uint32_t)size);
	cell(name);
	bytes(value, size);
}

static void property(const char *name, const char *value)
{
	property_at(string(name), value, strlen(value) + 1);
}

/* Exact copies on the heap, so that ASan sees the edges. */
static enum status opened(void)
{
	static uint8_t *structure, *strings;
	enum status status;

	free(structure);
	free(strings);
	structure = malloc(raw.size + 1u);
	strings = malloc(raw.strings_size + 1u);
	assert_true(structure && strings);
	structure = realloc(structure, raw.size ? raw.size : 1);
	strings = realloc(strings, raw.strings_size ? raw.strings_size : 1);
	memcpy(structure, raw.structure, raw.size);
	memcpy(strings, raw.strings, raw.strings_size);
	memset(&fit, 0, sizeof(fit));
	fit.structure = (struct span){ structure, raw.size };
	fit.strings = (struct span){ strings, raw.strings_size };
	status = fit_open(&fit);
	if (status != OK)
		assert_int_equal(status, ERR_BAD_FIT);
	return status;
}

#define REFUSED(where)                                            \
	do {                                                      \
		assert_int_equal(opened(), ERR_BAD_FIT);          \
		assert_string_equal(refusal_last()->at, where);   \
	} while (0)

static void finish(void)
{
	end();
	cell(FDT_END);
}

static void smallest(void **state)
{
	(void)state;
	raw_begin();
	begin("");
	finish();
	assert_int_equal(opened(), OK);
	assert_int_equal(fit.node_count, 1);
	assert_int_equal(fit.nodes[0].end, 12);
	assert_int_equal(fit_next_child(&fit, 0, 0), FIT_NONE);
	assert_int_equal(fit_child(&fit, 0, "a"), FIT_NONE);
	assert_int_equal(fit_child(&fit, 0, ""), FIT_NONE);
}

static void roots(void **state)
{
	(void)state;
	raw_begin();
	REFUSED("token");
	begin("name");
	finish();
	REFUSED("root");
	raw_begin();
	cell(FDT_NOP);
	begin("");
	finish();
	REFUSED("root");
	raw_begin();
	begin("");
	end();
	begin("");
	finish();
	REFUSED("root");
	raw_begin();
	begin("");
	finish();
	cell(FDT_END);
	REFUSED("root");
	raw_begin();
	begin("");
	end();
	cell(FDT_NOP);
	cell(FDT_END);
	REFUSED("root");
	raw_begin();
	cell(FDT_END_NODE);
	REFUSED("root");
	raw_begin();
	begin("");
	end();
	REFUSED("token");
}

static void tokens(void **state)
{
	static const uint32_t wrong[] = { 0, 5, 8, 10, 0x80000001, 0xffffffff };
	unsigned i;

	(void)state;
	for (i = 0; i < 6; i++) {
		raw_begin();
		begin("");
		cell(wrong[i]);
		finish();
		REFUSED("token");
	}
	raw_begin();
	begin("");
	cell(FDT_END);
	REFUSED("token");
	/* Cut off at every byte. */
	raw_begin();
	begin("");
	property("p", "value");
	begin("node");
	end();
	finish();
	assert_int_equal(opened(), OK);
	while (raw.size-- > 0)
		assert_int_equal(opened(), ERR_BAD_FIT);
}

static void lengths(void **state)
{
	static const uint32_t wrong[] = { 9, 12, 100, 0x7fffffff, 0x80000000, 0xfffffff0, 0xfffffffd,
					  0xffffffff };
	unsigned i;

	(void)state;
	for (i = 0; i < 8; i++) {
		raw_begin();
		begin("");
		cell(FDT_PROP);
		cell(wrong[i]);
		cell(string("p"));
		cell(FDT_END_NODE);
		cell(FDT_END);
		REFUSED("token");
	}
}

static void node_names(void **state)
{
	static const char bad[] = "@/ #?!:;*~\\\"'()[]{}<>|&^%$=`\t\n\x7f\x80\xff\x01";
	static const char good[] = "abcxyzABCXYZ0189,._+-";
	char name[FIT_NAME_MAX + 2];
	unsigned i;

	(void)state;
	for (i = 0; bad[i] != '\0'; i++) {
		raw_begin();
		begin("");
		snprintf(name, sizeof(name), "a%cb", bad[i]);
		begin(name);
		end();
		finish();
		assert_int_equal(opened(), ERR_BAD_FIT);
	}
	raw_begin();
	begin("");
	begin(good);
	end();
	finish();
	assert_int_equal(opened(), OK);
	assert_int_equal(fit_child(&fit, 0, good), 1);
	raw_begin();
	begin("");
	begin("");
	end();
	finish();
	REFUSED("node-name");
	memset(name, 'n', sizeof(name));
	name[FIT_NAME_MAX] = '\0';
	raw_begin();
	begin("");
	begin(name);
	end();
	finish();
	assert_int_equal(opened(), OK);
	assert_int_equal(fit_child(&fit, 0, name), 1);
	name[FIT_NAME_MAX] = 'n';
	name[FIT_NAME_MAX + 1] = '\0';
	raw_begin();
	begin("");
	begin(name);
	end();
	finish();
	REFUSED("token");
}

static void property_names(void **state)
{
	static const char *const bad[] = { "", "a b", "a/b", "a@b", "a\x80", "a:b" };
	char name[80];
	unsigned i;

	(void)state;
	for (i = 0; i < 6; i++) {
		raw_begin();
		begin("");
		property(bad[i], "");
		finish();
		REFUSED("property-name");
	}
	raw_begin();
	begin("");
	property("#a?,._+-", "");
	finish();
	assert_int_equal(opened(), OK);
	memset(name, 'p', sizeof(name));
	name[65] = '\0';
	raw_begin();
	begin("");
	property(name, "");
	finish();
	REFUSED("strings");
	name[64] = '\0';
	raw_begin();
	begin("");
	property(name, "");
	finish();
	assert_int_equal(opened(), OK);
	/* Without NUL at the end of the strings block, and beyond it. */
	raw.strings_size--;
	REFUSED("strings");
	raw.strings_size = 0;
	REFUSED("strings");
	for (i = 0; i < 3; i++) {
		static const uint32_t offsets[] = { 2, 0x80000000, 0xffffffff };

		raw_begin();
		begin("");
		string("p");
		property_at(offsets[i], "", 1);
		finish();
		REFUSED("strings");
	}
}

static void duplicates(void **state)
{
	(void)state;
	raw_begin();
	begin("");
	begin("a");
	end();
	begin("b");
	begin("a");
	end();
	end();
	finish();
	assert_int_equal(opened(), OK);
	raw_begin();
	begin("");
	begin("a");
	end();
	begin("b");
	end();
	begin("a");
	end();
	finish();
	REFUSED("a");
	/* The same name in two places of the strings block. */
	raw_begin();
	begin("");
	property("p", "");
	property("q", "");
	property("p", "");
	finish();
	REFUSED("p");
	raw_begin();
	begin("");
	property("p", "");
	begin("a");
	property_at(0, "", 0);
	end();
	finish();
	assert_int_equal(opened(), OK);
	raw_begin();
	begin("");
	begin("a");
	end();
	property("p", "");
	finish();
	REFUSED("p");
}

static void limits(void **state)
{
	unsigned i, depth;

	(void)state;
	for (depth = FIT_DEPTH_MAX; depth <= FIT_DEPTH_MAX + 1; depth++) {
		raw_begin();
		begin("");
		for (i = 0; i < depth; i++)
			begin("d");
		for (i = 0; i < depth; i++)
			end();
		finish();
		if (depth == FIT_DEPTH_MAX)
			assert_int_equal(opened(), OK);
		else
			REFUSED("depth");
	}
	for (depth = FIT_NODES_MAX - 1; depth <= FIT_NODES_MAX; depth++) {
		raw_begin();
		begin("");
		for (i = 0; i < depth; i++) {
			char name[16];

			snprintf(name, sizeof(name), "n%u", i);
			begin(name);
			end();
		}
		finish();
		if (depth == FIT_NODES_MAX - 1)
			assert_int_equal(opened(), OK);
		else
			REFUSED("nodes");
	}
	for (depth = 64; depth <= 65; depth++) {
		raw_begin();
		begin("");
		for (i = 0; i < depth; i++) {
			char name[16];

			snprintf(name, sizeof(name), "p%u", i);
			property(name, "");
		}
		finish();
		if (depth == 64)
			assert_int_equal(opened(), OK);
		else
			REFUSED("properties");
	}
	/* Nesting without end. */
	raw_begin();
	begin("");
	while (raw.size < sizeof(raw.structure) - 8)
		begin("d");
	REFUSED("depth");
}

static void lookups(void **state)
{
	struct fit_property found;
	uint32_t cursor;
	unsigned a;

	(void)state;
	raw_begin();
	begin("");
	property("x", "root");
	cell(FDT_NOP);
	property("y", "2");
	begin("a");
	cell(FDT_NOP);
	property("x", "in a");
	begin("inner");
	property("z", "");
	end();
	end();
	begin("ab");
	end();
	cell(FDT_NOP);
	begin("abc");
	end();
	finish();
	assert_int_equal(opened(), OK);
	a = fit_child(&fit, 0, "a");
	assert_int_equal(a, 1);
	assert_int_equal(fit_next_child(&fit, 0, a), 3);
	assert_int_equal(fit_next_child(&fit, 0, 3), 4);
	assert_int_equal(fit_next_child(&fit, 0, 4), FIT_NONE);
	assert_int_equal(fit_child(&fit, a, "inner"), 2);
	assert_int_equal(fit_next_child(&fit, a, 2), FIT_NONE);
	assert_int_equal(fit_child(&fit, 0, "inner"), FIT_NONE);
	assert_int_equal(fit_child_named(&fit, 0, "abX", 2), 3);
	assert_string_equal(fit_name(&fit, 4), "abc");
	assert_true(fit_property(&fit, 0, "y", &found));
	assert_true(fit_equals(found.value, "2"));
	assert_true(fit_property(&fit, a, "x", &found));
	assert_true(fit_equals(found.value, "in a"));
	assert_false(fit_property(&fit, a, "z", &found));
	assert_null(found.name);
	cursor = fit.nodes[0].properties;
	assert_true(fit_next_property(&fit, 0, &cursor, &found));
	assert_string_equal(found.name, "x");
	assert_true(fit_next_property(&fit, 0, &cursor, &found));
	assert_int_equal(found.next, cursor);
	assert_false(fit_next_property(&fit, 0, &cursor, &found));
}

#define SPAN(text) ((struct span){ (const uint8_t *)(text), sizeof(text) - 1 })

static void strings(void **state)
{
	const char *found;

	(void)state;
	assert_true(fit_is_string(SPAN("a\0")));
	assert_false(fit_is_string(SPAN("")));
	assert_false(fit_is_string(SPAN("\0")));
	assert_false(fit_is_string(SPAN("a")));
	assert_false(fit_is_string(SPAN("a\0b\0")));
	assert_false(fit_is_string(SPAN("a\n\0")));
	assert_false(fit_is_string(SPAN("\x80\0")));
	assert_true(fit_equals(SPAN("a\0"), "a"));
	assert_false(fit_equals(SPAN("a"), "a"));
	assert_false(fit_equals(SPAN("a\0\0"), "a"));
	assert_false(fit_equals(SPAN("ab\0"), "a"));
	assert_true(fit_list_string(SPAN("a\0bc\0"), 0, &found));
	assert_string_equal(found, "a");
	assert_true(fit_list_string(SPAN("a\0bc\0"), 1, &found));
	assert_string_equal(found, "bc");
	assert_false(fit_list_string(SPAN("a\0bc\0"), 2, &found));
	assert_null(found);
	assert_false(fit_list_string(SPAN("a\0bc"), 0, &found));
	assert_false(fit_list_string(SPAN(""), 0, &found));
}

/* Configurations as "name=compatible[ compatible]" or "name"; then default. */
static void configurations(const char *const *list, const char *by_default)
{
	raw_begin();
	begin("");
	begin("configurations");
	if (by_default)
		property("default", by_default);
	for (; *list; list++) {
		const char *equals = strchr(*list, '=');
		char name[33];
		char value[64];
		size_t i, size;

		snprintf(name, sizeof(name), "%.*s", equals ? (int)(equals - *list) : 32, *list);
		begin(name);
		if (equals) {
			size = strlen(equals + 1) + 1;
			memcpy(value, equals + 1, size);
			for (i = 0; i < size; i++)
				if (value[i] == ' ')
					value[i] = '\0';
			property_at(string("compatible"), value, size);
		}
		end();
	}
	end();
	finish();
	assert_int_equal(opened(), OK);
}

static const char *const board[] = { "acme,rev2", "acme,board", "acme,soc", NULL };

static enum status chosen(const char **name)
{
	unsigned node;
	enum status status = fit_choose(&fit, board, &node);

	*name = status == OK ? fit_name(&fit, node) : "";
	if (status != OK)
		assert_int_equal(node, FIT_NONE);
	return status;
}

static void choice(void **state)
{
	static const struct {
		const char *list[5];
		const char *by_default;
		enum status status;
		const char *name;
	} cases[] = {
		{ { "a=acme,soc", "b=acme,board" }, "a", OK, "b" },
		{ { "a=acme,board acme,rev2", "b=acme,board" }, "b", OK, "a" },
		{ { "a=other acme,soc", "b" }, "b", OK, "a" },
		{ { "a=acme,board", "b=acme,board" }, "b", OK, "b" },
		{ { "a=acme,board", "b=acme,board", "c=acme,soc" }, "c", ERR_CONFIG_MISSING, "" },
		{ { "a=acme,board", "b=acme,board" }, NULL, ERR_CONFIG_MISSING, "" },
		{ { "a=acme,boar", "b=acme,board2" }, "a", ERR_NO_MATCH, "" },
		{ { "a=other", "b" }, "b", ERR_NO_MATCH, "" },
		{ { "a", "b" }, "b", OK, "b" },
		{ { "a", "b" }, "c", ERR_CONFIG_MISSING, "" },
		{ { "a", "b" }, NULL, ERR_CONFIG_MISSING, "" },
		{ { NULL }, "a", ERR_CONFIG_MISSING, "" },
	};
	unsigned i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *name;

		configurations(cases[i].list, cases[i].by_default);
		assert_int_equal(chosen(&name), cases[i].status);
		assert_string_equal(name, cases[i].name);
	}
}

static void choice_by_name(void **state)
{
	static const char *const list[] = { "conf-1", "conf-2", NULL };
	unsigned node;

	(void)state;
	configurations(list, NULL);
	assert_int_equal(fit_choose_named(&fit, "conf-2", &node), OK);
	assert_string_equal(fit_name(&fit, node), "conf-2");
	assert_int_equal(fit_choose_named(&fit, "conf", &node), ERR_CONFIG_MISSING);
	assert_int_equal(fit_choose_named(&fit, "", &node), ERR_CONFIG_MISSING);
	raw_begin();
	begin("");
	finish();
	assert_int_equal(opened(), OK);
	assert_int_equal(fit_choose_named(&fit, "conf-1", &node), ERR_CONFIG_MISSING);
}

static void odd_compatible(void **state)
{
	const char *name;

	(void)state;
	raw_begin();
	begin("");
	begin("configurations");
	property_at(string("default"), "a", 1); /* no NUL */
	begin("a");
	property_at(string("compatible"), "acme,board", 10);
	end();
	end();
	finish();
	assert_int_equal(opened(), OK);
	assert_int_equal(chosen(&name), ERR_NO_MATCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smallest),	    cmocka_unit_test(roots),
		cmocka_unit_test(tokens),	    cmocka_unit_test(lengths),
		cmocka_unit_test(node_names),	    cmocka_unit_test(property_names),
		cmocka_unit_test(duplicates),	    cmocka_unit_test(limits),
		cmocka_unit_test(lookups),	    cmocka_unit_test(strings),
		cmocka_unit_test(choice),	    cmocka_unit_test(choice_by_name),
		cmocka_unit_test(odd_compatible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
