// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_root.c - where a root is looked for, and what it is called to Linux. */
#include "root_fixture.h"

static void no_loadables_no_root(void **state)
{
	(void)state;
	config.count = 0;
	verity_status = ERR_ABSENT;
	assert_int_equal(run(&slot_a), OK);
	assert_false(root.present);
	assert_null(looked_at.medium);
}

static void in_the_slots_partition(void **state)
{
	(void)state;
	assert_int_equal(run(&slot_a), OK);
	assert_true(root.present);
	assert_int_equal(looked_at.offset, 0x1000000);
	assert_int_equal(looked_at.size, 0x800000);
	assert_string_equal(root.device.data, "PARTUUID=22222222-2222-2222-2222-222222222222");
	assert_string_equal(root.device.hash, root.device.data);
	assert_int_equal(root.device.offset, 0);
}

/* The signed numbers say that the tree is elsewhere. */
static void a_tree_of_its_own(void **state)
{
	(void)state;
	signed_verity.tree.hash_start_block = 1;
	assert_int_equal(run(&slot_a), ERR_NO_IMAGE);
	add_partition("verity-a", 0x2000000, 0x10000);
	assert_int_equal(run(&slot_a), OK);
	assert_int_equal(looked_at.offset, 0x2000000);
	assert_string_equal(root.device.data, "PARTUUID=22222222-2222-2222-2222-222222222222");
	assert_string_equal(root.device.hash, "PARTUUID=33333333-3333-3333-3333-333333333333");
}

static void another_slots_root_is_not_taken(void **state)
{
	static const struct slot slot_b = { "B", "holdfast-b", "root-b", "verity-b" };

	(void)state;
	assert_int_equal(run(&slot_b), ERR_NO_IMAGE);
	assert_int_equal(run(&recovery), ERR_VERITY_PARAMS);
	assert_string_equal(refusal_last()->at, "recovery");
}

/* Linux finds it by its name, so that must be there once. */
static void on_another_medium(void **state)
{
	(void)state;
	gpt.count = 1;
	put_medium(0, others);
	put_medium(1, roots);
	assert_int_equal(run(&slot_a), OK);
	assert_ptr_equal(looked_at.medium, &elsewhere[1]);
	assert_int_equal(looked_at.offset, 0x100000);
	assert_string_equal(root.device.data, "PARTLABEL=root-a");
	assert_string_equal(root.device.hash, "PARTLABEL=root-a");
	signed_verity.tree.hash_start_block = 1;
	assert_int_equal(run(&slot_a), OK);
	assert_int_equal(looked_at.offset, 0x900000);
	assert_string_equal(root.device.hash, "PARTLABEL=verity-a");
	signed_verity.tree.data_blocks = 0x801;
	assert_int_equal(run(&slot_a), ERR_VERITY_IO);
}

static void on_two_other_media(void **state)
{
	(void)state;
	gpt.count = 1;
	put_medium(0, roots);
	put_medium(1, others);
	put_medium(2, roots);
	assert_int_equal(run(&slot_a), ERR_BAD_GPT);
	assert_string_equal(refusal_last()->at, "root-a");
	/* The tree alone is as bad. */
	put_medium(2, trees);
	signed_verity.tree.hash_start_block = 1;
	assert_int_equal(run(&slot_a), ERR_BAD_GPT);
	assert_string_equal(refusal_last()->at, "verity-a");
	/* Also on a medium before, which Linux may find first. */
	put_medium(0, trees);
	put_medium(1, roots);
	put_medium(2, others);
	assert_int_equal(run(&slot_a), ERR_BAD_GPT);
	assert_string_equal(refusal_last()->at, "verity-a");
	/* Beside the FIT, its partition is named by its number. */
	setup(state);
	put_medium(0, roots);
	put_medium(1, roots);
	assert_int_equal(run(&slot_a), OK);
	assert_string_equal(root.device.data, "PARTUUID=22222222-2222-2222-2222-222222222222");
}

/* Linux is told which table the partitions are from. */
static void from_a_backup_table(void **state)
{
	(void)state;
	assert_int_equal(run(&slot_a), OK);
	assert_false(root.device.backup_gpt);
	gpt.from_backup = true;
	assert_int_equal(run(&slot_a), OK);
	assert_true(root.device.backup_gpt);
	signed_verity.in_partition = false;
	assert_int_equal(run(&slot_a), OK);
	assert_true(root.device.backup_gpt);
	/* The FIT's table, but not the root's. */
	signed_verity.in_partition = true;
	gpt.count = 1;
	put_medium(0, roots);
	assert_int_equal(run(&slot_a), OK);
	assert_false(root.device.backup_gpt);
}

static void raw_flash_is_no_disk(void **state)
{
	struct medium flash = fake_medium;

	(void)state;
	flash.parts = others;
	gpt.partitions[0].extent.medium = &flash;
	signed_verity.in_partition = false;
	assert_int_equal(run(&slot_a), ERR_VERITY_PARAMS);
}

static void more_data_than_partition(void **state)
{
	(void)state;
	signed_verity.tree.data_blocks = 0x800;
	signed_verity.tree.hash_start_block = 0x800;
	assert_int_equal(run(&slot_a), OK);
	signed_verity.tree.data_blocks = 0x801;
	signed_verity.tree.hash_start_block = 0x801;
	assert_int_equal(run(&slot_a), ERR_VERITY_IO);
	signed_verity.tree.data_blocks = UINT32_MAX;
	signed_verity.tree.data_block_size = 65536;
	signed_verity.tree.hash_start_block = UINT32_MAX;
	signed_verity.tree.hash_block_size = 65536;
	assert_int_equal(run(&slot_a), ERR_VERITY_IO);
}

static void inside_the_fit(void **state)
{
	(void)state;
	signed_verity.in_partition = false;
	assert_int_equal(run(&slot_a), OK);
	assert_int_equal(looked_at.offset, 0x300000);
	assert_int_equal(looked_at.size, 0x100000);
	assert_int_equal(root.device.offset, 0x100000);
	assert_int_equal(root.device.size, 0x100000);
	assert_string_equal(root.device.data, "PARTUUID=11111111-1111-1111-1111-111111111111");
	/* Recovery can have this one. */
	assert_int_equal(run(&recovery), OK);
}

static void inside_the_fit_but_unusable(void **state)
{
	(void)state;
	signed_verity.in_partition = false;
	config.images[0].at = 0x300200;
	assert_int_equal(run(&slot_a), ERR_VERITY_PARAMS);
	config.images[0].at = 0x300000;
	signed_verity.tree.hash_start_block = 15;
	assert_int_equal(run(&slot_a), ERR_VERITY_PARAMS);
}

static void loadables_that_are_no_root(void **state)
{
	(void)state;
	config.images[0].has_verity = false;
	assert_int_equal(run(&slot_a), ERR_VERITY_PARAMS);
	assert_string_equal(refusal_last()->at, "rootfs");
}

static void verdicts_are_passed_on(void **state)
{
	static const enum status all[] = { ERR_VERITY_ROOT, ERR_VERITY_IO, ERR_MEDIA_IO };

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		top_status = all[i];
		assert_int_equal(run(&slot_a), all[i]);
	}
	verity_status = ERR_NOT_COVERED;
	assert_int_equal(run(&slot_a), ERR_NOT_COVERED);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(no_loadables_no_root, setup),
		cmocka_unit_test_setup(in_the_slots_partition, setup),
		cmocka_unit_test_setup(a_tree_of_its_own, setup),
		cmocka_unit_test_setup(another_slots_root_is_not_taken, setup),
		cmocka_unit_test_setup(on_another_medium, setup),
		cmocka_unit_test_setup(on_two_other_media, setup),
		cmocka_unit_test_setup(from_a_backup_table, setup),
		cmocka_unit_test_setup(raw_flash_is_no_disk, setup),
		cmocka_unit_test_setup(more_data_than_partition, setup),
		cmocka_unit_test_setup(inside_the_fit, setup),
		cmocka_unit_test_setup(inside_the_fit_but_unusable, setup),
		cmocka_unit_test_setup(loadables_that_are_no_root, setup),
		cmocka_unit_test_setup(verdicts_are_passed_on, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
