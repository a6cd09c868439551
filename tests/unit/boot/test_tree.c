// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * test_tree.c - the tree for Linux: where it comes from, overlays, /chosen. Hostile trees are in
 * test_tree_check.c.
 */
#include "tree_builder.h"

#include <stdio.h>

#include "host.h"
#include "tree.h"

static const struct slot slot_b = { "B", "holdfast-b", "root-b", "verity-b" };
static const struct tree_facts facts = {
	.source = TREE_STAGE_BEFORE,
	.slot = &slot_b,
	.version = "1.2.3",
	.config = "conf-1",
	.key = "dev",
	.index = 7,
	.refused = "A hash-mismatch",
};
static const struct tree_initrd initrd = { 0x48000000, 0x1234 };
static const struct tree_initrd no_initrd = { 0, 0 };
static const struct tree_images no_images = { .count = 0 };
static const struct span nothing = { NULL, 0 };

static uint8_t buffer[TREE_MAX] __attribute__((aligned(16)));
static struct tree tree;

static int setup(void **state)
{
	(void)state;
	host_platform_reset();
	memset(buffer, 0xcc, sizeof(buffer));
	refusal_clear();
	return 0;
}

/* Overlays are changed by being applied: each in an allocation of its own. */
static void add_image(struct tree_images *images, const char *name, struct span blob)
{
	images->all[images->count++] =
		(struct tree_image){ (uint8_t *)(uintptr_t)blob.at, blob.size, name };
}

static void free_images(struct tree_images *images)
{
	for (unsigned i = 0; i < images->count; i++)
		free(images->all[i].at);
}

/* One fragment with a target path, and one node with one property in it. */
static struct span overlay_on(const char *target, const char *node)
{
	char path[128];
	void *fdt = tree_new();

	tree_text(fdt, "/fragment@0", "target-path", target);
	snprintf(path, sizeof(path), "/fragment@0/__overlay__%s%s", *node ? "/" : "", node);
	tree_text(fdt, path, "added", "yes");
	return tree_done(fdt);
}

static void expect_overlay(enum status expected, struct span overlay)
{
	struct span base = tree_done(tree_like_virt());
	struct tree_images images = { .count = 0 };

	add_image(&images, "overlay-1", overlay);
	assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &images, base, buffer, &tree), expected);
	if (expected != OK)
		assert_string_equal(refusal_last()->at, "overlay-1");
	free_images(&images);
	tree_free(base);
}

static void stage_tree_gets_a_new_chosen(void **state)
{
	struct span base = tree_done(tree_like_virt());
	const uint8_t *value;
	int size;

	(void)state;
	assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &no_images, base, buffer, &tree), OK);
	assert_null(tree.bootargs);
	assert_int_equal(tree_finish(&tree, &facts, &initrd, "quiet rauc.slot=B"), OK);
	assert_int_equal(fdt_check_full(tree.fdt, tree.size), 0);
	expect_text_property(tree.fdt, "/chosen", "bootargs", "quiet rauc.slot=B");
	expect_text_property(tree.fdt, "/chosen", "stdout-path", "/pl011@9000000");
	expect_text_property(tree.fdt, "/chosen", "holdfast,version", "1.2.3");
	expect_text_property(tree.fdt, "/chosen", "holdfast,slot", "B");
	expect_text_property(tree.fdt, "/chosen", "holdfast,config", "conf-1");
	expect_text_property(tree.fdt, "/chosen", "holdfast,key", "dev");
	expect_text_property(tree.fdt, "/chosen", "holdfast,last", "A hash-mismatch");
	value = tree_get(tree.fdt, "/chosen", "holdfast,index", &size);
	assert_int_equal(size, 4);
	assert_int_equal(load_be32(value), 7);
	value = tree_get(tree.fdt, "/chosen", "linux,initrd-start", &size);
	assert_int_equal(size, 8);
	assert_int_equal(load_be64(value), 0x48000000);
	value = tree_get(tree.fdt, "/chosen", "linux,initrd-end", &size);
	assert_int_equal(load_be64(value), 0x48001234);
	expect_text_property(tree.fdt, "/pl011@9000000", "compatible", "arm,pl011");
	tree_free(base);
}

static void nothing_of_the_old_chosen_stays(void **state)
{
	struct span base = tree_done(tree_like_virt());

	(void)state;
	assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &no_images, base, buffer, &tree), OK);
	assert_int_equal(tree_finish(&tree, &facts, &no_initrd, ""), OK);
	expect_no_property(tree.fdt, "/chosen", "linux,initrd-start");
	/* Neither in the tree nor in the room behind it. */
	assert_null(memmem(buffer, sizeof(buffer), "KASLRSEE", 8));
	assert_null(memmem(buffer, sizeof(buffer), "an-earlier-stage", 16));
	assert_null(memmem(tree.fdt, tree.size, "init=/evil", 10));
	tree_free(base);
}

/*
 * Nodes are added in front: here /chosen is the last thing in the tree, and what is moved over it
 *   is short.
 */
static void a_seed_at_the_end_does_not_stay_behind(void **state)
{
	void *fdt = tree_new();
	uint8_t seed[2048];
	struct span base;

	(void)state;
	memset(seed, 'S', sizeof(seed));
	tree_bytes(fdt, "/chosen", "rng-seed", seed, sizeof(seed));
	base = tree_done(fdt);
	assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &no_images, base, buffer, &tree), OK);
	assert_null(memmem(buffer, sizeof(buffer), "SSSSSSSS", 8));
	tree_free(base);
}

static void every_old_chosen_goes(void **state)
{
	void *fdt = tree_like_virt();
	struct span base;

	(void)state;
	tree_text(fdt, "/chosen@1", "bootargs", "init=/evil1");
	tree_text(fdt, "/chosen@2", "bootargs", "init=/evil2");
	base = tree_done(fdt);
	assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &no_images, base, buffer, &tree), OK);
	assert_int_equal(fdt_path_offset(tree.fdt, "/chosen"), -FDT_ERR_NOTFOUND);
	tree_free(base);
}

static void seeds_are_fresh(void **state)
{
	struct span base = tree_done(tree_like_virt());
	uint8_t first[64];
	const void *seed;
	int size;

	(void)state;
	for (unsigned turn = 0; turn < 2; turn++) {
		assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &no_images, base, buffer, &tree),
				 OK);
		assert_int_equal(tree_finish(&tree, &facts, &no_initrd, ""), OK);
		assert_non_null(tree_get(tree.fdt, "/chosen", "kaslr-seed", &size));
		assert_int_equal(size, 8);
		seed = tree_get(tree.fdt, "/chosen", "rng-seed", &size);
		assert_int_equal(size, 64);
		if (turn == 1)
			assert_memory_not_equal(seed, first, 64);
		memcpy(first, seed, 64);
	}
	tree_free(base);
}

static void no_seed_rather_than_a_bad_one(void **state)
{
	static const enum host_random kinds[] = { HOST_RANDOM_NONE, HOST_RANDOM_CONSTANT };
	struct span base = tree_done(tree_like_virt());

	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		host_platform_random(kinds[i]);
		assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &no_images, base, buffer, &tree),
				 OK);
		assert_int_equal(tree_finish(&tree, &facts, &no_initrd, ""), OK);
		expect_no_property(tree.fdt, "/chosen", "kaslr-seed");
		expect_no_property(tree.fdt, "/chosen", "rng-seed");
	}
	tree_free(base);
}

static void no_last_refusal_no_property(void **state)
{
	struct span base = tree_done(tree_like_virt());
	struct tree_facts first = facts;

	(void)state;
	first.refused = "";
	assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &no_images, base, buffer, &tree), OK);
	assert_int_equal(tree_finish(&tree, &first, &no_initrd, ""), OK);
	expect_no_property(tree.fdt, "/chosen", "holdfast,last");
	tree_free(base);
}

static void a_signature_for_the_kernel(void **state)
{
	struct span base = tree_done(tree_like_virt());
	struct tree_facts signed_root = facts;
	int size;

	(void)state;
	assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &no_images, base, buffer, &tree), OK);
	assert_int_equal(tree_finish(&tree, &facts, &no_initrd, ""), OK);
	expect_no_property(tree.fdt, "/chosen", "holdfast,root-hash-signature");
	signed_root.root_signature = (struct span){ (const uint8_t *)"0\0\1", 3 };
	assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &no_images, base, buffer, &tree), OK);
	assert_int_equal(tree_finish(&tree, &signed_root, &no_initrd, ""), OK);
	assert_memory_equal(fdt_getprop(tree.fdt, fdt_path_offset(tree.fdt, "/chosen"),
					"holdfast,root-hash-signature", &size),
			    "0\0\1", 3);
	assert_int_equal(size, 3);
	tree_free(base);
}

static void stdout_path_must_be_a_string(void **state)
{
	char longer[TREE_STDOUT_MAX + 1];
	void *fdt = tree_like_virt();
	struct span base;

	(void)state;
	tree_bytes(fdt, "/chosen", "stdout-path", "/pl011", 6);
	base = tree_done(fdt);
	assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &no_images, base, buffer, &tree), OK);
	assert_int_equal(tree_finish(&tree, &facts, &no_initrd, ""), OK);
	expect_no_property(tree.fdt, "/chosen", "stdout-path");
	tree_free(base);

	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	fdt = tree_like_virt();
	tree_text(fdt, "/chosen", "stdout-path", longer);
	base = tree_done(fdt);
	assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &no_images, base, buffer, &tree),
			 ERR_CMDLINE_TOO_LONG);
	tree_free(base);
}

static void an_overlay_adds(void **state)
{
	(void)state;
	expect_overlay(OK, overlay_on("/", "leds"));
	expect_text_property(tree.fdt, "/leds", "added", "yes");
	expect_overlay(OK, overlay_on("/pl011@9000000", ""));
	expect_text_property(tree.fdt, "/pl011@9000000", "added", "yes");
}

static void an_overlay_may_not_touch_chosen(void **state)
{
	(void)state;
	expect_overlay(ERR_BAD_OVERLAY, overlay_on("/chosen", ""));
	expect_overlay(ERR_BAD_OVERLAY, overlay_on("/chosen", "child"));
	expect_overlay(ERR_BAD_OVERLAY, overlay_on("/", "chosen"));
	expect_overlay(ERR_BAD_OVERLAY, overlay_on("/", "chosen@0"));
	expect_overlay(ERR_BAD_OVERLAY, overlay_on("/", "chosen/holdfast"));
}

/* The target as a phandle that the base gives to /chosen. */
static void not_by_phandle_either(void **state)
{
	void *fdt = tree_like_virt();
	void *over = tree_new();
	struct tree_images images = { .count = 0 };
	struct span base;

	(void)state;
	tree_u32s(fdt, "/chosen", "phandle", 1, 5u);
	base = tree_done(fdt);
	tree_u32s(over, "/fragment@0", "target", 1, 5u);
	tree_text(over, "/fragment@0/__overlay__", "bootargs", "init=/evil");
	add_image(&images, "overlay-1", tree_done(over));
	assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &images, base, buffer, &tree),
			 ERR_BAD_OVERLAY);
	free_images(&images);
	tree_free(base);
}

static void an_overlay_that_does_not_apply(void **state)
{
	uint8_t *garbage = calloc(1, 64);

	(void)state;
	expect_overlay(ERR_BAD_OVERLAY, overlay_on("/nowhere", "x"));
	expect_overlay(ERR_BAD_OVERLAY, (struct span){ garbage, 64 });
}

static void a_base_beside_the_stage_tree(void **state)
{
	struct span base = tree_done(tree_like_virt());
	struct tree_images images = { .count = 0 };

	(void)state;
	add_image(&images, "fdt-1", tree_done(tree_like_virt()));
	assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &images, base, buffer, &tree), ERR_BAD_DTB);
	assert_string_equal(refusal_last()->at, "fdt-1");
	free_images(&images);
	tree_free(base);
}

/* A second base is no overlay. */
static void a_base_behind_a_base(void **state)
{
	struct tree_images images = { .count = 0 };

	(void)state;
	add_image(&images, "fdt-1", tree_done(tree_like_virt()));
	add_image(&images, "fdt-2", tree_done(tree_like_virt()));
	assert_int_equal(tree_begin(TREE_FROM_FIT, &images, nothing, buffer, &tree),
			 ERR_BAD_OVERLAY);
	assert_string_equal(refusal_last()->at, "fdt-2");
	free_images(&images);
}

static void the_base_must_be_there_and_be_a_base(void **state)
{
	struct tree_images images = { .count = 0 };

	(void)state;
	assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &no_images, nothing, buffer, &tree),
			 ERR_BAD_DTB);
	assert_int_equal(tree_begin(TREE_FROM_FIT, &no_images, nothing, buffer, &tree),
			 ERR_BAD_DTB);
	add_image(&images, "fdt-1", overlay_on("/", "leds"));
	assert_int_equal(tree_begin(TREE_FROM_FIT, &images, nothing, buffer, &tree), ERR_BAD_DTB);
	free_images(&images);
}

static void signed_bootargs_are_kept(void **state)
{
	struct tree_images images = { .count = 0 };

	(void)state;
	add_image(&images, "fdt-1", tree_done(tree_like_virt()));
	assert_int_equal(tree_begin(TREE_FROM_FIT, &images, nothing, buffer, &tree), OK);
	assert_string_equal(tree.bootargs, "init=/evil");
	free_images(&images);
}

static void too_much_for_the_buffer(void **state)
{
	struct span base = tree_done(tree_like_virt());
	char *text = malloc(TREE_MAX);

	(void)state;
	memset(text, 'a', TREE_MAX);
	text[TREE_MAX - 1] = '\0';
	assert_int_equal(tree_begin(TREE_STAGE_BEFORE, &no_images, base, buffer, &tree), OK);
	assert_int_equal(tree_finish(&tree, &facts, &no_initrd, text), ERR_TOO_BIG);
	free(text);
	tree_free(base);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(stage_tree_gets_a_new_chosen, setup),
		cmocka_unit_test_setup(nothing_of_the_old_chosen_stays, setup),
		cmocka_unit_test_setup(a_seed_at_the_end_does_not_stay_behind, setup),
		cmocka_unit_test_setup(every_old_chosen_goes, setup),
		cmocka_unit_test_setup(seeds_are_fresh, setup),
		cmocka_unit_test_setup(no_seed_rather_than_a_bad_one, setup),
		cmocka_unit_test_setup(no_last_refusal_no_property, setup),
		cmocka_unit_test_setup(a_signature_for_the_kernel, setup),
		cmocka_unit_test_setup(stdout_path_must_be_a_string, setup),
		cmocka_unit_test_setup(an_overlay_adds, setup),
		cmocka_unit_test_setup(an_overlay_may_not_touch_chosen, setup),
		cmocka_unit_test_setup(not_by_phandle_either, setup),
		cmocka_unit_test_setup(an_overlay_that_does_not_apply, setup),
		cmocka_unit_test_setup(a_base_beside_the_stage_tree, setup),
		cmocka_unit_test_setup(a_base_behind_a_base, setup),
		cmocka_unit_test_setup(the_base_must_be_there_and_be_a_base, setup),
		cmocka_unit_test_setup(signed_bootargs_are_kept, setup),
		cmocka_unit_test_setup(too_much_for_the_buffer, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
