// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * squashfs_directory.c - names.
 *
 * A directory is a row of headers, each with up to 256 entries whose inodes are in one metadata
 * block. The index that long directories have is not used: what it saves is unpacking some blocks.
 */
#include <string.h>

#include "squashfs_private.h"

#define HEADER_SIZE 12u
#define ENTRY_SIZE 8u
#define COUNT_MAX 256u

/* What is in the words of a cursor. */
enum {
	CURSOR_STARTED = 0,
	CURSOR_BLOCK = 1, /* place of what comes next */
	CURSOR_OFFSET = 2,
	CURSOR_LEFT = 3,  /* bytes of the directory */
	CURSOR_COUNT = 4, /* entries under the same header */
	CURSOR_INODES = 5 /* metadata block of their inodes, from the start of the table */
};

static void start(const struct squashfs *s, const struct node *directory, struct cursor *cursor)
{
	*cursor = (struct cursor){ .words = {
					   [CURSOR_STARTED] = 1,
					   [CURSOR_BLOCK] =
						   s->directories + directory->words[WORD_START],
					   [CURSOR_OFFSET] = directory->words[WORD_OFFSET],
					   [CURSOR_LEFT] = directory->size,
				   } };
}

static enum status take(struct file_system *fs, struct cursor *cursor, void *to, size_t size)
{
	uint64_t *words = cursor->words;
	struct squashfs_place place = { words[CURSOR_BLOCK], (uint32_t)words[CURSOR_OFFSET] };

	if (!range_inside(words[CURSOR_LEFT], 0, size))
		return squashfs_bad("directory");
	words[CURSOR_LEFT] -= size;
	TRY(squashfs_metadata(fs, &place, to, size));
	words[CURSOR_BLOCK] = place.block;
	words[CURSOR_OFFSET] = place.offset;
	return OK;
}

static enum status header(struct file_system *fs, struct cursor *cursor)
{
	uint8_t raw[HEADER_SIZE] = { 0 };

	TRY(take(fs, cursor, raw, sizeof(raw)));
	if (load_le32(raw) >= COUNT_MAX)
		return squashfs_bad("directory");
	cursor->words[CURSOR_COUNT] = load_le32(raw) + 1;
	cursor->words[CURSOR_INODES] = load_le32(raw + 4);
	return OK;
}

static bool usable(const struct entry *entry)
{
	bool dots = entry->name[0] == '.' &&
		    (entry->size == 1 || (entry->size == 2 && entry->name[1] == '.'));

	return !dots && !memchr(entry->name, '/', entry->size) &&
	       !memchr(entry->name, '\0', entry->size);
}

/* The next name, and where its inode is. */
static enum status next_name(struct file_system *fs, const struct node *directory,
			     struct cursor *cursor, struct entry *entry, uint64_t *reference)
{
	uint64_t *words = cursor->words;
	uint8_t raw[ENTRY_SIZE] = { 0 };

	if (!words[CURSOR_STARTED])
		start(squashfs_of(fs), directory, cursor);
	if (words[CURSOR_COUNT] == 0) {
		if (words[CURSOR_LEFT] == 0)
			return ERR_ABSENT;
		TRY(header(fs, cursor));
	}
	words[CURSOR_COUNT]--;
	TRY(take(fs, cursor, raw, sizeof(raw)));
	entry->size = load_le16(raw + 6) + 1u;
	if (entry->size > FILE_NAME_MAX)
		return squashfs_bad("directory");
	TRY(take(fs, cursor, entry->name, entry->size));
	entry->name[entry->size] = '\0';
	*reference = words[CURSOR_INODES] << 16 | load_le16(raw);
	return usable(entry) ? OK : squashfs_bad("directory");
}

enum status squashfs_next(struct file_system *fs, const struct node *directory,
			  struct cursor *cursor, struct entry *entry)
{
	uint64_t reference;

	TRY(next_name(fs, directory, cursor, entry, &reference));
	return squashfs_inode(fs, reference, &entry->node);
}

enum status squashfs_find(struct file_system *fs, const struct node *directory, struct span name,
			  struct node *node)
{
	struct cursor cursor = { { 0 } };
	struct entry entry = { .size = 0 };
	uint64_t reference = 0;

	do
		TRY(next_name(fs, directory, &cursor, &entry, &reference));
	while (entry.size != name.size || memcmp(entry.name, name.at, name.size) != 0);
	TRY(file_is_named(fs, &entry, name));
	return squashfs_inode(fs, reference, node);
}
