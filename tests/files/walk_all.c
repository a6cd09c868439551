// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
#include <stdio.h>
#include <string.h>

#include "image.h"
#include "walk.h"

/* Odd on purpose: parts begin and end anywhere in a block. */
#define PART 100003

static struct {
	struct node directory;
	struct cursor cursor;
	size_t path; /* bytes of the path to it */
} stack[FILE_DEPTH_MAX + 1];

static struct walked here;
static char path[FILE_PATH_MAX + FILE_NAME_MAX + 2];
static uint8_t part[PART + 64];

static enum status digest_file(struct file_system *fs, struct walked *file)
{
	static struct digest digest;
	uint64_t at = 0;
	/* Every alignment in memory. */
	uint8_t *to = part + file->node.number % 64;

	TRY(digest_begin(&digest, DIGEST_SHA256));
	while (at < file->node.size) {
		uint64_t left = file->node.size - at;
		size_t size = left < PART ? (size_t)left : PART;

		TRY(file_read(fs, &file->node, at, to, size));
		TRY(digest_update(&digest, to, size));
		at += size;
	}
	file->size = digest_size(DIGEST_SHA256);
	return digest_finish(&digest, file->value);
}

static enum status read_link(struct file_system *fs, struct walked *link)
{
	if (link->node.size > sizeof(link->value))
		die("a link is longer than a path may be");
	link->size = (size_t)link->node.size;
	return file_read(fs, &link->node, 0, link->value, link->size);
}

/* The path must lead to what the listing said. */
static enum status look(struct file_system *fs, struct walked *entry)
{
	struct node found;

	entry->size = 0;
	TRY(file_find(fs, entry->path, false, &found));
	if (found.kind != entry->node.kind || found.number != entry->node.number ||
	    found.size != entry->node.size)
		die("find and next do not agree");
	entry->leads = file_find(fs, entry->path, true, &entry->target);
	if (entry->leads != OK && entry->leads != ERR_NO_FILE)
		return entry->leads;
	if (entry->node.kind == NODE_FILE)
		return digest_file(fs, entry);
	return entry->node.kind == NODE_LINK ? read_link(fs, entry) : OK;
}

/* The next entry of the directory on top of the stack; ERR_ABSENT at its end. */
static enum status step(struct file_system *fs, unsigned *depth, walk_tell *tell)
{
	static struct entry entry;
	size_t size = stack[*depth].path;

	TRY(file_list(fs, &stack[*depth].directory, &stack[*depth].cursor, &entry));
	if (strlen(entry.name) != entry.size || size + 1 + entry.size > FILE_PATH_MAX)
		die("a name that is not as long as it says, or a path too long");
	path[size] = '/';
	memcpy(path + size + 1, entry.name, entry.size + 1);
	here.path = path;
	here.node = entry.node;
	TRY(look(fs, &here));
	if (tell)
		tell(&here);
	if (entry.node.kind != NODE_DIRECTORY)
		return OK;
	if (++*depth > FILE_DEPTH_MAX)
		die("too deep");
	memset(&stack[*depth], 0, sizeof(stack[0]));
	stack[*depth].directory = entry.node;
	stack[*depth].path = size + 1 + entry.size;
	return OK;
}

enum status walk_all(struct file_system *fs, walk_tell *tell)
{
	unsigned depth = 0;

	memset(&stack[0], 0, sizeof(stack[0]));
	stack[0].directory = fs->root;
	for (;;) {
		enum status status = step(fs, &depth, tell);

		if (status == ERR_ABSENT && depth == 0)
			return OK;
		if (status == ERR_ABSENT)
			depth--;
		else
			TRY(status);
	}
}
