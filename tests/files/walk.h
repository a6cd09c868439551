/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* walk.h - every entry of a file system. */
#ifndef HOLDFAST_TESTS_FILES_WALK_H
#define HOLDFAST_TESTS_FILES_WALK_H

#include "file_system.h"

struct walked {
	const char *path; /* from "/" */
	struct node node;
	uint8_t value[FILE_PATH_MAX]; /* digest of a file, target of a link */
	size_t size;                  /* of value */
	enum status leads;            /* file_find() with links followed; and where to */
	struct node target;
};

typedef void walk_tell(const struct walked *walked);

/* All of it, from the root, read to the last byte. */
enum status walk_all(struct file_system *fs, walk_tell *tell) MUST_CHECK;

#endif
