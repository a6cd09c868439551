// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* The strict profile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <libfdt.h>
#include <cmocka.h>

#include "raw_fit.h"

static void smallest(void **state)
{
	(void)state;
	raw_begin();
	raw_node("");
	raw_finish();
	assert_int_equal(raw_open(), OK);
	assert_int_equal(raw_fit.node_count, 1);
	assert_int_equal(raw_fit.nodes[0].end, 12);
	assert_int_equal(fit_next_child(&raw_fit, 0, 0), FIT_NONE);
	assert_int_equal(fit_child(&raw_fit, 0, "a"), FIT_NONE);
	assert_int_equal(fit_child(&raw_fit, 0, ""), FIT_NONE);
}

static void roots(void **state)
{
	(void)state;
	raw_begin();
	REFUSED("token");
	raw_node("name");
	raw_finish();
	REFUSED("root");
	raw_begin();
	raw_cell(FDT_NOP);
	raw_node("");
	raw_finish();
	REFUSED("root");
	raw_begin();
	raw_node("");
	raw_end();
	raw_node("");
	raw_finish();
	REFUSED("root");
	raw_begin();
	raw_node("");
	raw_finish();
	raw_cell(FDT_END);
	REFUSED("root");
	raw_begin();
	raw_node("");
	raw_end();
	raw_cell(FDT_NOP);
	raw_cell(FDT_END);
	REFUSED("root");
	raw_begin();
	raw_cell(FDT_END_NODE);
	REFUSED("root");
	raw_begin();
	raw_node("");
	raw_end();
	REFUSED("token");
}

static void tokens(void **state)
{
	static const uint32_t wrong[] = { 0, 5, 8, 10, 0x80000001, 0xffffffff };
	unsigned i;

	(void)state;
	for (i = 0; i < 6; i++) {
		raw_begin();
		raw_node("");
		raw_cell(wrong[i]);
		raw_finish();
		REFUSED("token");
	}
	raw_begin();
	raw_node("");
	raw_cell(FDT_END);
	REFUSED("token");
	/* Cut off at every byte. */
	raw_begin();
	raw_node("");
	raw_property("p", "value");
	raw_node("node");
	raw_end();
	raw_finish();
	assert_int_equal(raw_open(), OK);
	while (raw.size-- > 0)
		assert_int_equal(raw_open(), ERR_BAD_FIT);
}

static void lengths(void **state)
{
	static const uint32_t wrong[] = { 9,          12,         100,        0x7fffffff,
					  0x80000000, 0xfffffff0, 0xfffffffd, 0xffffffff };
	unsigned i;

	(void)state;
	for (i = 0; i < 8; i++) {
		raw_begin();
		raw_node("");
		raw_cell(FDT_PROP);
		raw_cell(wrong[i]);
		raw_cell(raw_string("p"));
		raw_cell(FDT_END_NODE);
		raw_cell(FDT_END);
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
		raw_node("");
		snprintf(name, sizeof(name), "a%cb", bad[i]);
		raw_node(name);
		raw_end();
		raw_finish();
		assert_int_equal(raw_open(), ERR_BAD_FIT);
	}
	raw_begin();
	raw_node("");
	raw_node(good);
	raw_end();
	raw_finish();
	assert_int_equal(raw_open(), OK);
	assert_int_equal(fit_child(&raw_fit, 0, good), 1);
	raw_begin();
	raw_node("");
	raw_node("");
	raw_end();
	raw_finish();
	REFUSED("node-name");
	memset(name, 'n', sizeof(name));
	name[FIT_NAME_MAX] = '\0';
	raw_begin();
	raw_node("");
	raw_node(name);
	raw_end();
	raw_finish();
	assert_int_equal(raw_open(), OK);
	assert_int_equal(fit_child(&raw_fit, 0, name), 1);
	name[FIT_NAME_MAX] = 'n';
	name[FIT_NAME_MAX + 1] = '\0';
	raw_begin();
	raw_node("");
	raw_node(name);
	raw_end();
	raw_finish();
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
		raw_node("");
		raw_property(bad[i], "");
		raw_finish();
		REFUSED("property-name");
	}
	raw_begin();
	raw_node("");
	raw_property("#a?,._+-", "");
	raw_finish();
	assert_int_equal(raw_open(), OK);
	memset(name, 'p', sizeof(name));
	name[65] = '\0';
	raw_begin();
	raw_node("");
	raw_property(name, "");
	raw_finish();
	REFUSED("strings");
	name[64] = '\0';
	raw_begin();
	raw_node("");
	raw_property(name, "");
	raw_finish();
	assert_int_equal(raw_open(), OK);
	/* Without NUL at the end of the strings block, and beyond it. */
	raw.strings_size--;
	REFUSED("strings");
	raw.strings_size = 0;
	REFUSED("strings");
	for (i = 0; i < 3; i++) {
		static const uint32_t offsets[] = { 2, 0x80000000, 0xffffffff };

		raw_begin();
		raw_node("");
		raw_string("p");
		raw_property_at(offsets[i], "", 1);
		raw_finish();
		REFUSED("strings");
	}
}

static void duplicates(void **state)
{
	(void)state;
	raw_begin();
	raw_node("");
	raw_node("a");
	raw_end();
	raw_node("b");
	raw_node("a");
	raw_end();
	raw_end();
	raw_finish();
	assert_int_equal(raw_open(), OK);
	raw_begin();
	raw_node("");
	raw_node("a");
	raw_end();
	raw_node("b");
	raw_end();
	raw_node("a");
	raw_end();
	raw_finish();
	REFUSED("a");
	/* The same name in two places of the strings block. */
	raw_begin();
	raw_node("");
	raw_property("p", "");
	raw_property("q", "");
	raw_property("p", "");
	raw_finish();
	REFUSED("p");
	raw_begin();
	raw_node("");
	raw_property("p", "");
	raw_node("a");
	raw_property_at(0, "", 0);
	raw_end();
	raw_finish();
	assert_int_equal(raw_open(), OK);
	raw_begin();
	raw_node("");
	raw_node("a");
	raw_end();
	raw_property("p", "");
	raw_finish();
	REFUSED("p");
}

static void limits(void **state)
{
	unsigned i, depth;

	(void)state;
	for (depth = FIT_DEPTH_MAX; depth <= FIT_DEPTH_MAX + 1; depth++) {
		raw_begin();
		raw_node("");
		for (i = 0; i < depth; i++)
			raw_node("d");
		for (i = 0; i < depth; i++)
			raw_end();
		raw_finish();
		if (depth == FIT_DEPTH_MAX)
			assert_int_equal(raw_open(), OK);
		else
			REFUSED("depth");
	}
	for (depth = FIT_NODES_MAX - 1; depth <= FIT_NODES_MAX; depth++) {
		raw_begin();
		raw_node("");
		for (i = 0; i < depth; i++) {
			char name[16];

			snprintf(name, sizeof(name), "n%u", i);
			raw_node(name);
			raw_end();
		}
		raw_finish();
		if (depth == FIT_NODES_MAX - 1)
			assert_int_equal(raw_open(), OK);
		else
			REFUSED("nodes");
	}
	for (depth = 64; depth <= 65; depth++) {
		raw_begin();
		raw_node("");
		for (i = 0; i < depth; i++) {
			char name[16];

			snprintf(name, sizeof(name), "p%u", i);
			raw_property(name, "");
		}
		raw_finish();
		if (depth == 64)
			assert_int_equal(raw_open(), OK);
		else
			REFUSED("properties");
	}
	/* Nesting without end. */
	raw_begin();
	raw_node("");
	while (raw.size < sizeof(raw.structure) - 8)
		raw_node("d");
	REFUSED("depth");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(smallest),   cmocka_unit_test(roots),
		cmocka_unit_test(tokens),     cmocka_unit_test(lengths),
		cmocka_unit_test(node_names), cmocka_unit_test(property_names),
		cmocka_unit_test(duplicates), cmocka_unit_test(limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
