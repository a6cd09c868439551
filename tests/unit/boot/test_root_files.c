// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_root_files.c - a root whose files a configuration names. */
#include "root_fixture.h"

static enum status run_with_paths(void)
{
	config.more[0] = (struct fake_property){ "holdfast,kernel-path", "/Image", 7 };
	region_release_all(&map);
	return root_check(&config, &slot_a, &place, &map, &proof, &root);
}

/* The reader looks at the top, and nobody else does. */
static void mounted_for_a_path(void **state)
{
	(void)state;
	assert_int_equal(run_with_paths(), OK);
	assert_true(root.present && root.mounted);
	assert_int_equal(opened, 1);
	assert_int_equal(mounted, 1);
	assert_null(looked_at.medium);
	assert_int_equal(data_at.offset, 0x1000000);
	assert_int_equal(tree_at.offset, 0x1000000);
	assert_int_equal(parity_at.offset, 0x1000000);
	assert_int_equal(files_memory, FILE_SYSTEM_MEMORY);
	assert_int_equal(map.taken_count, map.reserved_count + 1);
	root_unmount(&root, &map);
	assert_int_equal(map.taken_count, map.reserved_count);
	assert_false(root.mounted);
	root_unmount(&root, &map);
	/* Without a path there is no reader. */
	memset(config.more, 0, sizeof(config.more));
	assert_int_equal(run(&slot_a), OK);
	assert_false(root.mounted);
	assert_int_equal(opened, 1);
}

static void any_path_will_do(void **state)
{
	(void)state;
	for (const char *const *name = root_paths; *name; name++) {
		setup(state);
		config.more[0] = (struct fake_property){ *name, "/x", 3 };
		assert_int_equal(root_check(&config, &slot_a, &place, &map, &proof, &root), OK);
		assert_int_equal(mounted, 1);
	}
}

static void data_and_tree_apart(void **state)
{
	(void)state;
	signed_verity.tree.hash_start_block = 1;
	add_partition("verity-a", 0x2000000, 0x10000);
	assert_int_equal(run_with_paths(), OK);
	assert_int_equal(data_at.offset, 0x1000000);
	assert_int_equal(data_at.size, 0x800000);
	assert_int_equal(tree_at.offset, 0x2000000);
	assert_int_equal(tree_at.size, 0x10000);
	assert_int_equal(parity_at.offset, 0x2000000);
	setup(state);
	signed_verity.in_partition = false;
	assert_int_equal(run_with_paths(), OK);
	assert_int_equal(data_at.offset, 0x300000);
	assert_int_equal(tree_at.offset, 0x300000);
	assert_int_equal(tree_at.size, 0x100000);
	setup(state);
	gpt.count = 1;
	put_medium(0, roots);
	assert_int_equal(run_with_paths(), OK);
	assert_ptr_equal(data_at.medium, &elsewhere[0]);
	assert_int_equal(data_at.offset, 0x100000);
}

static void a_path_without_a_root(void **state)
{
	(void)state;
	config.count = 0;
	verity_status = ERR_ABSENT;
	assert_int_equal(run_with_paths(), ERR_VERITY_PARAMS);
	assert_string_equal(refusal_last()->at, "holdfast,kernel-path");
}

static void not_mounted(void **state)
{
	(void)state;
	open_status = ERR_VERITY_ROOT;
	assert_int_equal(run_with_paths(), ERR_VERITY_ROOT);
	assert_int_equal(mounted, 0);
	open_status = OK;
	mount_status = ERR_FILE_SYSTEM;
	assert_int_equal(run_with_paths(), ERR_FILE_SYSTEM);
	assert_false(root.mounted);
}

/* A map with so much memory in one piece and no more. */
static void little_memory(void **state)
{
	size_t reader = verity_memory(&signed_verity.tree, NULL) + 64;
	uint64_t most = 0;

	(void)state;
	for (unsigned i = 0; i < map.window_count; i++)
		if (map.windows[i].size > most)
			most = map.windows[i].size;
	assert_true(most > 3 * FILE_SYSTEM_MEMORY);
	map.window_count = 1;
	map.windows[0].size = reader + FILE_SYSTEM_MEMORY / 4 + 4096;
	map.reserved_count = map.taken_count = 0;
	assert_int_equal(run_with_paths(), OK);
	assert_int_equal(files_memory, FILE_SYSTEM_MEMORY / 4);
	map.windows[0].size = 65536;
	assert_int_equal(run_with_paths(), ERR_TOO_BIG);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(mounted_for_a_path, setup),
		cmocka_unit_test_setup(any_path_will_do, setup),
		cmocka_unit_test_setup(data_and_tree_apart, setup),
		cmocka_unit_test_setup(a_path_without_a_root, setup),
		cmocka_unit_test_setup(not_mounted, setup),
		cmocka_unit_test_setup(little_memory, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
