/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * file_system.h - files of a read-only root, by path.
 *
 * The only source of bytes is a verity reader, so that whatever is parsed here was proved first: a
 * hostile file system needs a signature. It is bounded all the same: no recursion, no heap, every
 * number from the image goes through a check, every walk ends.
 *
 * file_system.c and file_path.c are the part that is alike; each format is a driver.
 */
#ifndef HOLDFAST_FILE_SYSTEM_H
#define HOLDFAST_FILE_SYSTEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reader.h"
#include "span.h"
#include "status.h"

#define FILE_PATH_MAX 1024 /* bytes of a path, and of a link's target */
#define FILE_NAME_MAX 255
#define FILE_DEPTH_MAX 64 /* directories inside each other */
#define FILE_LINKS_MAX 16 /* symbolic links on the way to a file */
/* Bytes of a directory, which may have to be looked through for each name on the way. */
#define FILE_DIRECTORY_MAX (4u << 20)
#define FILE_LOOKUPS_MAX 128 /* names on the way, those in links and before ".." too */
/* Memory a mount takes at most: compressed and unpacked blocks of the largest sort. */
#define FILE_SYSTEM_MEMORY (8u << 20)

enum node_kind { NODE_FILE = 1, NODE_DIRECTORY = 2, NODE_LINK = 3, NODE_OTHER = 4 };

/* An inode; a value, copy freely. */
struct node {
	enum node_kind kind;
	uint64_t size;     /* bytes of a file or of a link's target */
	uint64_t number;   /* the format's inode number, for people */
	uint64_t words[8]; /* the driver's */
};

/* A name in a directory. */
struct entry {
	char name[FILE_NAME_MAX + 1];
	size_t size; /* bytes of name, without the NUL */
	struct node node;
};

/* Where a listing is; zero at the start. The driver's. */
struct cursor {
	uint64_t words[8];
};

struct file_system;

/*
 * One format. All checks of numbers from the image are the driver's: ERR_FILE_SYSTEM with at= what
 * is wrong, and a hint; the errors of verity_read() as they come.
 *
 * mount: whether this is the format (ERR_ABSENT: it is another one), and its root directory. Takes
 *   what memory it needs with file_system_take(); keeps its state in fs->state.
 * find: the entry of a directory with exactly this name ("." and ".." are never asked for).
 *   ERR_ABSENT.
 * next: the next entry, in the directory's order, without "." and ".."; ERR_ABSENT at the end.
 * read: bytes of a file, or of a link's target; [offset, offset + size) was checked to lie inside
 *   node->size. Large reads of data that is stored as it is go straight to destination. What is
 *   in place is added to fs->delivered, at each step where it happens, and only there.
 */
struct file_system_driver {
	const char *name; /* "erofs" */
	enum status (*mount)(struct file_system *fs, struct node *root);
	enum status (*find)(struct file_system *fs, const struct node *directory, struct span name,
			    struct node *node);
	enum status (*next)(struct file_system *fs, const struct node *directory,
			    struct cursor *cursor, struct entry *entry);
	enum status (*read)(struct file_system *fs, const struct node *node, uint64_t offset,
			    void *destination, size_t size);
};

extern const struct file_system_driver file_system_erofs, file_system_squashfs;

struct file_system {
	struct verity_reader *reader;
	const struct file_system_driver *driver;
	void *state; /* the driver's, in memory */
	uint8_t *memory;
	size_t left;
	uint64_t delivered; /* bytes of files that drivers have put in place: they add to it */
	struct node root;
};

/*
 * Mount: the first driver that is compiled in and knows the format. memory (FILE_SYSTEM_MEMORY
 * bytes at most, MEDIUM_ALIGN-aligned) is the caller's and outlives fs. ERR_FILE_SYSTEM; the errors
 * of verity_read().
 */
enum status file_system_mount(struct file_system *fs, struct verity_reader *reader, uint8_t *memory,
			      size_t size) MUST_CHECK;

/* For drivers: size bytes of the memory, MEDIUM_ALIGN-aligned, zeroed. ERR_FILE_SYSTEM: too few. */
enum status file_system_take(struct file_system *fs, size_t size, const char *what,
			     void **at) MUST_CHECK;

/*
 * For drivers: the entry that was found has the name that was looked for. Another comparison than
 * the one that found it, and its length goes into the proof: which file is used hangs on no single
 * branch. ERR_INTERNAL if not.
 */
enum status file_is_named(struct file_system *fs, const struct entry *entry,
			  struct span name) MUST_CHECK;

/*
 * The node at an absolute path, symbolic links followed inside the root ("/" is the root's, ".." of
 * the root is the root); follow_last false: a link at the end is not followed. ERR_NO_FILE, at= the
 * path: not there, not absolute, longer than FILE_PATH_MAX, through something that is no directory,
 * too many links (a loop) or names, too deep. ERR_FILE_SYSTEM; the errors of verity_read().
 */
enum status file_find(struct file_system *fs, const char *path, bool follow_last,
		      struct node *node) MUST_CHECK;

/* The same, and it must be a regular file that is not empty; else ERR_NO_FILE. */
enum status file_open(struct file_system *fs, const char *path, struct node *node) MUST_CHECK;

/*
 * Bytes of a file or of a link's target. ERR_TRUNCATED if [offset, offset + size) is not inside
 * node->size; the errors of the driver. On any error destination is worthless.
 */
enum status file_read(struct file_system *fs, const struct node *node, uint64_t offset,
		      void *destination, size_t size) MUST_CHECK;

/* The next entry of a directory; ERR_ABSENT at the end. cursor is zero at the start. */
enum status file_list(struct file_system *fs, const struct node *directory, struct cursor *cursor,
		      struct entry *entry) MUST_CHECK;

#endif
