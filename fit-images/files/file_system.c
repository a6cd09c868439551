// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* file_system.c - which format a root is of, and what is alike in all of them. */
#include "file_system.h"

#include <string.h>

#include "config.h"
#include "hardened.h"

/* In the order they are tried; what is not compiled in is not referenced. */
static const struct file_system_driver *const drivers[] = {
	IS_ENABLED(CONFIG_EROFS) ? &file_system_erofs : NULL,
	IS_ENABLED(CONFIG_SQUASHFS) ? &file_system_squashfs : NULL,
};

enum status file_system_mount(struct file_system *fs, struct verity_reader *reader, uint8_t *memory,
			      size_t size)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		enum status mounted;

		if (!drivers[i])
			continue;
		*fs = (struct file_system){ .reader = reader, .driver = drivers[i] };
		fs->memory = memory;
		fs->left = size & ~(size_t)(MEDIUM_ALIGN - 1);
		mounted = fs->driver->mount(fs, &fs->root);
		if (mounted == ERR_ABSENT)
			continue;
		TRY(mounted);
		if (fs->root.kind != NODE_DIRECTORY)
			return refuse(ERR_FILE_SYSTEM, fs->driver->name,
				      "the root of the file system is no directory");
		return OK;
	}
	*fs = (struct file_system){ .reader = NULL };
	return refuse(ERR_FILE_SYSTEM, "root",
		      "of no file system that this loader was built to read");
}

enum status file_system_take(struct file_system *fs, size_t size, const char *what, void **at)
{
	*at = NULL;
	if (!range_inside(fs->left, 0, size))
		return refuse(ERR_FILE_SYSTEM, what,
			      "it needs more memory than there is: make it with smaller blocks");
	/* What is left is a multiple of MEDIUM_ALIGN, so there is room up to the next one. */
	size = (size + MEDIUM_ALIGN - 1) & ~(size_t)(MEDIUM_ALIGN - 1);
	memset(fs->memory, 0, size);
	*at = fs->memory;
	fs->memory += size;
	fs->left -= size;
	return OK;
}

enum status file_is_named(struct file_system *fs, const struct entry *entry, struct span name)
{
	TRY(verity_agree(fs->reader, name.size, entry->size));
	return bytes_equal(name.at, entry->name, name.size, ERR_INTERNAL);
}

enum status file_read(struct file_system *fs, const struct node *node, uint64_t offset,
		      void *destination, size_t size)
{
	if ((node->kind != NODE_FILE && node->kind != NODE_LINK) ||
	    !range_inside(node->size, offset, size))
		return refuse(ERR_TRUNCATED, fs->driver->name, "not so many bytes in the file");
	fs->delivered = 0;
	TRY(fs->driver->read(fs, node, offset, destination, size));
	/* No part was left out, nor all of it. */
	return verity_agree(fs->reader, size, fs->delivered);
}

enum status file_list(struct file_system *fs, const struct node *directory, struct cursor *cursor,
		      struct entry *entry)
{
	if (directory->kind != NODE_DIRECTORY)
		return ERR_ABSENT;
	return fs->driver->next(fs, directory, cursor, entry);
}
