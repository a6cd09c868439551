// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* The choice of a configuration. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <libfdt.h>
#include <cmocka.h>

#include "raw_fit.h"

/* Configurations as "name=compatible[ compatible]" or "name"; then default. */
static void configurations(const char *const *list, const char *by_default)
{
	raw_begin();
	raw_node("");
	raw_node("configurations");
	if (by_default)
		raw_property("default", by_default);
	for (; *list; list++) {
		const char *equals = strchr(*list, '=');
		char name[33];
		char value[64];
		size_t i, size;

		snprintf(name, sizeof(name), "%.*s", equals ? (int)(equals - *list) : 32, *list);
		raw_node(name);
		if (equals) {
			size = strlen(equals + 1) + 1;
			memcpy(value, equals + 1, size);
			for (i = 0; i < size; i++)
				if (value[i] == ' ')
					value[i] = '\0';
			raw_property_at(raw_string("compatible"), value, size);
		}
		raw_end();
	}
	raw_end();
	raw_finish();
	assert_int_equal(raw_open(), OK);
}

static const char *const board[] = { "acme,rev2", "acme,board", "acme,soc", NULL };

static enum status chosen(const char **name)
{
	unsigned node;
	enum status status = fit_choose(&raw_fit, board, &node);

	*name = status == OK ? fit_name(&raw_fit, node) : "";
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
	assert_int_equal(fit_choose_named(&raw_fit, "conf-2", &node), OK);
	assert_string_equal(fit_name(&raw_fit, node), "conf-2");
	assert_int_equal(fit_choose_named(&raw_fit, "conf", &node), ERR_CONFIG_MISSING);
	assert_int_equal(fit_choose_named(&raw_fit, "", &node), ERR_CONFIG_MISSING);
	raw_begin();
	raw_node("");
	raw_finish();
	assert_int_equal(raw_open(), OK);
	assert_int_equal(fit_choose_named(&raw_fit, "conf-1", &node), ERR_CONFIG_MISSING);
}

static void odd_compatible(void **state)
{
	const char *name;

	(void)state;
	raw_begin();
	raw_node("");
	raw_node("configurations");
	raw_property_at(raw_string("default"), "a", 1); /* no NUL */
	raw_node("a");
	raw_property_at(raw_string("compatible"), "acme,board", 10);
	raw_end();
	raw_end();
	raw_finish();
	assert_int_equal(raw_open(), OK);
	assert_int_equal(chosen(&name), ERR_NO_MATCH);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(choice),
		cmocka_unit_test(choice_by_name),
		cmocka_unit_test(odd_compatible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
