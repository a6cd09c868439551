// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * erofs_directory.c - names.
 *
 * Each block of a directory is for itself: fixed parts of all its entries, then their names, in
 * order. The first name says where the fixed parts end; the last one ends with the block or with a
 * NUL. Names are sorted over all blocks, "." and ".." among them.
 */
#include <string.h>

#include "erofs_private.h"

#define FIXED_SIZE 12u

enum { CURSOR_BLOCK = 0 /* bytes from the start */, CURSOR_INDEX = 1 };

/*
 * The name of an entry of the block at this offset of the directory, and the number of its inode.
 * ERR_ABSENT: there are not so many.
 */
static enum status name_at(struct file_system *fs, const struct node *directory, uint64_t block,
			   uint64_t index, struct entry *entry, uint64_t *number)
{
	size_t size = (size_t)1 << erofs_of(fs)->block_bits;
	uint8_t raw[2 * FIXED_SIZE] = { 0 };
	size_t count;
	size_t at;
	size_t end;

	if (block >= directory->size)
		return ERR_ABSENT;
	if (size > directory->size - block)
		size = (size_t)(directory->size - block);
	if (size < FIXED_SIZE)
		return erofs_bad("directory");
	TRY(erofs_read(fs, directory, block, raw, FIXED_SIZE));
	count = load_le16(raw + 8) / FIXED_SIZE;
	if (count == 0 || !range_inside(size, 0, count * FIXED_SIZE))
		return erofs_bad("directory");
	if (index >= count)
		return ERR_ABSENT;
	end = index == count - 1 ? FIXED_SIZE : 2 * FIXED_SIZE;
	TRY(erofs_read(fs, directory, block + index * FIXED_SIZE, raw, end));
	*number = load_le64(raw);
	at = load_le16(raw + 8);
	end = end == FIXED_SIZE ? size : load_le16(raw + FIXED_SIZE + 8);
	if (at >= end || end > size)
		return erofs_bad("directory");
	end -= at;
	if (end > sizeof(entry->name))
		end = sizeof(entry->name);
	TRY(erofs_read(fs, directory, block + at, entry->name, end));
	if (end < sizeof(entry->name))
		entry->name[end] = '\0';
	else if (!memchr(entry->name, '\0', end))
		return erofs_bad("name");
	entry->size = strlen(entry->name);
	if (entry->size == 0 || memchr(entry->name, '/', entry->size))
		return erofs_bad("name");
	return OK;
}

static bool is_dots(const char *name)
{
	return name[0] == '.' && (name[1] == '\0' || (name[1] == '.' && name[2] == '\0'));
}

enum status erofs_next(struct file_system *fs, const struct node *directory, struct cursor *cursor,
		       struct entry *entry)
{
	uint64_t *words = cursor->words;
	uint64_t number = 0;

	while (words[CURSOR_BLOCK] < directory->size) {
		enum status status = name_at(fs, directory, words[CURSOR_BLOCK],
					     words[CURSOR_INDEX]++, entry, &number);

		if (status == ERR_ABSENT) {
			words[CURSOR_BLOCK] += 1ull << erofs_of(fs)->block_bits;
			words[CURSOR_INDEX] = 0;
			continue;
		}
		TRY(status);
		if (!is_dots(entry->name))
			return erofs_inode(fs, number, &entry->node);
	}
	return ERR_ABSENT;
}

static int compare(const struct entry *entry, struct span name)
{
	size_t size = entry->size < name.size ? entry->size : name.size;
	int difference = memcmp(entry->name, name.at, size);

	if (difference == 0)
		return (entry->size > name.size) - (entry->size < name.size);
	return difference;
}

/*
 * Find by halves, of count entries that are 1 << shift apart from *at on, the last that is not
 * behind the name. A place is that of a block and the index in it, added up.
 */
static enum status narrow(struct file_system *fs, const struct node *directory, struct span name,
			  unsigned shift, uint64_t count, uint64_t *at)
{
	uint64_t mask = (1u << erofs_of(fs)->block_bits) - 1;
	uint64_t low = 0;
	struct entry entry = { .size = 0 };
	uint64_t number = 0;

	while (count - low > 1) {
		uint64_t middle = (low + count) / 2;
		uint64_t place = *at + (middle << shift);
		enum status status =
			name_at(fs, directory, place & ~mask, place & mask, &entry, &number);

		if (status != ERR_ABSENT)
			TRY(status);
		if (status == OK && compare(&entry, name) <= 0)
			low = middle;
		else
			count = middle;
	}
	*at += low << shift;
	return OK;
}

/* The block, then the name in it: few names are looked at, for each may have to be unpacked. */
enum status erofs_find(struct file_system *fs, const struct node *directory, struct span name,
		       struct node *node)
{
	unsigned bits = erofs_of(fs)->block_bits;
	uint64_t mask = (1u << bits) - 1;
	uint64_t at = 0;
	struct entry entry = { .size = 0 };
	uint64_t number = 0;

	TRY(narrow(fs, directory, name, bits, (directory->size >> bits) + 1, &at));
	TRY(narrow(fs, directory, name, 0, (1u << bits) / FIXED_SIZE, &at));
	TRY(name_at(fs, directory, at & ~mask, at & mask, &entry, &number));
	if (compare(&entry, name) != 0)
		return ERR_ABSENT;
	TRY(file_is_named(fs, &entry, name));
	return erofs_inode(fs, number, node);
}
