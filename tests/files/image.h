/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/* image.h - a root image in memory as a medium, opened through the loader's verity reader. */
#ifndef HOLDFAST_TESTS_FILES_IMAGE_H
#define HOLDFAST_TESTS_FILES_IMAGE_H

#include "file_system.h"
#include "reader.h"

struct image {
	uint8_t *bytes; /* data and tree, as in the file */
	size_t size;
	struct verity_tree tree;
	struct verity_reader reader;
	struct file_system fs;
};

/*
 * Words: FILE DATA-BLOCKS DATA-BLOCK-SIZE HASH-BLOCK-SIZE HASH-START-BLOCK ALGORITHM ROOT-HASH
 * SALT, the last two in hex ("-": no salt). Ends the program if they are no such words.
 */
#define IMAGE_WORDS 8
void image_load(struct image *image, char *const *words);

/* From the bytes as they are now, from the start: verity_open(). */
enum status image_open(struct image *image) MUST_CHECK;

/* And the file system. */
enum status image_mount(struct image *image) MUST_CHECK;

/* Before anything else. */
void start_engine(void);

/* Ends the program. */
_Noreturn void die(const char *what);

#endif
