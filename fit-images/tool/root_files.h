/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * root_files.h - the files of a root, through the loader's own reader and file systems: not a byte
 * of a block that the root hash does not prove.
 */
#ifndef HOLDFAST_IMAGE_ROOT_FILES_H
#define HOLDFAST_IMAGE_ROOT_FILES_H

#include "file_system.h"
#include "files_arguments.h"
#include "root_image.h"

struct root_files {
	struct verity_tree tree; /* its spans are the caller's */
	struct verity_reader reader;
	struct file_system fs;
};

/*
 * Mount what the command line of ls and cat names. Ends with 3 if a file cannot be opened, with the
 * refusals of verity_open() and file_system_mount(). A superblock that contradicts the numbers is
 * remarked on; it decides nothing but where the tree is looked for.
 */
void root_files_open(struct root_files *files, const struct files_arguments *arguments);

/* Mount a root that is in memory, with its tree. The same refusals. */
void root_files_mount(struct root_files *files, const struct root_image *root);

/*
 * All of a file, part by part: use() gets each when every block that it came from was verified.
 * Ends with a refusal of file_read().
 */
void root_files_each(struct root_files *files, const struct node *node,
		     void (*use)(void *context, uint64_t offset, const uint8_t *bytes, size_t size),
		     void *context);

/* Say on stderr how many blocks were corrected from the parity; nothing if none was. */
void root_files_repairs(const struct root_files *files, const struct common *common);

/*
 * The file at a path, read to its end so that it is known to be readable, as an input of at most
 * its first `most` bytes (size says how many). Ends with refusal no-file, and those of the root.
 */
struct input root_files_input(struct root_files *files, const char *path, size_t most);

#endif
