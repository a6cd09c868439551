// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * fuzz_erofs.c - the EROFS driver on any image.
 *
 * libFuzzer. Input: one byte of choices, then the image; verity_read() is replaced by one that
 * proves nothing. Bit 0: find each name that is listed. Bit 1: files back to front. What is there
 * is listed and read, up to a limit.
 */
#include <stdlib.h>
#include <string.h>

#include "file_system.h"

#define ENTRIES_MAX 200
#define DEPTH_MAX 8
#define PIECES_MAX 12
#define CALLS_MAX 20000000ull /* a hang long before libFuzzer says so */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct span image;
static uint64_t calls;
static void *taken;

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
	if (!range_inside(image.size, offset, size) || ++calls > CALLS_MAX)
		abort();
	if (size != 0)
		memcpy(destination, image.at + offset, size);
	return OK;
}

/* Megabytes are kept for the next run: to get them anew would be all that is done here. */
static void *large(size_t size)
{
	static struct {
		size_t size;
		void *at;
	} kept[2];

	for (size_t i = 0; i < 2; i++) {
		if (kept[i].size == 0 && posix_memalign(&kept[i].at, MEDIUM_ALIGN, size) == 0)
			kept[i].size = size;
		if (kept[i].size == size)
			return kept[i].at;
	}
	abort();
}

enum status file_system_take(struct file_system *fs, size_t size, const char *what, void **at)
{
	(void)fs;
	(void)what;
	if (size >= 1u << 20) {
		*at = large(size);
		return OK;
	}
	if (taken || posix_memalign(&taken, MEDIUM_ALIGN, size) != 0)
		abort();
	memset(taken, 0, size);
	*at = taken;
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

/* Whole if it is short, pieces in a row, and the end. */
static void read_file(struct file_system *fs, const struct node *node, bool backward)
{
	read_piece(fs, node, 0, 1u << 16);
	for (uint64_t i = 0; i < PIECES_MAX; i++)
		read_piece(fs, node, 1 + 1500 * (backward ? PIECES_MAX - i : i), 1500);
	read_piece(fs, node, node->size - (node->size < 100 ? node->size : 100), 100);
}

static void visit(struct file_system *fs, const struct node *directory, const struct entry *entry,
		  unsigned choices)
{
	struct span name = { (const uint8_t *)entry->name, entry->size };
	struct node found;

	if (entry->size == 0 || entry->size > FILE_NAME_MAX || strlen(entry->name) != entry->size)
		abort();
	if ((choices & 1) && fs->driver->find(fs, directory, name, &found) == ERR_INTERNAL)
		abort();
	if (entry->node.kind == NODE_FILE || entry->node.kind == NODE_LINK)
		read_file(fs, &entry->node, choices & 2);
}

/* A stack of directories; a loop of them ends at its height. */
static void walk(struct file_system *fs, unsigned choices)
{
	struct node stack[DEPTH_MAX] = { fs->root };
	struct cursor cursors[DEPTH_MAX] = { { { 0 } } };
	unsigned depth = 1;
	struct entry entry;

	for (unsigned count = 0; depth > 0 && count < ENTRIES_MAX; count++) {
		if (file_list(fs, &stack[depth - 1], &cursors[depth - 1], &entry) != OK) {
			depth--;
			continue;
		}
		visit(fs, &stack[depth - 1], &entry, choices);
		if (entry.node.kind == NODE_DIRECTORY && depth < DEPTH_MAX) {
			stack[depth] = entry.node;
			cursors[depth++] = (struct cursor){ { 0 } };
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct verity_reader no_reader;
	struct file_system fs = { .reader = &no_reader, .driver = &file_system_erofs };

	if (size < 1)
		return 0;
	image = (struct span){ data + 1, size - 1 };
	calls = 0;
	if (fs.driver->mount(&fs, &fs.root) == OK && fs.root.kind == NODE_DIRECTORY)
		walk(&fs, data[0]);
	free(taken);
	taken = NULL;
	return 0;
}
