// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_erofs_hostile.c - images that mkfs.erofs did not make like this. */
#include "erofs_fixture.h"

#define ENTRIES_MAX 100
#define CALLS_MAX 3000000u
#define SUPERBLOCK 1024

static uint64_t seed;
static uint8_t piece[70000];

static void small_tree(void)
{
	char path[128];
	uint8_t text[20000];

	for (size_t at = 0; at < sizeof(text);)
		at += (size_t)snprintf((char *)text + at, sizeof(text) - at, "w%zu ",
				       random_below(&seed, 20));
	for (size_t i = 0; i < 6; i++) {
		static const char *const names[] = { "",      "/d",       "/d/e",
						     "/text", "/d/short", "/d/e/empty" };

		snprintf(path, sizeof(path), "%s/tree%s", folder, names[i]);
		if (i < 3)
			assert_int_equal(mkdir(path, 0755), 0);
		else
			write_file(path, text, i == 3 ? sizeof(text) - 1 : i == 4 ? 90 : 0);
	}
	snprintf(path, sizeof(path), "%s/tree/link", folder);
	assert_int_equal(symlink("d/short", path), 0);
	snprintf(path, sizeof(path), "%s/tree/noise", folder);
	for (size_t at = 0; at < sizeof(text); at++)
		text[at] = (uint8_t)(random_next(&seed) >> 32);
	write_file(path, text, 5000);
}

/* One of what a damaged image may say, and soon. */
static void expect_sane(enum status status)
{
	if (status != OK && status != ERR_FILE_SYSTEM && status != ERR_ABSENT &&
	    status != ERR_NO_FILE)
		fail_msg("%s", status_word(status));
	assert_true(image.calls < CALLS_MAX);
}

static void read_some(struct file_system *fs, const struct node *node)
{
	uint64_t size = node->size < sizeof(piece) ? node->size : sizeof(piece);

	expect_sane(file_read(fs, node, 0, piece, (size_t)size));
	expect_sane(file_read(fs, node, size / 2, piece, (size_t)(size - size / 2)));
	expect_sane(file_read(fs, node, node->size - size / 3, piece, (size_t)(size / 3)));
}

/* All that can be reached, up to a limit. */
static void walk(void)
{
	struct node stack[8];
	struct cursor cursors[8] = { { { 0 } } };
	unsigned depth = 1;
	struct file_system fs;
	struct entry entry;
	struct node node;
	enum status status = mount_image(&fs);

	image.calls = 0;
	expect_sane(status);
	if (status != OK)
		return;
	stack[0] = fs.root;
	for (unsigned count = 0; depth > 0 && count < ENTRIES_MAX; count++) {
		status = file_list(&fs, &stack[depth - 1], &cursors[depth - 1], &entry);
		expect_sane(status);
		if (status != OK) {
			depth--;
			continue;
		}
		assert_int_equal(strlen(entry.name), entry.size);
		if (entry.node.kind == NODE_FILE || entry.node.kind == NODE_LINK)
			read_some(&fs, &entry.node);
		if (entry.node.kind == NODE_DIRECTORY && depth < COUNT(stack)) {
			stack[depth] = entry.node;
			cursors[depth++] = (struct cursor){ { 0 } };
		}
	}
	expect_sane(file_find(&fs, "/d/e/empty", true, &node));
	expect_sane(file_find(&fs, "/text", true, &node));
}

/* Those that this mkfs.erofs does not know make the same image as another. */
static const char *const ways[] = {
	"",
	"-zlz4",
	"-zlz4 -C8192",
	"-zlz4 -Elegacy-compress",
	"-zlz4 -Eztailpacking",
	"-zlz4 -Efragments,dedupe",
	"--chunksize=4096",
	"-Eforce-inode-extended,force-chunk-indexes --chunksize=4096",
	"-b512 -zlz4 -C4096 -Eall-fragments",
};

/* Each byte that is no file's data. */
static void damaged_metadata(void **state)
{
	(void)state;
	for (size_t way = 0; way < COUNT(ways); way++) {
		size_t count = 0;

		if (!make_image(ways[way]))
			continue;
		image.seen = calloc(1, image.size);
		image.seen_below = 300;
		walk();
		for (size_t at = 0; at < image.size; at++) {
			uint8_t was = image.bytes[at];
			const uint8_t values[] = { 0, 0xff, was ^ 1, was ^ 0x10, was ^ 0x80 };

			if (!(image.seen[at] & 1))
				continue;
			count++;
			image.seen_below = 0;
			for (size_t i = 0; i < COUNT(values); i++) {
				image.bytes[at] = values[i];
				if (values[i] != was)
					walk();
			}
			image.bytes[at] = was;
		}
		print_message("%s: %zu bytes\n", ways[way], count);
		assert_true(count > 300);
		free(image.seen);
		image.seen = NULL;
	}
}

/* Several at once, anywhere. */
static void damaged_anywhere(void **state)
{
	(void)state;
	for (size_t way = 0; way < COUNT(ways); way++) {
		uint8_t *good;

		if (!make_image(ways[way]))
			continue;
		good = malloc(image.size);
		memcpy(good, image.bytes, image.size);
		for (unsigned turn = 0; turn < 300; turn++) {
			for (unsigned i = 0; i < 6; i++)
				image.bytes[SUPERBLOCK +
					    random_below(&seed,
							 i < 3 ? 1200 : image.size - SUPERBLOCK)] =
					(uint8_t)random_next(&seed);
			memcpy(image.bytes + SUPERBLOCK, good + SUPERBLOCK, 13);
			walk();
			memcpy(image.bytes, good, image.size);
		}
		free(good);
	}
}

/* Cut off: noticed at once; cut off with a superblock that says so: what is gone is gone. */
static void truncated(void **state)
{
	(void)state;
	for (size_t way = 0; way < 3; way++) {
		size_t whole;
		struct file_system fs;

		assert_true(make_image(ways[way]));
		for (whole = image.size; image.size > 0; image.size -= image.size % 512 ? 1 : 512) {
			uint32_t blocks = load_le32(image.bytes + SUPERBLOCK + 36);

			if (image.size < whole) {
				assert_status(mount_image(&fs), ERR_FILE_SYSTEM);
				assert_string_equal(refusal_last()->at,
						    image.size < SUPERBLOCK + 128 ? "root"
										  : "superblock");
			}
			if (image.size >= SUPERBLOCK + 128) {
				image.bytes[SUPERBLOCK + 36] = (uint8_t)(image.size >> 12);
				walk();
				image.bytes[SUPERBLOCK + 36] = (uint8_t)blocks;
			}
		}
	}
}

/* Mount with so many bytes at the superblock changed. */
static void expect_mount(size_t at, uint32_t value, size_t size, const char *word)
{
	uint8_t was[4];
	struct file_system fs;

	memcpy(was, image.bytes + SUPERBLOCK + at, size);
	for (size_t i = 0; i < size; i++)
		image.bytes[SUPERBLOCK + at + i] = (uint8_t)(value >> 8 * i);
	refusal_clear();
	assert_status(mount_image(&fs), ERR_FILE_SYSTEM);
	assert_string_equal(refusal_last()->at, word);
	assert_true(strlen(refusal_last()->hint) > 10);
	memcpy(image.bytes + SUPERBLOCK + at, was, size);
	assert_status(mount_image(&fs), OK);
}

static void superblock(void **state)
{
	(void)state;
	assert_true(make_image(""));
	expect_mount(0, 0xe0f5e1e1, 4, "root");
	expect_mount(12, 8, 1, "block-size");
	expect_mount(12, 17, 1, "block-size");
	expect_mount(90, 1, 1, "block-size");
	for (unsigned bit = 7; bit < 32; bit++)
		expect_mount(80, 1u << bit, 4, "feature");
	expect_mount(86, 1, 2, "extra-device");
	expect_mount(36, 0xffffffff, 4, "superblock");
	expect_mount(36, 0, 4, "inode");
	expect_mount(40, 0xffffffff, 4, "inode");
	expect_mount(14, 0xffff, 2, "inode");
}

/* Read path with one byte set, counted from the end of its inode. */
static void expect_read(const char *path, int at, uint8_t value, const char *word)
{
	struct file_system fs;
	struct node node;
	uint8_t *byte;
	uint8_t was;
	enum status status;

	assert_status(mount_image(&fs), OK);
	assert_status(file_find(&fs, path, false, &node), OK);
	byte = image.bytes + node.words[0] + at;
	was = *byte;
	*byte = value;
	refusal_clear();
	status = file_find(&fs, path, false, &node);
	if (status == OK)
		status = file_read(&fs, &node, 0, piece, (size_t)node.size);
	if (status != ERR_FILE_SYSTEM)
		fail_msg("%s: %d: %s", path, at, status_word(status));
	assert_string_equal(refusal_last()->at, word);
	*byte = was;
}

/* The short form of an inode, without attributes: 32 bytes. */
static void inodes(void **state)
{
	(void)state;
	assert_true(make_image("-x-1"));
	expect_read("/text", -32, 10, "inode");
	expect_read("/text", -32, 0x20, "inode");
	expect_read("/text", -31, 1, "inode");
	expect_read("/text", -16 + 2, 0x7f, "extent");
	expect_read("/link", -24 + 1, 5, "inode");
	expect_read("/d", -24 + 3, 5, "inode");
	expect_read("/d", -24 + 2, 0x41, "inode"); /* 4 MiB and a bit */
	assert_true(make_image("-x-1 -zlz4 -Elegacy-compress"));
	expect_read("/text", 6, 1, "compression");
	expect_read("/text", 6, 3, "compression");
	expect_read("/text", 7, 1, "map-header");
	expect_read("/text", 4, 1, "map-header");
	expect_read("/text", 7, 0x80, "fragment");
	expect_read("/text", 16, 2, "index");
	expect_read("/text", 16 + 3, 0x10, "index");
	expect_read("/text", 16 + 6, 0x7f, "extent");
	assert_true(make_image("-x-1 -Eforce-chunk-indexes --chunksize=4096"));
	expect_read("/text", -16, 0x60, "chunk-format");
	expect_read("/text", 2, 1, "chunk");
	expect_read("/text", 6, 0x7f, "extent");
}

static int begin(void **state)
{
	(void)state;
	seed = random_seed();
	make_folder();
	small_tree();
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
		cmocka_unit_test(superblock),       cmocka_unit_test(inodes),
		cmocka_unit_test(truncated),        cmocka_unit_test(damaged_metadata),
		cmocka_unit_test(damaged_anywhere),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
