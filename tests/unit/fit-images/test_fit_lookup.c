// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Nodes, properties and strings of an opened FIT. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <libfdt.h>
#include <cmocka.h>

#include "raw_fit.h"

static void lookups(void **state)
{
	struct fit_property found;
	uint32_t cursor;
	unsigned a;

	(void)state;
	raw_begin();
	raw_node("");
	raw_property("x", "root");
	raw_cell(FDT_NOP);
	raw_property("y", "2");
	raw_node("a");
	raw_cell(FDT_NOP);
	raw_property("x", "in a");
	raw_node("inner");
	raw_property("z", "");
	raw_end();
	raw_end();
	raw_node("ab");
	raw_end();
	raw_cell(FDT_NOP);
	raw_node("abc");
	raw_end();
	raw_finish();
	assert_int_equal(raw_open(), OK);
	a = fit_child(&raw_fit, 0, "a");
	assert_int_equal(a, 1);
	assert_int_equal(fit_next_child(&raw_fit, 0, a), 3);
	assert_int_equal(fit_next_child(&raw_fit, 0, 3), 4);
	assert_int_equal(fit_next_child(&raw_fit, 0, 4), FIT_NONE);
	assert_int_equal(fit_child(&raw_fit, a, "inner"), 2);
	assert_int_equal(fit_next_child(&raw_fit, a, 2), FIT_NONE);
	assert_int_equal(fit_child(&raw_fit, 0, "inner"), FIT_NONE);
	assert_int_equal(fit_child_named(&raw_fit, 0, "abX", 2), 3);
	assert_string_equal(fit_name(&raw_fit, 4), "abc");
	assert_true(fit_property(&raw_fit, 0, "y", &found));
	assert_true(fit_equals(found.value, "2"));
	assert_true(fit_property(&raw_fit, a, "x", &found));
	assert_true(fit_equals(found.value, "in a"));
	assert_false(fit_property(&raw_fit, a, "z", &found));
	assert_null(found.name);
	cursor = raw_fit.nodes[0].properties;
	assert_true(fit_next_property(&raw_fit, 0, &cursor, &found));
	assert_string_equal(found.name, "x");
	assert_true(fit_next_property(&raw_fit, 0, &cursor, &found));
	assert_int_equal(found.next, cursor);
	assert_false(fit_next_property(&raw_fit, 0, &cursor, &found));
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lookups),
		cmocka_unit_test(strings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
