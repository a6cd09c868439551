// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* The gate, on a configuration that was verified. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "fit_builder.h"
#include "fit_fixture.h"

static const struct fit_config *config;
static struct memory_medium medium;
static struct proof proof;
static struct build build;

static int set_up(void **state)
{
	build_plain(&build, 100);
	build_string(&build, "/configurations/c", "cmdline", "quiet");
	build_u32(&build, "/configurations/c", "holdfast,rollback-index", 7);
	build_bytes(&build, "/configurations/c", "compatible", "vendor,one\0vendor,two", 22);
	build_bytes(&build, "/configurations/c", "unended", "one\0two", 7);
	build_bytes(&build, "/configurations/c", "control", "one\0t\nwo", 9);
	build_bytes(&build, "/configurations/c", "hole", "one\0\0two", 9);
	build_bytes(&build, "/configurations/c", "empty", "", 0);
	build_bytes(&build, "/images/k", "entry", "\0\0\0\1\x40\x20\0\0", 8);
	build_bytes(&build, "/images/k", "odd", "123456", 6);
	build_node(&build, "/images/k/extra");
	build_string(&build, "/images/k/extra", "type", "x");
	(void)engines_set_up(state);
	config = fixture_config(&build, &medium, 1, &proof);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	build_free(&build);
	return 0;
}

static struct fit_image kernel(void)
{
	struct fit_image image;

	assert_int_equal(fit_config_image(config, "kernel", 0, &image), OK);
	return image;
}

static void of_the_configuration(void **state)
{
	const char *string;
	uint32_t number;

	(void)state;
	assert_string_equal(fit_config_name(config), "c");
	assert_string_equal(fit_config_key(config)->name, "dev");
	assert_int_equal(fit_config_string(config, "cmdline", &string), OK);
	assert_string_equal(string, "quiet");
	assert_int_equal(fit_config_string(config, "holdfast,rollback-index", &string),
			 ERR_BAD_FIT);
	assert_null(string);
	assert_int_equal(fit_config_u32(config, "holdfast,rollback-index", &number), OK);
	assert_int_equal(number, 7);
	assert_int_equal(fit_config_u32(config, "cmdline", &number), ERR_BAD_FIT);
	assert_int_equal(fit_config_u32(config, "absent", &number), ERR_ABSENT);
	assert_int_equal(number, 0);
}

static void lists(void **state)
{
	const char *string;

	(void)state;
	assert_int_equal(fit_config_list(config, "compatible", 0, &string), OK);
	assert_string_equal(string, "vendor,one");
	assert_int_equal(fit_config_list(config, "compatible", 1, &string), OK);
	assert_string_equal(string, "vendor,two");
	assert_int_equal(fit_config_list(config, "compatible", 2, &string), ERR_ABSENT);
	assert_int_equal(fit_config_list(config, "compatible", UINT32_MAX, &string), ERR_ABSENT);
	assert_int_equal(fit_config_list(config, "absent", 0, &string), ERR_ABSENT);
	assert_null(string);
	assert_int_equal(fit_config_list(config, "unended", 0, &string), ERR_BAD_FIT);
	assert_null(string);
	assert_string_equal(refusal_last()->at, "unended");
	assert_int_equal(fit_config_list(config, "control", 1, &string), ERR_BAD_FIT);
	assert_int_equal(fit_config_list(config, "hole", 1, &string), ERR_BAD_FIT);
	assert_int_equal(fit_config_list(config, "empty", 0, &string), ERR_BAD_FIT);
	assert_int_equal(fit_config_list(config, "holdfast,rollback-index", 0, &string),
			 ERR_BAD_FIT);
}

static void images(void **state)
{
	struct fit_image image = kernel();

	(void)state;
	assert_string_equal(fit_image_name(&image), "k");
	assert_int_equal(fit_config_image(config, "kernel", 1, &image), ERR_ABSENT);
	assert_int_equal(fit_config_image(config, "fdt", 0, &image), ERR_ABSENT);
	assert_int_equal(fit_config_image(config, "holdfast,rollback-index", 0, &image),
			 ERR_BAD_FIT);
	assert_int_equal(fit_config_image(config, "cmdline", 0, &image), ERR_CONFIG_MISSING);
	assert_string_equal(refusal_last()->at, "quiet");
	assert_null(image.config);
}

static void of_an_image(void **state)
{
	struct fit_image image = kernel();
	uint64_t address;

	(void)state;
	assert_int_equal(fit_image_address(&image, "load", &address), OK);
	assert_int_equal(address, 0x40200000);
	assert_int_equal(fit_image_address(&image, "entry", &address), OK);
	assert_true(address == 0x140200000);
	assert_int_equal(fit_image_address(&image, "odd", &address), ERR_BAD_FIT);
	assert_int_equal(fit_image_address(&image, "absent", &address), ERR_ABSENT);
	assert_int_equal(fit_image_expect(&image, "type", "kernel", ERR_BAD_KERNEL), OK);
	assert_int_equal(fit_image_expect(&image, "type", "ramdisk", ERR_BAD_KERNEL),
			 ERR_BAD_KERNEL);
	assert_int_equal(fit_image_expect(&image, "absent", "x", ERR_BAD_KERNEL), ERR_ABSENT);
	assert_true(fit_image_has_child(&image, "extra"));
	assert_false(fit_image_has_child(&image, "absent"));
}

/* Names that signatures leave out, children of other kinds. */
static void never_covered(void **state)
{
	struct fit_image image = kernel();
	struct span value;

	(void)state;
	assert_int_equal(fit_image_property(&image, "data", &value), ERR_NOT_COVERED);
	assert_null(value.at);
	assert_int_equal(fit_image_child_property(&image, "extra", "type", &value),
			 ERR_NOT_COVERED);
	assert_null(value.at);
	/* Nor is it known that there is none. */
	assert_int_equal(fit_image_child_property(&image, "extra", "absent", &value),
			 ERR_NOT_COVERED);
	assert_int_equal(fit_image_child_property(&image, "absent", "type", &value), ERR_ABSENT);
}

/* Whoever was let choose another board's configuration by a fault does not get it. */
static void for_this_board(void **state)
{
	static const char *const second[] = { "other", "vendor,two", NULL };
	static const char *const near[] = { "vendor,tw", "vendor,twos", "", "vendor", NULL };
	static const char *const none[] = { NULL };

	(void)state;
	assert_int_equal(fit_config_fits(config, second), OK);
	assert_int_equal(fit_config_fits(config, near), ERR_NO_MATCH);
	assert_int_equal(fit_config_fits(config, none), ERR_NO_MATCH);
	assert_string_equal(refusal_last()->at, "c");
}

static void without_compatible_any_board(void **state)
{
	static const char *const boards[] = { "other", NULL };
	struct build plain;

	(void)state;
	build_plain(&plain, 100);
	assert_int_equal(fit_config_fits(fixture_config(&plain, &medium, 1, &proof), boards), OK);
	build_free(&plain);
	config = fixture_again(&build, &medium, 1, &proof);
}

static void no_configuration(void **state)
{
	static struct fit fit;
	struct keyring ring = { fit_config_key(config), 1, REQUIRED_ALL, 0 };
	const struct fit_config *made = config;

	(void)state;
	fit.node_count = 1;
	assert_int_equal(fit_verify(&fit, FIT_NONE, &ring, &proof, &made), ERR_INTERNAL);
	assert_null(made);
	assert_int_equal(fit_verify(&fit, 0, &ring, &proof, &made), ERR_INTERNAL);
	assert_null(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_the_configuration),
		cmocka_unit_test(lists),
		cmocka_unit_test(images),
		cmocka_unit_test(of_an_image),
		cmocka_unit_test(never_covered),
		cmocka_unit_test(for_this_board),
		cmocka_unit_test(without_compatible_any_board),
		cmocka_unit_test(no_configuration), /* ends the configuration */
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
