// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* test_squashfs.c - what mksquashfs writes, read back byte for byte. */
#include <dirent.h>
#include <ftw.h>
#include <sys/xattr.h>

#include "squashfs_image.h"

#define NAMES 5000
#define DEPTH 40
#define MIB (1u << 20)

static uint64_t seed;

static void text(uint8_t *to, size_t size)
{
	for (size_t i = 0; i < size; i++)
		to[i] = (uint8_t)((uint8_t) "the quick brown fox "[i % 20] ^ (i / 777 % 32));
}

static void noise(uint8_t *to, size_t size)
{
	for (size_t i = 0; i < size; i++)
		to[i] = (uint8_t)(random_next(&seed) >> 32);
}

/* Around every block size that is tried, and the ends that become fragments. */
static void put_sizes(void)
{
	static const size_t sizes[] = { 0,      1,       4095,  4096,    4097,
					12288,  65535,   65536, 131071,  131072,
					131073, MIB - 1, MIB,   MIB + 1, MIB + 12345 };
	uint8_t *bytes = malloc(MIB + 12345);
	char name[64];

	for (size_t i = 0; i < COUNT(sizes); i++) {
		text(bytes, sizes[i]);
		if (sizes[i])
			bytes[0] = (uint8_t)i; /* or they are one file */
		snprintf(name, sizeof(name), "sizes/%zu", sizes[i]);
		put(name, bytes, sizes[i]);
	}
	noise(bytes, 300001);
	put("noise", bytes, 300001);
	/* Blocks of both sorts after each other. */
	noise(bytes, MIB);
	for (size_t at = 0; at < MIB; at += 12288)
		text(bytes + at, at % 8192 ? 4096 : 8000);
	put("mixed", bytes, MIB - 5000);
	free(bytes);
}

static void put_sparse(void)
{
	uint8_t *bytes = calloc(1, 3 * MIB);

	text(bytes + MIB, 5000);
	put("sparse", bytes, 3 * MIB);
	put("sparse-end", bytes, 2 * MIB + 4321);
	put("zeros", bytes, 40000);
	free(bytes);
}

static void put_links(void)
{
	static const size_t sizes[] = { 1, 2, 59, 60, 255, 256, 1000, FILE_PATH_MAX };
	char target[FILE_PATH_MAX + 1], path[512];

	for (size_t i = 0; i < COUNT(sizes); i++) {
		memset(target, '/', sizes[i]);
		target[sizes[i] - 1] = 'a';
		target[sizes[i]] = '\0';
		snprintf(path, sizeof(path), "%s/tree/links/%zu", work, sizes[i]);
		assert_int_equal(symlink(target, path), 0);
	}
}

static void put_names(void)
{
	char name[300] = "names/";
	size_t size;

	for (unsigned i = 0; i < NAMES; i++) {
		snprintf(name, sizeof(name), "names/file-%u", i * 7919u);
		put(name, &i, i % 50 ? 0 : sizeof(i));
	}
	size = strlen("names/");
	memset(name + size, 'n', FILE_NAME_MAX);
	name[size + FILE_NAME_MAX] = '\0';
	put(name, "long", 4);
	put("names/\xff\x01 odd\n", "odd", 3);
}

static void put_deep(void)
{
	char path[2048], name[1024] = "deep";

	for (unsigned i = 0; i < DEPTH; i++) {
		snprintf(path, sizeof(path), "%s/tree/%s", work, name);
		assert_int_equal(mkdir(path, 0755), 0);
		strcat(name, "/directory");
	}
	strcpy(strrchr(name, '/'), "/file");
	put(name, "at the bottom", 13);
}

static int make_tree(void **state)
{
	char path[512];

	if (make_work(state) != 0)
		return -1;
	seed = random_seed();
	run("cd '%s' && mkdir tree && cd tree && mkdir sizes links names empty && mkfifo fifo 2>&1",
	    work);
	put_sizes();
	put_sparse();
	put_links();
	put_names();
	put_deep();
	run("cd '%s/tree' && ln sizes/4097 hard-1 && ln sizes/4097 links/hard-2 && "
	    "ln -s sizes/4096 first 2>&1",
	    work);
	/* Where the file system under it has none, there are none. */
	snprintf(path, sizeof(path), "%s/tree/sizes/1", work);
	(void)setxattr(path, "user.test", "value", 5, 0);
	(void)setxattr(path, "trusted.test", "value", 5, 0);
	return 0;
}

static uint8_t *host_file(const char *path, size_t size)
{
	uint8_t *bytes = malloc(size + 1);
	FILE *file = fopen(path, "rb");

	assert_non_null(file);
	assert_int_equal(fread(bytes, 1, size + 1, file), size);
	fclose(file);
	return bytes;
}

static void compare_piece(const struct node *node, const uint8_t *want, size_t offset, size_t size)
{
	uint8_t *got = malloc(size ? size : 1);

	assert_status(file_read(&fs, node, offset, got, size), OK);
	assert_memory_equal(got, want + offset, size);
	free(got);
}

/* In one piece, in small ones in a row, here and there, and backwards. */
static void compare_file(const struct node *node, const char *path)
{
	size_t size = (size_t)node->size;
	uint8_t *want = host_file(path, size);
	size_t step = 1 + size / 37;

	compare_piece(node, want, 0, size);
	for (size_t at = 0; size > 64 && at < size; at += step)
		compare_piece(node, want, at, size - at < step ? size - at : step);
	for (unsigned i = 0; size > 64 && i < 12; i++) {
		size_t at = random_below(&seed, size);

		compare_piece(node, want, at, random_below(&seed, size - at + 1));
	}
	for (unsigned i = 5; size > 64 && i > 0; i--)
		compare_piece(node, want, size / 5 * (i - 1), size / 5);
	free(want);
}

static void compare_link(const struct node *node, const char *path)
{
	char want[FILE_PATH_MAX + 2], got[FILE_PATH_MAX];
	size_t size = (size_t)node->size, half = size / 2;

	assert_int_equal(readlink(path, want, sizeof(want)), size);
	assert_status(file_read(&fs, node, 0, got, size), OK);
	assert_memory_equal(got, want, size);
	assert_status(file_read(&fs, node, half, got, size - half), OK);
	assert_memory_equal(got, want + half, size - half);
	assert_status(file_read(&fs, node, size, got, 0), OK);
}

/* As many entries as on the host, and each of them is there. */
static void compare_directory(const struct node *node, const char *path)
{
	struct cursor cursor = { { 0 } };
	struct dirent *each;
	struct entry entry;
	struct stat about;
	char name[2048];
	enum status status;
	size_t count = 0, want = 0;
	DIR *directory = opendir(path);

	assert_non_null(directory);
	while ((each = readdir(directory)))
		want++;
	closedir(directory);
	while ((status = file_list(&fs, node, &cursor, &entry)) == OK) {
		assert_int_equal(strlen(entry.name), entry.size);
		snprintf(name, sizeof(name), "%s/%s", path, entry.name);
		assert_int_equal(lstat(name, &about), 0);
		if (S_ISREG(about.st_mode))
			assert_int_equal(about.st_size, entry.node.size);
		count++;
	}
	assert_status(status, ERR_ABSENT);
	assert_status(file_list(&fs, node, &cursor, &entry), ERR_ABSENT);
	assert_int_equal(count, want - 2);
}

static size_t compared;
static size_t name_step;

static int compare(const char *path, const struct stat *about, int type, struct FTW *where)
{
	const char *inside = path + strlen(work) + strlen("/tree");
	struct node node;

	(void)type;
	(void)where;
	/* Looking each of thousands up in the longest directory takes a while. */
	if (strncmp(inside, "/names/file", 11) == 0 && compared++ % name_step != 0)
		return 0;
	assert_status(file_find(&fs, *inside ? inside : "/", false, &node), OK);
	if (S_ISDIR(about->st_mode)) {
		assert_int_equal(node.kind, NODE_DIRECTORY);
		compare_directory(&node, path);
	} else if (S_ISLNK(about->st_mode)) {
		assert_int_equal(node.kind, NODE_LINK);
		compare_link(&node, path);
	} else if (S_ISREG(about->st_mode)) {
		assert_int_equal(node.kind, NODE_FILE);
		assert_int_equal(node.size, about->st_size);
		compare_file(&node, path);
	} else {
		assert_int_equal(node.kind, NODE_OTHER);
	}
	return 0;
}

static void round_trip(const char *options, size_t step)
{
	char path[512];

	make_image(options);
	if (mount_image() != OK)
		fail_msg("%s: %s at %s: %s", options, status_word(refusal_last()->why),
			 refusal_last()->at, refusal_last()->hint);
	name_step = step;
	snprintf(path, sizeof(path), "%s/tree", work);
	assert_int_equal(nftw(path, compare, 20, FTW_PHYS), 0);
}

static void compressors(void **state)
{
	(void)state;
	round_trip("-comp gzip", 1);
	round_trip("-comp lz4", 97);
	round_trip("-comp lz4 -Xhc", 97);
	round_trip("-comp zstd -Xcompression-level 3", 97);
	round_trip("-comp zstd -Xcompression-level 19 -b 65536", 997);
	round_trip("-comp gzip -Xcompression-level 1 -Xwindow-size 8", 997);
	round_trip("-comp gzip -Xstrategy filtered,fixed,huffman_only", 997);
}

static void block_sizes(void **state)
{
	static const char *const compressions[] = { "gzip", "lz4", "zstd -Xcompression-level 2" };
	static const char *const sizes[] = { "4096", "65536", "1M" };
	char options[128];

	(void)state;
	for (size_t i = 0; i < COUNT(compressions); i++)
		for (size_t j = 0; j < COUNT(sizes); j++) {
			snprintf(options, sizeof(options), "-comp %s -b %s", compressions[i],
				 sizes[j]);
			round_trip(options, 997);
		}
}

static void stored(void **state)
{
	(void)state;
	round_trip("-comp lz4 -noI", 997);
	round_trip("-comp lz4 -noD", 997);
	round_trip("-comp gzip -noI -noD -noF -noX", 97);
}

static void layouts(void **state)
{
	(void)state;
	round_trip("-comp lz4 -no-fragments", 997);
	round_trip("-comp lz4 -always-use-fragments", 997);
	round_trip("-comp lz4 -always-use-fragments -b 1M -noF", 997);
	round_trip("-comp lz4 -no-exports -no-duplicates -nopad -no-xattrs", 997);
	round_trip("-comp lz4 -all-root -no-sparse -no-hardlinks -no-tailends", 997);
}

static void devices(void **state)
{
	struct node node;

	(void)state;
	make_image("-comp lz4 -p 'null c 666 0 0 1 3' -p 'disk b 600 0 0 8 0' "
		   "-p 'made d 755 0 0' -p 'made/by f 644 0 0 echo hello'");
	assert_status(mount_image(), OK);
	assert_status(file_find(&fs, "/null", false, &node), OK);
	assert_int_equal(node.kind, NODE_OTHER);
	assert_status(file_find(&fs, "/disk", false, &node), OK);
	assert_int_equal(node.kind, NODE_OTHER);
	assert_status(file_find(&fs, "/fifo", false, &node), OK);
	assert_int_equal(node.kind, NODE_OTHER);
	assert_status(file_open(&fs, "/made/by", &node), OK);
	assert_int_equal(node.size, 6);
	assert_status(file_open(&fs, "/null", &node), ERR_NO_FILE);
}

static void hard_links_are_one_inode(void **state)
{
	struct node first, second;

	(void)state;
	make_image("-comp lz4");
	assert_status(mount_image(), OK);
	assert_status(file_open(&fs, "/hard-1", &first), OK);
	assert_status(file_open(&fs, "/links/hard-2", &second), OK);
	assert_int_equal(first.number, second.number);
	assert_status(file_open(&fs, "/first", &second), OK);
	assert_int_equal(second.size, 4096);
	assert_status(file_open(&fs, "/names/file-1", &second), ERR_NO_FILE);
	assert_status(file_open(&fs, "/names/file-", &second), ERR_NO_FILE);
}

/* Small reads in a row cost each block once: a file of 8 blocks in 1024 pieces. */
static void small_reads_are_cheap(void **state)
{
	static const char *const names[] = { "/sizes/1048576", "/sizes/131071" };
	uint8_t piece[1024];
	struct node node;

	(void)state;
	make_image("-comp zstd -Xcompression-level 2");
	assert_status(mount_image(), OK);
	for (size_t i = 0; i < COUNT(names); i++) {
		assert_status(file_open(&fs, names[i], &node), OK);
		image_reads = 0;
		for (uint64_t at = 0; at + sizeof(piece) <= node.size; at += sizeof(piece))
			assert_status(file_read(&fs, &node, at, piece, sizeof(piece)), OK);
		assert_in_range(image_reads, 1, 16);
	}
}

/* What is stored as it is comes in one piece. */
static void stored_blocks_are_one_read(void **state)
{
	uint8_t *bytes = malloc(300001);
	struct node node;

	(void)state;
	make_image("-comp lz4 -noD -noF -b 4096");
	assert_status(mount_image(), OK);
	assert_status(file_open(&fs, "/noise", &node), OK);
	image_reads = 0;
	assert_status(file_read(&fs, &node, 0, bytes, 300001), OK);
	assert_in_range(image_reads, 1, 8);
	free(bytes);
}

static void other_compressors_are_named(void **state)
{
	static const char *const names[] = { "xz", "lzo", "lzma" };
	char options[64];

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		snprintf(options, sizeof(options), "-comp %s", names[i]);
		make_image(options);
		assert_status(mount_image(), ERR_FILE_SYSTEM);
		assert_string_equal(refusal_last()->at, names[i]);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(compressors),
		cmocka_unit_test(block_sizes),
		cmocka_unit_test(stored),
		cmocka_unit_test(layouts),
		cmocka_unit_test(devices),
		cmocka_unit_test(hard_links_are_one_inode),
		cmocka_unit_test(small_reads_are_cheap),
		cmocka_unit_test(stored_blocks_are_one_read),
		cmocka_unit_test(other_compressors_are_named),
	};

	return cmocka_run_group_tests(tests, make_tree, remove_work);
}
