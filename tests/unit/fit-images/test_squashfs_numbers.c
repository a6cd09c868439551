// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_squashfs_numbers.c - one wrong number each: an error that says which. */
#include "squashfs_tiny.h"

static void expect_mount(const char *at)
{
	assert_status(mount_image(), ERR_FILE_SYSTEM);
	assert_string_equal(refusal_last()->at, at);
}

struct change {
	size_t position;
	unsigned bytes;
	uint64_t value;
	const char *at;
};

static void superblocks(void **state)
{
	static const struct change changes[] = {
		{ 0, 4, 0x68737173, "version" }, /* big endian */
		{ 0, 4, 0x73717369, "root" },
		{ 12, 4, 8192, "block-size" },
		{ 12, 4, 0, "block-size" },
		{ 20, 2, 0, "compression" },
		{ 20, 2, 7, "compression" },
		{ 20, 2, 4, "xz" },
		{ 22, 2, 11, "block-size" },
		{ 22, 2, 21, "block-size" },
		{ 22, 2, 44, "block-size" },
		{ 24, 2, 0, "compression-options" },
		{ 28, 2, 3, "version" },
		{ 30, 2, 1, "version" },
		{ 32, 8, 0xffff, "metadata" },
		{ 32, 8, 0xffffffffffffffff, "metadata" },
		{ 40, 8, 1u << 20, "bytes-used" },
		{ 40, 8, 0xffffffffffffffff, "bytes-used" },
		{ 64, 8, 0xffffffffffffffff, "superblock" },
		{ 64, 8, 1u << 20, "superblock" },
		{ 72, 8, 0xffffffffffffffff, "superblock" },
		{ 98, 4, 2, "compression-options" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		restore();
		set(changes[i].position, changes[i].bytes, changes[i].value);
		expect_mount(changes[i].at);
	}
	restore();
	set(12, 4, 2048);
	set(22, 2, 11);
	expect_mount("block-size");
	set(12, 4, 2u << 20);
	set(22, 2, 21);
	expect_mount("block-size");
}

/* A changed inode: whether it is found, or can be read. */
static void expect_inode(const char *path, size_t offset, unsigned bytes, uint64_t value,
			 const char *at)
{
	uint8_t to[9000];
	struct node node;
	enum status status;

	set(inode_of(path, &node) + offset, bytes, value);
	assert_status(mount_image(), OK);
	status = file_find(&fs, path, false, &node);
	if (status == OK)
		status = file_read(&fs, &node, 0, to, node.size < 9000 ? (size_t)node.size : 9000);
	assert_status(status, ERR_FILE_SYSTEM);
	assert_string_equal(refusal_last()->at, at);
}

static void inodes(void **state)
{
	(void)state;
	expect_inode("/a", 0, 2, 0, "inode-type");
	expect_inode("/a", 0, 2, 15, "inode-type");
	expect_inode("/a", 0, 2, 0xffff, "inode-type");
	expect_inode("/link", 20, 4, 0, "link");
	expect_inode("/link", 20, 4, FILE_PATH_MAX + 1, "link");
	expect_inode("/link", 20, 4, 0xffffffff, "link");
	expect_inode("/d", 24, 2, 2, "directory-size");
	expect_inode("/d", 24, 2, 0, "directory-size");
	/* Stored blocks: their position, and sizes that are not those of a block. */
	expect_inode("/big", 16, 4, 0xfffffff0, "data-block");
	expect_inode("/big", 32, 4, 0x03001000, "data-block");
	expect_inode("/big", 32, 4, 0x01001001, "data-block");
	expect_inode("/big", 32, 4, 0x01000fff, "data-block");
	expect_inode("/big", 36, 4, 0x01ffffff, "data-block");
	expect_inode("/big", 36, 4, 0xffffffff, "data-block");
	expect_inode("/big", 32, 4, 0x00001000, "data-block"); /* not lz4 */
	/* The fragment's number, and the offset in it. */
	expect_inode("/a", 20, 4, 99, "fragment");
	expect_inode("/a", 20, 4, 0xfffffffe, "fragment");
	expect_inode("/a", 24, 4, 4096, "fragment");
	expect_inode("/a", 24, 4, 4000, "fragment");
	expect_inode("/a", 24, 4, 0xffffffff, "fragment");
}

/* A directory that says it is larger than any: the extended inode is made in place. */
static void huge_directory(void **state)
{
	struct node node;
	size_t at = inode_of("/d", &node);

	(void)state;
	set(at, 2, 8);
	set(at + 20, 4, 4u << 20);
	assert_status(mount_image(), OK);
	assert_status(file_find(&fs, "/d", false, &node), OK);
	set(at + 20, 4, (4u << 20) + 1);
	assert_status(mount_image(), OK);
	assert_status(file_find(&fs, "/d", false, &node), ERR_FILE_SYSTEM);
	assert_string_equal(refusal_last()->at, "directory-size");
}

/* A change of the first header of /d, or of its first entry. */
static void expect_listing(size_t offset, unsigned bytes, uint64_t value, const char *at)
{
	struct cursor cursor = { { 0 } };
	struct entry entry;
	struct node node;
	enum status status;

	(void)inode_of("/d", &node);
	set((size_t)load_le64(image + 72) + 2 + (size_t)node.words[WORD_OFFSET] + offset, bytes,
	    value);
	assert_status(mount_image(), OK);
	assert_status(file_find(&fs, "/d", false, &node), OK);
	do
		status = file_list(&fs, &node, &cursor, &entry);
	while (status == OK);
	assert_status(status, ERR_FILE_SYSTEM);
	assert_string_equal(refusal_last()->at, at);
}

static void directories(void **state)
{
	(void)state;
	expect_listing(0, 4, 256, "directory");
	expect_listing(0, 4, 0xffffffff, "directory");
	expect_listing(0, 4, 255, "directory");
	expect_listing(0, 4, 2, "directory");
	expect_listing(0, 4, 0, "directory"); /* an entry where a header should be */
	expect_listing(4, 4, 0xffffffff, "metadata");
	expect_listing(12, 2, 0xffff, "metadata");
	expect_listing(18, 2, 255, "directory");
	expect_listing(18, 2, 0xffff, "directory");
	expect_listing(18, 2, 100, "directory");
	expect_listing(20, 1, '/', "directory");
	expect_listing(20, 1, '.', "directory");
	expect_listing(20, 1, '\0', "directory");
}

/* Room behind what mksquashfs wrote, inside the image. Returns where it starts. */
static size_t enlarge(size_t more)
{
	restore();
	image = realloc(image, pristine_size + more);
	memset(image + pristine_size, 0, more);
	image_size = pristine_size + more;
	set(40, 8, image_size);
	return pristine_size;
}

/* With room for what they say, sizes are too large all the same. */
static void sizes_that_are_there(void **state)
{
	static const unsigned headers[] = { 0x2001, 0x7fff, 0xa001, 0xffff };
	struct node node;
	uint8_t to[9000];
	size_t at = inode_of("/big", &node);

	(void)state;
	(void)enlarge(60000);
	set(at + 32, 4, 0x00003000);
	assert_status(mount_image(), OK);
	assert_status(file_find(&fs, "/big", false, &node), OK);
	assert_status(file_read(&fs, &node, 0, to, 8192), ERR_FILE_SYSTEM);
	set(at + 32, 4, 0x00013000);
	assert_status(file_read(&fs, &node, 0, to, 8192), ERR_FILE_SYSTEM);
	for (size_t i = 0; i < COUNT(headers); i++) {
		(void)enlarge(60000);
		set((size_t)load_le64(image + 64), 2, headers[i]);
		expect_mount("metadata");
	}
}

/* A name of 256 bytes, which there is room for in the directory. */
static void long_name(void **state)
{
	struct node node, found;

	(void)state;
	(void)inode_of("/long", &node);
	assert_in_range(node.size, 600, 8000);
	set((size_t)load_le64(image + 72) + 2 + (size_t)node.words[WORD_OFFSET] + 18, 2, 255);
	assert_status(mount_image(), OK);
	assert_status(file_find(&fs, "/long/x", false, &found), ERR_FILE_SYSTEM);
	assert_string_equal(refusal_last()->at, "directory");
}

/* What did not unpack is not taken for what was in its place. */
static void failed_blocks_are_not_kept(void **state)
{
	static const uint8_t good[] = { 32, 0x80, 6 }; /* 32 bytes stored: a fifo */
	static const uint8_t bad[] = { 9, 0, 0x5f, 1, 1, 1, 1, 1, 0xff, 0xff, 0 };
	size_t end = enlarge(4096);
	uint64_t table = load_le64(image + 64);
	struct node node;
	uint8_t byte;

	(void)state;
	memcpy(image + end, good, sizeof(good));
	memcpy(image + end + 100, bad, sizeof(bad));
	assert_status(mount_image(), OK);
	for (unsigned i = 0; i < 3; i++) {
		assert_status(file_open(&fs, "/a", &node), OK);
		assert_status(file_read(&fs, &node, 0, &byte, 1), OK);
		assert_status(squashfs_inode(&fs, (end - table) << 16, &node), OK);
		assert_int_equal(node.kind, NODE_OTHER);
		assert_status(squashfs_inode(&fs, (end + 100 - table) << 16, &node),
			      ERR_FILE_SYSTEM);
		assert_status(file_find(&fs, "/d/f", false, &node), OK);
		assert_status(squashfs_inode(&fs, (end + 100 - table) << 16, &node),
			      ERR_FILE_SYSTEM);
	}
}

/* The header of the inode table's block. */
static void metadata_headers(void **state)
{
	static const unsigned headers[] = { 0, 0x8000, 0x2001, 0xa001, 0x7fff, 0xffff, 0x8001 };
	size_t table;

	(void)state;
	for (size_t i = 0; i < COUNT(headers); i++) {
		restore();
		table = (size_t)load_le64(image + 64);
		set(table, 2, headers[i]);
		assert_status(mount_image(), ERR_FILE_SYSTEM);
	}
}

/* A block that unpacks to more than there may be, and one to nothing. */
static void metadata_bomb(void **state)
{
	static const uint8_t nothing[] = { 0 };
	uint8_t bomb[64];
	size_t table;

	(void)state;
	restore();
	table = (size_t)load_le64(image + 64);
	memset(bomb, 0xff, sizeof(bomb));
	memcpy(bomb, "\x1fx\x01\x00", 4);
	bomb[sizeof(bomb) - 2] = 0;
	bomb[sizeof(bomb) - 1] = 0;
	set(table, 2, sizeof(bomb));
	memcpy(image + table + 2, bomb, sizeof(bomb));
	expect_mount("metadata");
	restore();
	set(table, 2, sizeof(nothing));
	memcpy(image + table + 2, nothing, sizeof(nothing));
	expect_mount("metadata");
}

/* The fragment table's table: outside, at itself, at the inodes. */
static void fragment_tables(void **state)
{
	const uint64_t bad[] = { 0xffffffffffffffff, 0xfffffffffffffffe,       pristine_size,
				 pristine_size - 1,  load_le64(pristine + 80), 0 };
	struct node node;
	size_t table;
	uint8_t byte;

	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		restore();
		table = (size_t)load_le64(image + 80);
		set(table, 8, bad[i]);
		assert_status(mount_image(), OK);
		assert_status(file_open(&fs, "/a", &node), OK);
		assert_status(file_read(&fs, &node, 0, &byte, 1), ERR_FILE_SYSTEM);
	}
}

/* A file of as many bytes as there can be, in an image of a few thousand. */
static void huge_file(void **state)
{
	struct node node;
	uint8_t byte;
	size_t at = inode_of("/big", &node);

	(void)state;
	set(at, 2, 9);
	set(at + 16, 8, 0);
	set(at + 24, 8, 0xffffffffffffffff);
	set(at + 44, 4, NO_FRAGMENT);
	assert_status(mount_image(), OK);
	assert_status(file_find(&fs, "/big", false, &node), OK);
	image_reads = 0;
	assert_status(file_read(&fs, &node, 0xfffffffffffffffe, &byte, 1), ERR_FILE_SYSTEM);
	assert_in_range(image_reads, 0, 100);
}

/* Other root directories: the root of an image may be any inode that is one. */
static void root_is_no_directory(void **state)
{
	struct node node;

	(void)state;
	(void)inode_of("/a", &node);
	set(32, 8, (node.words[WORD_INODE] - 1) & 0xffff);
	assert_status(mount_image(), ERR_FILE_SYSTEM);
	(void)inode_of("/d", &node);
	set(32, 8, (node.words[WORD_INODE] - 1) & 0xffff);
	assert_status(mount_image(), OK);
	assert_status(file_find(&fs, "/f", false, &node), OK);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(superblocks),
		cmocka_unit_test(inodes),
		cmocka_unit_test(huge_directory),
		cmocka_unit_test(directories),
		cmocka_unit_test(sizes_that_are_there),
		cmocka_unit_test(long_name),
		cmocka_unit_test(failed_blocks_are_not_kept),
		cmocka_unit_test(metadata_headers),
		cmocka_unit_test(metadata_bomb),
		cmocka_unit_test(fragment_tables),
		cmocka_unit_test(huge_file),
		cmocka_unit_test(root_is_no_directory),
	};

	return cmocka_run_group_tests(tests, make_tiny, remove_tiny);
}
