// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * test_squashfs_hostile.c - images changed anywhere, cut short, and short of data: never a crash or
 * a hang.
 */
#include "squashfs_tiny.h"

#define ENTRIES_MAX 1000
#define DEPTH_MAX 8

static void try_read(const struct node *node, uint64_t offset, size_t size)
{
	uint8_t *to = malloc(size + 1);

	if (offset <= node->size) {
		if (size > node->size - offset)
			size = (size_t)(node->size - offset);
		assert_true(file_read(&fs, node, offset, to, size) != ERR_INTERNAL);
	}
	free(to);
}

/* Look at everything that can be reached, up to a limit. */
static void walk(void)
{
	struct node stack[DEPTH_MAX] = { fs.root };
	struct cursor cursors[DEPTH_MAX] = { { { 0 } } };
	unsigned depth = 1;
	struct entry entry;
	struct node node;

	for (unsigned count = 0; depth > 0 && count < ENTRIES_MAX; count++) {
		if (file_list(&fs, &stack[depth - 1], &cursors[depth - 1], &entry) != OK) {
			depth--;
			continue;
		}
		if (entry.node.kind == NODE_FILE || entry.node.kind == NODE_LINK) {
			try_read(&entry.node, 0, 20000);
			try_read(&entry.node, entry.node.size - (entry.node.size != 0), 1);
		}
		if (entry.node.kind == NODE_DIRECTORY && depth < DEPTH_MAX) {
			stack[depth] = entry.node;
			cursors[depth++] = (struct cursor){ { 0 } };
		}
	}
	if (file_find(&fs, "/link", true, &node) == OK)
		try_read(&node, 0, 100);
}

static void survive(void)
{
	image_reads = 0;
	if (mount_image() == OK)
		walk();
	assert_in_range(image_reads, 0, 100000);
}

static void every_byte_of_metadata(void **state)
{
	static const uint8_t flips[] = { 0x01, 0x02, 0x10, 0x80, 0xff };
	size_t tables;

	(void)state;
	restore();
	tables = (size_t)load_le64(image + 64);
	for (size_t at = 0; at < image_size; at++) {
		/* Data in between is data. */
		if (at == 128)
			at = tables;
		for (size_t i = 0; i < COUNT(flips); i++) {
			restore();
			image[at] ^= flips[i];
			survive();
		}
		for (unsigned value = 0; value < 256; value += 255) {
			restore();
			image[at] = (uint8_t)value;
			survive();
		}
	}
}

/* Pairs of changed bytes, and words that are extreme. */
static void random_changes(void **state)
{
	static const uint32_t words[] = {
		0,          1,          0x7fff,     0x8000,     0xffff,
		0x00ffffff, 0x01000000, 0x7fffffff, 0x80000000, 0xffffffff
	};
	uint64_t seed = random_seed();
	size_t tables = (size_t)load_le64(pristine + 64);

	(void)state;
	for (unsigned turn = 0; turn < 4000; turn++) {
		restore();
		for (unsigned i = 0; i < 3; i++) {
			size_t at = random_below(&seed, 128 + image_size - tables - 4);

			if (at >= 96)
				at += tables - 96;
			if (at > image_size - 4)
				at = image_size - 4;
			set(at, 1 + (unsigned)random_below(&seed, 4),
			    words[random_below(&seed, COUNT(words))]);
		}
		survive();
	}
}

static void truncations(void **state)
{
	(void)state;
	restore();
	for (size_t size = 0; size < pristine_size; size++) {
		uint8_t *whole = image;

		/* In an allocation of its own size. */
		image = malloc(size + 1);
		image_size = size;
		memcpy(image, pristine, size);
		assert_status(mount_image(), ERR_FILE_SYSTEM);
		if (size >= 96) {
			set(40, 8, size);
			survive();
		}
		free(image);
		image = whole;
	}
}

/* A directory that is its own child ends where the caller ends it. */
static void directory_loop(void **state)
{
	struct node node;
	uint16_t root;

	(void)state;
	(void)inode_of("/d", &node);
	root = load_le16(image + 32);
	/* Its first entry, "e". */
	set((size_t)load_le64(image + 72) + 2 + (size_t)node.words[WORD_OFFSET] + 12, 2, root);
	assert_status(mount_image(), OK);
	assert_status(file_find(&fs, "/d/e/d/e/d/e/a", false, &node), OK);
	assert_int_equal(node.kind, NODE_FILE);
	survive();
}

/* One 'x', repeated for a block of 4096 bytes; and five bytes, where there should be so many. */
static const uint8_t packed_x[] = { 0x1f, 'x', 1,   0,   255, 255, 255, 255, 255, 255,
				    255,  255, 255, 255, 255, 255, 255, 255, 255, 251 };
static const uint8_t packed_short[] = { 0x50, 'a', 'b', 'c', 'd', 'e' };

/* A block that unpacks to less leaves the rest of the destination as it was. */
static void short_blocks(void **state)
{
	uint8_t to[9000];
	struct node node;
	size_t at = inode_of("/big", &node), data = (size_t)node.words[WORD_START];

	(void)state;
	set(at + 32, 4, sizeof(packed_x));
	set(at + 36, 4, sizeof(packed_short));
	memcpy(image + data, packed_x, sizeof(packed_x));
	memcpy(image + data + sizeof(packed_x), packed_short, sizeof(packed_short));
	assert_status(mount_image(), OK);
	assert_status(file_find(&fs, "/big", false, &node), OK);
	assert_status(file_read(&fs, &node, 0, to, 4096), OK);
	assert_int_equal(to[4095], 'x');
	assert_status(file_read(&fs, &node, 4096, to, 4096), ERR_FILE_SYSTEM);
	assert_string_equal(refusal_last()->at, "data-block");
	assert_status(file_read(&fs, &node, 4096, to, 3), ERR_FILE_SYSTEM);
	assert_status(file_read(&fs, &node, 4096 + 100, to, 3), ERR_FILE_SYSTEM);
	/* What failed in the middle is not taken for what was there before. */
	set(at + 36, 4, sizeof(packed_short) + 4);
	memcpy(image + data + sizeof(packed_x),
	       "\x51"
	       "abcde"
	       "\xff\xff\x00\x00",
	       10);
	assert_status(mount_image(), OK);
	for (unsigned i = 0; i < 2; i++) {
		assert_status(file_read(&fs, &node, 0, to, 5), OK);
		assert_memory_equal(to, "xxxxx", 5);
		assert_status(file_read(&fs, &node, 4096, to, 5), ERR_FILE_SYSTEM);
	}
}

/* A fragment block that ends before the piece that is said to be in it. */
static void short_fragments(void **state)
{
	uint8_t to[300];
	struct node node;
	size_t entry, data;

	(void)state;
	(void)inode_of("/small", &node);
	entry = (size_t)load_le64(image + load_le64(image + 80)) + 2;
	data = (size_t)load_le64(image + entry);
	set(entry + 8, 4, 0x01000010);
	assert_status(mount_image(), OK);
	assert_status(file_find(&fs, "/small", false, &node), OK);
	assert_status(file_read(&fs, &node, 0, to, 300), ERR_FILE_SYSTEM);
	assert_string_equal(refusal_last()->at, "fragment");
	set(entry + 8, 4, sizeof(packed_short));
	memcpy(image + data, packed_short, sizeof(packed_short));
	assert_status(mount_image(), OK);
	assert_status(file_read(&fs, &node, 0, to, 300), ERR_FILE_SYSTEM);
	assert_string_equal(refusal_last()->at, "data-block");
	set(entry + 8, 4, 0);
	assert_status(mount_image(), OK);
	assert_status(file_read(&fs, &node, 0, to, 300), ERR_FILE_SYSTEM);
	assert_string_equal(refusal_last()->at, "fragment");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_byte_of_metadata),
		cmocka_unit_test(random_changes),
		cmocka_unit_test(truncations),
		cmocka_unit_test(directory_loop),
		cmocka_unit_test(short_blocks),
		cmocka_unit_test(short_fragments),
	};

	return cmocka_run_group_tests(tests, make_tiny, remove_tiny);
}
