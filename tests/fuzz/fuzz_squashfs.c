// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fuzz_squashfs.c - the squashfs driver on any image.
 *
 * libFuzzer. Input: the image; verity_read() is replaced by one that proves nothing. What is there
 * is listed and read, up to a limit. The memory of the mount is allocations of exactly the size.
 */
#include <stdlib.h>
#include <string.h>

#include "file_system.h"

#define ENTRIES_MAX 300
#define DEPTH_MAX 8
#define PIECE 9000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct span image;
static void *taken[8];
static size_t taken_count;

uint64_t verity_size(const struct verity_reader *reader)
{
	(void)reader;
	return image.size;
}

enum status verity_read(struct verity_reader *reader, uint64_t offset, void *destination,
			size_t size)
{
	(void)reader;
	/* The driver asks before; not to have asked is a finding. */
	if (!range_inside(image.size, offset, size))
		abort();
	memcpy(destination, image.at + offset, size);
	return OK;
}

enum status file_system_take(struct file_system *fs, size_t size, const char *what, void **at)
{
	(void)fs;
	(void)what;
	if (taken_count == sizeof(taken) / sizeof(taken[0]) ||
	    posix_memalign(at, MEDIUM_ALIGN, size) != 0)
		abort();
	memset(*at, 0, size);
	taken[taken_count++] = *at;
	return OK;
}

static void read_piece(struct file_system *fs, const struct node *node, uint64_t offset,
		       size_t size)
{
	uint8_t *piece;

	if (offset > node->size)
		return;
	if (size > node->size - offset)
		size = (size_t)(node->size - offset);
	piece = malloc(size + 1);
	if (!piece)
		abort();
	if (file_read(fs, node, offset, piece, size) == ERR_INTERNAL)
		abort();
	free(piece);
}

/* The start, a block further on, again the start, across blocks, the end. */
static void read_file(struct file_system *fs, const struct node *node)
{
	read_piece(fs, node, 0, PIECE);
	read_piece(fs, node, 4096, 4096);
	read_piece(fs, node, 1, 10);
	read_piece(fs, node, 4090, 100);
	read_piece(fs, node, node->size - (node->size < 100 ? node->size : 100), 100);
}

/* A stack of directories; a loop of them ends at its height. */
static void walk(struct file_system *fs)
{
	struct node stack[DEPTH_MAX] = { fs->root };
	struct cursor cursors[DEPTH_MAX] = { { { 0 } } };
	unsigned depth = 1;
	struct entry entry;
	struct node found;

	for (unsigned count = 0; depth > 0 && count < ENTRIES_MAX; count++) {
		if (file_list(fs, &stack[depth - 1], &cursors[depth - 1], &entry) != OK) {
			depth--;
			continue;
		}
		if (entry.size == 0 || entry.size > FILE_NAME_MAX || entry.name[entry.size] != '\0')
			abort();
		if (entry.node.kind == NODE_FILE || entry.node.kind == NODE_LINK)
			read_file(fs, &entry.node);
		if (entry.node.kind != NODE_DIRECTORY || depth == DEPTH_MAX)
			continue;
		stack[depth] = entry.node;
		cursors[depth++] = (struct cursor){ { 0 } };
	}
	if (file_find(fs, "/d/e/f", true, &found) == OK && found.kind == NODE_FILE)
		read_file(fs, &found);
	if (file_open(fs, "/loop", &found) == OK)
		read_file(fs, &found);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct verity_reader reader;
	struct file_system fs = { .reader = &reader, .driver = &file_system_squashfs };

	image = (struct span){ data, size };
	if (fs.driver->mount(&fs, &fs.root) == OK && fs.root.kind == NODE_DIRECTORY)
		walk(&fs);
	while (taken_count > 0)
		free(taken[--taken_count]);
	return 0;
}
