/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* erofs_tree.h - a tree with everything in it that a file system can store in its own way. */
#ifndef HOLDFAST_TESTS_EROFS_TREE_H
#define HOLDFAST_TESTS_EROFS_TREE_H

#include <errno.h>
#include <fcntl.h>
#include <sys/xattr.h>

#include "erofs_fixture.h"

#define MANY 5000

static const size_t sizes[] = {
	0,    1,     2,     511,   512,   513,   4095,   4096,           4097,
	8192, 16383, 16385, 65535, 65536, 65537, 300001, (1u << 20) + 77
};

static uint64_t seed;

/* Words of a small vocabulary: packs to a third. */
static inline void text(uint8_t *to, size_t size)
{
	for (size_t at = 0; at < size;) {
		char word[24];
		int length = snprintf(word, sizeof(word), "w%zu ", random_below(&seed, 900));

		for (int i = 0; i < length && at < size; i++)
			to[at++] = (uint8_t)word[i];
	}
}

static inline void noise(uint8_t *to, size_t size)
{
	for (size_t at = 0; at < size; at++)
		to[at] = (uint8_t)(random_next(&seed) >> 32);
}

static inline void zeros(uint8_t *to, size_t size)
{
	memset(to, 0, size);
}

/* Of everything a piece, zeros and repetitions of earlier pieces among them. */
static inline void mixed(uint8_t *to, size_t size)
{
	for (size_t at = 0; at < size;) {
		size_t piece = 1 + random_below(&seed, 30000);

		if (piece > size - at)
			piece = size - at;
		switch (random_below(&seed, 4)) {
		case 0:
			text(to + at, piece);
			break;
		case 1:
			noise(to + at, piece);
			break;
		case 2:
			zeros(to + at, piece);
			break;
		default:
			for (size_t i = 0, from = random_below(&seed, at + 1); i < piece; i++)
				to[at + i] = from + i < at ? to[from + i] : 'x';
		}
		at += piece;
	}
}

static inline void enter(const char *name)
{
	assert_int_equal(mkdir(name, 0755), 0);
	assert_int_equal(chdir(name), 0);
}

/* Attributes of its own and shared ones; a folder that cannot have any is no failure. */
static inline void attributes(const char *name, size_t number)
{
	char value[300] = "";

	memset(value, 'v', 1 + number * 7 % 290);
	if (setxattr(name, "user.own", value, strlen(value), 0) != 0)
		assert_true(errno == ENOTSUP || errno == EPERM);
	else if (number % 2)
		assert_int_equal(setxattr(name, "user.shared", "the same", 8, 0), 0);
}

static inline void files(void)
{
	static void (*const kinds[])(uint8_t *, size_t) = { text, noise, mixed };
	uint8_t *bytes = malloc(sizes[COUNT(sizes) - 1]);
	char name[32];

	enter("files");
	for (size_t i = 0; i < COUNT(sizes) * COUNT(kinds); i++) {
		kinds[i % COUNT(kinds)](bytes, sizes[i / COUNT(kinds)]);
		snprintf(name, sizeof(name), "%zu-%zu", sizes[i / COUNT(kinds)], i % COUNT(kinds));
		write_file(name, bytes, sizes[i / COUNT(kinds)]);
		if (i % 4 == 0)
			attributes(name, i);
		/* The end of it once more, and all of it behind something else. */
		if (i % 3 == 2 && sizes[i / 3] > 5000 && sizes[i / 3] < 100000) {
			snprintf(name, sizeof(name), "end-%zu", i);
			write_file(name, bytes + 1000, sizes[i / 3] - 1000);
		}
	}
	free(bytes);
	/* Holes of 6 MiB, then a little. */
	write_file("sparse", (const uint8_t *)"", 0);
	assert_int_equal(truncate("sparse", 6 << 20), 0);
	assert_int_equal(symlink("/files/../files/sparse", "link"), 0);
	assert_int_equal(mkfifo("fifo", 0600), 0);
	assert_int_equal(chdir(".."), 0);
}

static inline void names(void)
{
	char name[256];

	enter("names");
	write_file("n00000", (const uint8_t *)"one inode", 9);
	for (unsigned i = 1; i < MANY; i++) {
		snprintf(name, sizeof(name), "n%05u%.*s", i * 7919 % 100000, (int)(i % 40),
			 "-and-so-on-and-so-on-and-so-on-and-so-on");
		assert_int_equal(link("n00000", name), 0);
	}
	/* mkfs.erofs 1.5 stumbles over 255. */
	for (size_t i = 1; i < 255; i += i < 250 ? 50 : 1) {
		memset(name, i % 2 ? 'Z' : 0xe4, i);
		name[i] = '\0';
		write_file(name, (const uint8_t *)name, i);
	}
	assert_int_equal(chdir(".."), 0);
	enter("links");
	for (size_t i = 1; i <= 1000; i += i < 10 ? 1 : 90) {
		char target[1001];

		memset(target, 't', i);
		target[i] = '\0';
		snprintf(name, sizeof(name), "%zu", i);
		assert_int_equal(symlink(target, name), 0);
	}
	assert_int_equal(chdir(".."), 0);
}

static inline void make_tree(void)
{
	int here = open(".", O_RDONLY | O_DIRECTORY);

	assert_int_equal(chdir(folder), 0);
	enter("tree");
	files();
	names();
	for (unsigned i = 0; i < 40; i++)
		enter("deep");
	write_file("leaf", (const uint8_t *)"down here", 9);
	assert_int_equal(fchdir(here), 0);
	close(here);
}

#endif
