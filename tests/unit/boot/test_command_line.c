// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_command_line.c - what may stand on the kernel's command line, and how long it may be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "command_line.h"
#include "fake_fit.h"

static struct fit_config config;
static struct root root;
static const struct slot slot_a = { "A", "holdfast-a", "root-a", "verity-a" };
static char text[COMMAND_LINE_SIZE];

/* The real one is tested where it is; here it only has to be last but one. */
enum status verity_arguments(const struct verity *verity, const struct verity_device *device,
			     char *line, size_t capacity)
{
	static const char ours[] = " dm-mod.create=\"x\" root=/dev/dm-0";

	(void)verity;
	(void)device;
	if (strlen(line) + sizeof(ours) > capacity)
		return ERR_CMDLINE_TOO_LONG;
	strcat(line, ours);
	return OK;
}

static int setup(void **state)
{
	(void)state;
	memset(&config, 0, sizeof(config));
	memset(&root, 0, sizeof(root));
	memset(text, 'x', sizeof(text));
	refusal_clear();
	return 0;
}

static void expect_line(const char *cmdline, const char *bootargs, const char *expected)
{
	config.cmdline = cmdline;
	assert_int_equal(command_line(&config, bootargs, &root, &slot_a, text), OK);
	assert_string_equal(text, expected);
}

static void expect_refused(const char *cmdline, enum status expected)
{
	config.cmdline = cmdline;
	assert_int_equal(command_line(&config, NULL, &root, &slot_a, text), expected);
}

static void signed_text_then_ours(void **state)
{
	(void)state;
	expect_line("quiet", NULL, "quiet rauc.slot=A");
	expect_line(NULL, NULL, "rauc.slot=A");
	expect_line("", NULL, "rauc.slot=A");
	root.present = true;
	expect_line("quiet", NULL, "quiet dm-mod.create=\"x\" root=/dev/dm-0 rauc.slot=A");
}

static void the_base_trees_text_only_without_our_own(void **state)
{
	(void)state;
	expect_line(NULL, "fromtree", "fromtree rauc.slot=A");
	expect_line("signed", "fromtree", "signed rauc.slot=A");
	expect_line("", "fromtree", "rauc.slot=A");
}

static void beside_a_root_nobody_else_names_one(void **state)
{
	static const char *const lines[] = {
		"root=/dev/vda",
		"quiet root=/dev/vda",
		"quiet\troot=/dev/vda",
		"\"root=/dev/vda\"",
		"dm-mod.create=\"evil\"",
		"dm_mod.create=\"evil\"",
		"quiet dm-mod.waitfor=/dev/vda",
		"\"dm_mod.create=evil\"",
		"roothash=00",
		"usrhash=00",
		"systemd.verity=0",
		"systemd.verity_root_data=/dev/vda",
		"systemd.verity-root-hash=/dev/vda",
		"quiet --",
		"quiet -- single",
		"-- x",
		"a=\"open",
		"\"",
	};

	(void)state;
	root.present = true;
	for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		expect_refused(lines[i], ERR_VERITY_PARAMS);
		assert_int_equal(command_line_beside_root(lines[i]), ERR_VERITY_PARAMS);
	}
	/* The base tree's text is measured alike. */
	config.cmdline = NULL;
	assert_int_equal(command_line(&config, "root=/dev/vda", &root, &slot_a, text),
			 ERR_VERITY_PARAMS);
	root.present = false;
	expect_line("root=/dev/vda", NULL, "root=/dev/vda rauc.slot=A");
}

static void what_only_looks_like_it_may_stay(void **state)
{
	static const char *const lines[] = {
		"overlayroot=tmpfs", "rootwait",  "rootfstype=erofs", "ro",
		"x.dm-mod.y=1",      "a=\"b c\"", "foo--bar",         "--foo",
		"nfsroothash=1",
	};

	(void)state;
	for (unsigned i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(command_line_beside_root(lines[i]), OK);
}

static void the_slot_is_ours_to_name(void **state)
{
	(void)state;
	expect_refused("rauc.slot=B", ERR_BAD_FIT);
	expect_refused("quiet rauc.slot=B", ERR_BAD_FIT);
	expect_refused("quiet \"rauc.slot=B\"", ERR_BAD_FIT);
	expect_line("xrauc.slot=B", NULL, "xrauc.slot=B rauc.slot=A");
}

static void to_the_last_character(void **state)
{
	static const char tail[] = " rauc.slot=A";
	char longest[COMMAND_LINE_SIZE];
	size_t room = CONFIG_CMDLINE_MAX - (sizeof(tail) - 1);

	(void)state;
	memset(longest, 'a', sizeof(longest));
	longest[room] = '\0';
	config.cmdline = longest;
	assert_int_equal(command_line(&config, NULL, &root, &slot_a, text), OK);
	assert_int_equal(strlen(text), CONFIG_CMDLINE_MAX);
	longest[room] = 'a';
	for (size_t more = 1; room + more < sizeof(longest); more++) {
		longest[room + more - 1] = 'a';
		longest[room + more] = '\0';
		expect_refused(longest, ERR_CMDLINE_TOO_LONG);
	}
	longest[room] = '\0';
	root.present = true;
	expect_refused(longest, ERR_CMDLINE_TOO_LONG);
}

static void far_too_long(void **state)
{
	char *longer = malloc(100000);

	(void)state;
	memset(longer, 'a', 100000);
	longer[99999] = '\0';
	expect_refused(longer, ERR_CMDLINE_TOO_LONG);
	free(longer);
}

static void printable_only(void **state)
{
	(void)state;
	expect_refused("quiet\n", ERR_BAD_FIT);
	expect_refused("\x1b[2J", ERR_BAD_FIT);
	expect_refused("caf\xc3\xa9", ERR_BAD_FIT);
	expect_line("a\tb", NULL, "a\tb rauc.slot=A");
}

static void uncovered_text_is_not_replaced_by_the_trees(void **state)
{
	(void)state;
	config.cmdline_status = ERR_NOT_COVERED;
	assert_int_equal(command_line(&config, "fromtree", &root, &slot_a, text), ERR_NOT_COVERED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(signed_text_then_ours, setup),
		cmocka_unit_test_setup(the_base_trees_text_only_without_our_own, setup),
		cmocka_unit_test_setup(beside_a_root_nobody_else_names_one, setup),
		cmocka_unit_test_setup(what_only_looks_like_it_may_stay, setup),
		cmocka_unit_test_setup(the_slot_is_ours_to_name, setup),
		cmocka_unit_test_setup(to_the_last_character, setup),
		cmocka_unit_test_setup(far_too_long, setup),
		cmocka_unit_test_setup(printable_only, setup),
		cmocka_unit_test_setup(uncovered_text_is_not_replaced_by_the_trees, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
