// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/*
 * file_path.c - from a path to its node, as Linux goes (path_resolution(7)) with the root of the
 * file system as the root of everything.
 *
 * A loop, not a recursion. Where it came from is on a stack, so ".." asks nothing of the image.
 */
#include <string.h>

#include "file_system.h"

/*
 * What is still to be walked lies at the end of text, so that a link's target goes right before it.
 */
struct walk {
	struct file_system *fs;
	const char *path;                        /* as asked for; what a refusal names */
	struct node directories[FILE_DEPTH_MAX]; /* below the root */
	unsigned depth;
	unsigned links;
	unsigned lookups;
	size_t at; /* [at, FILE_PATH_MAX) of text is not walked yet; begins with '/' or is empty */
	char text[FILE_PATH_MAX];
};

static enum status no_file(const struct walk *walk, const char *hint)
{
	return refuse(ERR_NO_FILE, walk->path, hint);
}

/* The next name; empty at the end. Slashes before it are skipped. */
static struct span next_name(struct walk *walk)
{
	struct span name = { NULL, 0 };

	while (walk->at < FILE_PATH_MAX && walk->text[walk->at] == '/')
		walk->at++;
	name.at = (const uint8_t *)walk->text + walk->at;
	while (walk->at < FILE_PATH_MAX && walk->text[walk->at] != '/') {
		walk->at++;
		name.size++;
	}
	return name;
}

static const struct node *here(const struct walk *walk)
{
	return walk->depth == 0 ? &walk->fs->root : &walk->directories[walk->depth - 1];
}

/* Put a link's target before what is left; an absolute one starts at the root. */
static enum status follow(struct walk *walk, const struct node *link)
{
	char *target;

	if (walk->links++ == FILE_LINKS_MAX)
		return no_file(walk, "too many symbolic links on the way: a loop?");
	if (link->size > walk->at)
		return no_file(walk, "longer than 1024 bytes with the links in it");
	if (link->size == 0)
		return no_file(walk, "an empty symbolic link is on the way");
	walk->at -= (size_t)link->size;
	target = walk->text + walk->at;
	TRY(file_read(walk->fs, link, 0, target, (size_t)link->size));
	if (memchr(target, '\0', (size_t)link->size))
		return refuse(ERR_FILE_SYSTEM, walk->path, "a symbolic link has a NUL in it");
	if (target[0] == '/')
		walk->depth = 0;
	return OK;
}

static enum status enter(struct walk *walk, const struct node *directory)
{
	if (walk->depth == FILE_DEPTH_MAX)
		return no_file(walk, "more than 64 directories inside each other");
	walk->directories[walk->depth++] = *directory;
	return OK;
}

/* One name further. *node is where that leads. */
static enum status step(struct walk *walk, struct span name, bool follow_last, struct node *node)
{
	bool last = walk->at == FILE_PATH_MAX;
	enum status found;

	if (name.size > FILE_NAME_MAX)
		return no_file(walk, "a name is longer than 255 bytes");
	if (walk->lookups++ == FILE_LOOKUPS_MAX)
		return no_file(walk, "more than 128 names on the way");
	found = walk->fs->driver->find(walk->fs, here(walk), name, node);
	if (found == ERR_ABSENT)
		return no_file(walk, "not there: look with holdfast-image ls");
	TRY(found);
	if (node->kind == NODE_DIRECTORY)
		return enter(walk, node);
	if (node->kind == NODE_LINK && (follow_last || !last)) {
		TRY(follow(walk, node));
		*node = *here(walk);
		return OK;
	}
	return last ? OK : no_file(walk, "a part of it is no directory");
}

static bool is(struct span name, const char *text)
{
	return name.size == strlen(text) && memcmp(name.at, text, name.size) == 0;
}

static enum status start(struct walk *walk, struct file_system *fs, const char *path)
{
	size_t size = strlen(path);

	walk->fs = fs;
	walk->path = path;
	walk->depth = 0;
	walk->links = 0;
	walk->lookups = 0;
	if (path[0] != '/')
		return no_file(walk, "a path starts with /");
	if (size > FILE_PATH_MAX)
		return no_file(walk, "longer than 1024 bytes");
	walk->at = FILE_PATH_MAX - size;
	memcpy(walk->text + walk->at, path, size);
	return OK;
}

enum status file_find(struct file_system *fs, const char *path, bool follow_last, struct node *node)
{
	static struct walk walk; /* 7 KiB: not for a stack */
	struct span name;

	*node = (struct node){ .kind = NODE_OTHER };
	TRY(start(&walk, fs, path));
	*node = fs->root;
	while ((name = next_name(&walk)).size != 0) {
		if (!is(name, ".") && !is(name, "..")) {
			TRY(step(&walk, name, follow_last, node));
			continue;
		}
		/* ".." of the root is the root. */
		if (name.size == 2 && walk.depth > 0)
			walk.depth--;
		*node = *here(&walk);
	}
	return OK;
}

enum status file_open(struct file_system *fs, const char *path, struct node *node)
{
	TRY(file_find(fs, path, true, node));
	if (node->kind == NODE_DIRECTORY)
		return refuse(ERR_NO_FILE, path, "a directory, not a file");
	if (node->kind != NODE_FILE)
		return refuse(ERR_NO_FILE, path, "not a regular file");
	if (node->size == 0)
		return refuse(ERR_NO_FILE, path, "the file is empty");
	return OK;
}
