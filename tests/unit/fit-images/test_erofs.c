// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * test_erofs.c - trees that mkfs.erofs packed in all ways it knows, read back byte for byte.
 *
 * MKFS_EROFS=program tries another version; options that it does not know are left out.
 */
#include "erofs_tree.h"

#include <dirent.h>

static void compare_pieces(struct file_system *fs, const struct node *node, const uint8_t *want,
			   size_t size)
{
	size_t most = 1 + size / 20 + random_below(&seed, 3000);
	uint8_t *got = malloc(size);

	for (size_t at = 0, piece; at < size; at += piece) {
		piece = 1 + random_below(&seed, most);
		if (piece > size - at)
			piece = size - at;
		assert_status(file_read(fs, node, at, got + at, piece), OK);
	}
	assert_memory_equal(got, want, size);
	for (unsigned i = 0; i < 6; i++) {
		size_t at = random_below(&seed, size);
		size_t piece = 1 + random_below(&seed, size - at);

		assert_status(file_read(fs, node, at, got, piece), OK);
		assert_memory_equal(got, want + at, piece);
	}
	free(got);
}

static void compare_file(struct file_system *fs, const struct node *node, const char *path)
{
	size_t size;
	uint8_t *want = read_whole(path, &size);
	uint8_t *got = malloc(size ? size : 1);

	assert_int_equal(node->kind, NODE_FILE);
	assert_int_equal(node->size, size);
	assert_status(file_read(fs, node, 0, got, size), OK);
	if (memcmp(got, want, size) != 0)
		fail_msg("%s", path);
	if (size != 0)
		compare_pieces(fs, node, want, size);
	assert_status(file_read(fs, node, size, got, 1), ERR_TRUNCATED);
	free(want);
	free(got);
}

static void compare_link(struct file_system *fs, const struct node *node, const char *path)
{
	char want[FILE_PATH_MAX + 1];
	char got[FILE_PATH_MAX];
	ssize_t size = readlink(path, want, sizeof(want));

	assert_int_equal(node->kind, NODE_LINK);
	assert_int_equal(node->size, size);
	assert_status(file_read(fs, node, 0, got, (size_t)size), OK);
	assert_memory_equal(got, want, (size_t)size);
}

/* What is on the disk is in the image, by path. */
static size_t compare_found(struct file_system *fs, const char *tree, const char *path)
{
	DIR *directory = opendir(tree);
	struct dirent *name;
	size_t count = 0;

	assert_non_null(directory);
	while ((name = readdir(directory))) {
		char inside[FILE_PATH_MAX];
		char outside[FILE_PATH_MAX];
		struct node node;

		if (!strcmp(name->d_name, ".") || !strcmp(name->d_name, ".."))
			continue;
		count++;
		if (snprintf(inside, sizeof(inside), "%s/%s", path, name->d_name) < 0 ||
		    snprintf(outside, sizeof(outside), "%s/%s", tree, name->d_name) < 0)
			fail();
		assert_status(file_find(fs, inside, false, &node), OK);
		if (name->d_type == DT_REG && (name->d_name[0] != 'n' || count % 64 == 0))
			compare_file(fs, &node, outside);
		else if (name->d_type == DT_LNK)
			compare_link(fs, &node, outside);
		else if (name->d_type == DT_FIFO)
			assert_int_equal(node.kind, NODE_OTHER);
	}
	closedir(directory);
	return count;
}

/* The listing has as many names, each of which is there, in order. */
static void compare_folder(struct file_system *fs, const char *path)
{
	char outside[FILE_PATH_MAX];
	char before[FILE_NAME_MAX + 1] = "";
	struct cursor cursor = { .words = { 0 } };
	struct entry entry;
	struct node node;
	enum status status;
	size_t count = 0;

	snprintf(outside, sizeof(outside), "%s/tree%s", folder, path);
	assert_status(file_find(fs, *path ? path : "/", true, &node), OK);
	while ((status = file_list(fs, &node, &cursor, &entry)) == OK) {
		struct node same;

		assert_true(strcmp(before, entry.name) < 0);
		strcpy(before, entry.name);
		assert_status(fs->driver->find(fs, &node,
					       (struct span){ (uint8_t *)entry.name, entry.size },
					       &same),
			      OK);
		assert_memory_equal(&same, &entry.node, sizeof(same));
		count++;
	}
	assert_status(status, ERR_ABSENT);
	assert_int_equal(compare_found(fs, outside, path), count);
}

static void compare_tree(const char *options)
{
	static const char *const absent[] = { "/a", "/files/zz", "/names/n", "/names/\xff", "/z" };
	char deep[40 * 5 + 1] = "";
	struct file_system fs;
	struct node node;

	print_message("%s: %zu KiB\n", options, image.size >> 10);
	assert_status(mount_image(&fs), OK);
	assert_string_equal(fs.driver->name, "erofs");
	compare_folder(&fs, "");
	compare_folder(&fs, "/files");
	compare_folder(&fs, "/names");
	compare_folder(&fs, "/links");
	for (unsigned i = 0; i < 40; i++)
		strcat(deep, "/deep");
	compare_folder(&fs, deep);
	assert_status(file_open(&fs, "/files/link", &node), OK);
	assert_int_equal(node.size, 6 << 20);
	for (size_t i = 0; i < COUNT(absent); i++)
		assert_status(file_find(&fs, absent[i], true, &node), ERR_NO_FILE);
}

/* The first are known to every version. */
static const char *const ways[] = {
	"",
	"-zlz4",
	"-zlz4hc",
	"-zlz4hc -C65536",
	"-zlz4 -C1048576",
	"-zlz4hc -Eztailpacking",
	"-zlz4 -Elegacy-compress",
	"--chunksize=4096",
	"--chunksize=65536",
	"-Eforce-inode-extended -x1",
	"-x-1 -Enoinline_data",
	"-zlz4hc -Efragments",
	"-zlz4 -Efragments -C65536",
	"-zlz4 -Eall-fragments -C65536",
	"-zlz4 -Ededupe",
	"-zlz4hc -Ededupe,ztailpacking,force-inode-extended -C16384",
	"-zlz4 -Efragments,dedupe,ztailpacking -C32768",
	"-zlz4 -C65536 --max-extent-bytes=20000",
	"-Eforce-chunk-indexes --chunksize=4096",
	"-b512",
	"-b512 -zlz4 -Efragments,dedupe",
	"-b1024 -zlz4hc -C65536 -Eztailpacking",
	"-b2048 -zlz4",
	"-b8192 -zlz4",
	"-b16384 -zlz4 -C65536",
	"-b65536",
};

static void trees(void **state)
{
	size_t known = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(ways); i++) {
		if (!make_image(ways[i])) {
			print_message("%s: not known\n", ways[i]);
			continue;
		}
		known++;
		compare_tree(ways[i]);
	}
	assert_true(known >= 11);
}

/* Small reads one after the other do not unpack an extent again and again. */
static void in_small_pieces(void **state)
{
	struct file_system fs;
	struct node node;
	uint8_t byte[100];

	(void)state;
	assert_true(make_image("-zlz4 -C1048576"));
	assert_status(mount_image(&fs), OK);
	assert_status(file_open(&fs, "/files/1048653-0", &node), OK);
	image.read = 0;
	for (uint64_t at = 0; at + sizeof(byte) <= node.size; at += sizeof(byte))
		assert_status(file_read(&fs, &node, at, byte, sizeof(byte)), OK);
	assert_true(image.read < 2 * node.size);
}

/* What is stored as it is comes in one read. */
static void in_one_piece(void **state)
{
	static const char *const options[] = { "", "--chunksize=4096" };
	struct file_system fs;
	struct node node;
	uint8_t *bytes;

	(void)state;
	for (size_t i = 0; i < COUNT(options); i++) {
		assert_true(make_image(options[i]));
		assert_status(mount_image(&fs), OK);
		assert_status(file_open(&fs, "/files/1048653-1", &node), OK);
		bytes = malloc((size_t)node.size);
		image.calls = 0;
		assert_status(file_read(&fs, &node, 0, bytes, (size_t)node.size), OK);
		assert_true(image.calls <= (i ? 257 + 3 : 2));
		free(bytes);
	}
}

static int begin(void **state)
{
	(void)state;
	seed = random_seed();
	make_folder();
	make_tree();
	return 0;
}

static int end(void **state)
{
	(void)state;
	remove_folder();
	forget_image();
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(trees),
		cmocka_unit_test(in_small_pieces),
		cmocka_unit_test(in_one_piece),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
