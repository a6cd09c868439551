// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* Paths through a file system that is a table: links, loops, "..", bounds. */
#include "../unit.h"

#include "file_system.h"

/* A node of the table; words[0] of its struct node is its index. */
struct item {
	unsigned parent;
	const char *name;
	enum node_kind kind;
	const char *content; /* of a file, or a link's target */
};

static char long_target[FILE_PATH_MAX + 2], long_name[FILE_NAME_MAX + 1];

static const struct item items[] = {
	{ 0, "", NODE_DIRECTORY, "" },
	{ 0, "boot", NODE_DIRECTORY, "" },
	{ 1, "Image", NODE_FILE, "kernel" },
	{ 1, "relative", NODE_LINK, "Image" },
	{ 1, "absolute", NODE_LINK, "/boot/Image" },
	{ 1, "up", NODE_LINK, "../boot/../../boot/Image" },
	{ 0, "link-to-boot", NODE_LINK, "boot" },
	{ 0, "chain", NODE_LINK, "link-to-boot/absolute" },
	{ 0, "loop", NODE_LINK, "pool" },
	{ 0, "pool", NODE_LINK, "/loop" },
	{ 0, "itself", NODE_LINK, "itself/itself" },
	{ 0, "empty-link", NODE_LINK, "" },
	{ 0, "empty", NODE_FILE, "" },
	{ 0, "device", NODE_OTHER, "" },
	{ 0, "dangling", NODE_LINK, "/boot/missing" },
	{ 0, "to-root", NODE_LINK, "/" },
	{ 0, "slash-behind", NODE_LINK, "boot/" },
	{ 0, "file-slash", NODE_LINK, "boot/Image/" },
	{ 0, "long", NODE_LINK, long_target },
	{ 0, long_name, NODE_FILE, "x" },
	{ 1, "self", NODE_LINK, "." },
	{ 0, "deep", NODE_LINK, "d" },
};

/* Every directory has one more, "d". */
#define DEEP 1000
static struct node node_of(unsigned index)
{
	struct node node = { .kind = NODE_DIRECTORY, .number = index };

	node.words[0] = index;
	if (index < DEEP) {
		node.kind = items[index].kind;
		node.size = strlen(items[index].content);
	}
	return node;
}

static unsigned finds, reads;
static bool nul_in_link;
static enum status find_fails = OK;

static enum status table_find(struct file_system *fs, const struct node *directory,
			      struct span name, struct node *node)
{
	(void)fs;
	finds++;
	assert_int_equal(directory->kind, NODE_DIRECTORY);
	assert_in_range(name.size, 1, FILE_NAME_MAX);
	assert_null(memchr(name.at, '/', name.size));
	if (find_fails != OK)
		return find_fails;
	for (unsigned i = 1; i < COUNT(items); i++)
		if (items[i].parent == directory->words[0] && strlen(items[i].name) == name.size &&
		    memcmp(items[i].name, name.at, name.size) == 0) {
			*node = node_of(i);
			return OK;
		}
	if (name.size != 1 || name.at[0] != 'd')
		return ERR_ABSENT;
	*node = node_of((unsigned)directory->words[0] + DEEP);
	return OK;
}

static enum status table_read(struct file_system *fs, const struct node *node, uint64_t offset,
			      void *destination, size_t size)
{
	reads++;
	fs->delivered += size;
	memcpy(destination, items[node->words[0]].content + offset, size);
	if (nul_in_link)
		((char *)destination)[size - 1] = '\0';
	return OK;
}

static enum status table_next(struct file_system *fs, const struct node *directory,
			      struct cursor *cursor, struct entry *entry)
{
	(void)fs;
	(void)directory;
	(void)entry;
	return cursor->words[0]++ == 0 ? OK : ERR_ABSENT;
}

static const struct file_system_driver table = {
	.name = "table",
	.find = table_find,
	.next = table_next,
	.read = table_read,
};

static struct verity_reader reader;
static struct file_system fs;
static struct node node;

static int setup(void **state)
{
	(void)state;
	fs = (struct file_system){ .reader = &reader, .driver = &table, .root = node_of(0) };
	reader = (struct verity_reader){ .proof = NULL };
	finds = reads = 0;
	nul_in_link = false;
	find_fails = OK;
	memset(long_target, '/', FILE_PATH_MAX);
	memset(long_name, 'n', FILE_NAME_MAX);
	refusal_clear();
	return 0;
}

static void leads_to(const char *path, bool follow, const char *name)
{
	assert_status(file_find(&fs, path, follow, &node), OK);
	assert_true(node.words[0] < COUNT(items));
	assert_string_equal(items[node.words[0]].name, name);
	assert_int_equal(node.kind, items[node.words[0]].kind);
}

static void refused(const char *path, const char *hint)
{
	char at[REFUSAL_TEXT_MAX] = "";

	memcpy(at, path, strnlen(path, sizeof(at) - 1));
	assert_status(file_find(&fs, path, true, &node), ERR_NO_FILE);
	assert_string_equal(refusal_last()->at, at);
	assert_non_null(strstr(refusal_last()->hint, hint));
}

static void test_plain_paths(void **state)
{
	(void)state;
	leads_to("/boot/Image", true, "Image");
	leads_to("/", true, "");
	leads_to("///", true, "");
	leads_to("//boot///Image", true, "Image");
	leads_to("/boot/", true, "boot");
	leads_to("/./boot/././Image", true, "Image");
	leads_to("/device", true, "device");
	leads_to("/boot/.", true, "boot");
}

static void test_what_is_not_there(void **state)
{
	(void)state;
	refused("/boot/missing", "not there");
	refused("/missing/Image", "not there");
	refused("/dangling", "not there");
	refused("boot/Image", "starts with /");
	refused("", "starts with /");
	refused("/boot/Image/", "no directory");
	refused("/boot/Image/.", "no directory");
	refused("/boot/Image/..", "no directory");
	refused("/boot/Image/x", "no directory");
	refused("/device/x", "no directory");
	refused("/file-slash", "no directory");
}

/* What is above the root is the root, whoever says so. */
static void test_dots_stay_inside(void **state)
{
	(void)state;
	leads_to("/..", true, "");
	leads_to("/../../..", true, "");
	leads_to("/../boot/../../../boot/Image", true, "Image");
	leads_to("/boot/..", true, "");
	leads_to("/boot/up", true, "Image");
	/* Of where the link led, not of where it stands. */
	leads_to("/link-to-boot/..", true, "");
	leads_to("/boot/self/../boot", true, "boot");
}

static void test_links(void **state)
{
	(void)state;
	leads_to("/boot/relative", true, "Image");
	leads_to("/boot/absolute", true, "Image");
	leads_to("/link-to-boot/Image", true, "Image");
	leads_to("/chain", true, "Image");
	leads_to("/to-root", true, "");
	leads_to("/to-root/boot/Image", true, "Image");
	leads_to("/slash-behind", true, "boot");
	leads_to("/slash-behind/Image", true, "Image");
	leads_to("/boot/relative", false, "relative");
	leads_to("/link-to-boot", false, "link-to-boot");
	leads_to("/link-to-boot/relative", false, "relative");
	/* A slash behind it asks for what it leads to. */
	leads_to("/link-to-boot/", false, "boot");
	leads_to("/loop", false, "loop");
}

static void test_loops_end(void **state)
{
	(void)state;
	refused("/loop", "loop");
	assert_in_range(reads, FILE_LINKS_MAX, FILE_LINKS_MAX + 1);
	refused("/itself", "loop");
	refused("/loop/x", "loop");
	refused("/empty-link", "empty");
}

/* So many links and not one more, whether they follow each other or not. */
static void test_links_are_counted(void **state)
{
	char path[FILE_PATH_MAX] = "/boot";

	(void)state;
	for (unsigned i = 0; i < FILE_LINKS_MAX; i++)
		strcat(path, "/self");
	leads_to(path, true, "boot");
	strcat(path, "/self");
	refused(path, "links");
}

static void test_depth(void **state)
{
	char path[FILE_PATH_MAX] = "";

	(void)state;
	for (unsigned i = 0; i < FILE_DEPTH_MAX; i++)
		strcat(path, "/d");
	assert_status(file_find(&fs, path, true, &node), OK);
	assert_int_equal(node.words[0], FILE_DEPTH_MAX * DEEP);
	strcat(path, "/..");
	assert_status(file_find(&fs, path, true, &node), OK);
	assert_int_equal(node.words[0], (FILE_DEPTH_MAX - 1) * DEEP);
	strcat(path, "/d/d");
	refused(path, "64 directories");
}

/* Up and down as long as the path goes. */
static void test_long_paths(void **state)
{
	char path[FILE_PATH_MAX + 2] = "";

	(void)state;
	for (unsigned i = 0; i < FILE_PATH_MAX / 8; i++)
		strcat(path, "/boot/..");
	assert_int_equal(strlen(path), FILE_PATH_MAX);
	leads_to(path, true, "");
	strcat(path, "/");
	refused(path, "longer than 1024");
	memset(path, '/', sizeof(path) - 1);
	refused(path, "longer than 1024");
}

/* So many names and not one more, wherever they come from: each is a directory looked through. */
static void test_names_are_counted(void **state)
{
	char path[FILE_PATH_MAX] = "";

	(void)state;
	for (unsigned i = 0; i < FILE_LOOKUPS_MAX - 2; i++)
		strcat(path, "/d/..");
	strcat(path, "/boot/self");
	leads_to(path, true, "boot");
	assert_int_equal(finds, FILE_LOOKUPS_MAX);
	finds = 0;
	strcat(path, "/d");
	refused(path, "128 names");
	assert_int_equal(finds, FILE_LOOKUPS_MAX);
	strcpy(strstr(path, "/boot/self"), "/boot/up"); /* which is three more */
	refused(path, "128 names");
}

static void test_long_links(void **state)
{
	(void)state;
	leads_to("/long", true, "");
	refused("/long/", "longer than 1024");
	long_target[FILE_PATH_MAX] = '/';
	refused("/long", "longer than 1024");
	assert_status(file_find(&fs, "/long", false, &node), OK);
}

static void test_long_names(void **state)
{
	char path[FILE_NAME_MAX + 3] = "/";

	(void)state;
	memset(path + 1, 'n', FILE_NAME_MAX);
	leads_to(path, true, long_name);
	path[FILE_NAME_MAX + 1] = 'n';
	finds = 0;
	refused(path, "255");
	assert_int_equal(finds, 0);
}

static void test_nul_in_a_link(void **state)
{
	(void)state;
	nul_in_link = true;
	assert_status(file_find(&fs, "/boot/relative", true, &node), ERR_FILE_SYSTEM);
	assert_string_equal(refusal_last()->at, "/boot/relative");
}

static void test_errors_of_the_driver_pass(void **state)
{
	(void)state;
	find_fails = ERR_VERITY_IO;
	assert_status(file_find(&fs, "/boot/Image", true, &node), ERR_VERITY_IO);
	find_fails = ERR_FILE_SYSTEM;
	assert_status(file_open(&fs, "/boot/Image", &node), ERR_FILE_SYSTEM);
}

static void not_opened(const char *path, const char *hint)
{
	assert_status(file_open(&fs, path, &node), ERR_NO_FILE);
	assert_string_equal(refusal_last()->at, path);
	assert_non_null(strstr(refusal_last()->hint, hint));
}

static void test_only_regular_files_open(void **state)
{
	(void)state;
	assert_status(file_open(&fs, "/chain", &node), OK);
	assert_int_equal(node.size, 6);
	not_opened("/boot", "directory");
	not_opened("/link-to-boot", "directory");
	not_opened("/device", "regular");
	not_opened("/empty", "empty");
	not_opened("/nothing", "not there");
}

static void test_reads_are_bounded(void **state)
{
	char bytes[8] = "........";

	(void)state;
	leads_to("/boot/Image", true, "Image");
	assert_status(file_read(&fs, &node, 3, bytes, 3), OK);
	assert_memory_equal(bytes, "nel.....", 8);
	reads = 0;
	assert_status(file_read(&fs, &node, 6, bytes, 0), OK);
	assert_status(file_read(&fs, &node, 4, bytes, 3), ERR_TRUNCATED);
	assert_status(file_read(&fs, &node, 7, bytes, 0), ERR_TRUNCATED);
	assert_status(file_read(&fs, &node, UINT64_MAX, bytes, 2), ERR_TRUNCATED);
	leads_to("/boot", true, "boot");
	assert_status(file_read(&fs, &node, 0, bytes, 0), ERR_TRUNCATED);
	leads_to("/device", true, "device");
	assert_status(file_read(&fs, &node, 0, bytes, 0), ERR_TRUNCATED);
	assert_int_equal(reads, 1);
	leads_to("/boot/relative", false, "relative");
	assert_status(file_read(&fs, &node, 0, bytes, 5), OK);
}

static void test_listings(void **state)
{
	struct cursor cursor = { { 0 } };
	static struct entry entry;

	(void)state;
	leads_to("/boot", true, "boot");
	assert_status(file_list(&fs, &node, &cursor, &entry), OK);
	assert_status(file_list(&fs, &node, &cursor, &entry), ERR_ABSENT);
	leads_to("/boot/Image", true, "Image");
	cursor.words[0] = 0;
	assert_status(file_list(&fs, &node, &cursor, &entry), ERR_ABSENT);
	assert_int_equal(cursor.words[0], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_plain_paths, setup),
		cmocka_unit_test_setup(test_what_is_not_there, setup),
		cmocka_unit_test_setup(test_dots_stay_inside, setup),
		cmocka_unit_test_setup(test_links, setup),
		cmocka_unit_test_setup(test_loops_end, setup),
		cmocka_unit_test_setup(test_links_are_counted, setup),
		cmocka_unit_test_setup(test_depth, setup),
		cmocka_unit_test_setup(test_long_paths, setup),
		cmocka_unit_test_setup(test_names_are_counted, setup),
		cmocka_unit_test_setup(test_long_links, setup),
		cmocka_unit_test_setup(test_long_names, setup),
		cmocka_unit_test_setup(test_nul_in_a_link, setup),
		cmocka_unit_test_setup(test_errors_of_the_driver_pass, setup),
		cmocka_unit_test_setup(test_only_regular_files_open, setup),
		cmocka_unit_test_setup(test_reads_are_bounded, setup),
		cmocka_unit_test_setup(test_listings, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
