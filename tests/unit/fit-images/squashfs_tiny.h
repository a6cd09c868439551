/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * squashfs_tiny.h - a small image with its tables stored as they are, so that a byte of it is a
 * byte of a number, and ways to change it. Included once in a program.
 */
#ifndef HOLDFAST_TEST_SQUASHFS_TINY_H
#define HOLDFAST_TEST_SQUASHFS_TINY_H

#include "squashfs_private.h"

#include "squashfs_image.h"

static uint8_t *pristine;
static size_t pristine_size;

static void restore(void)
{
	image_size = pristine_size;
	memcpy(image, pristine, pristine_size);
}

/* Tables are stored as they are, so that a byte of the image is a byte of a number. */
static int make_tiny(void **state)
{
	uint8_t bytes[9000];
	char name[256] = "long/";

	if (make_work(state) != 0)
		return -1;
	run("mkdir -p '%s/tree/d/e' '%s/tree/long' && ln -s d/f '%s/tree/link' 2>&1", work, work,
	    work);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * i / 7 % 251);
	put("a", "a", 1);
	put("big", bytes, 8192);
	put("d/f", bytes, 9000);
	put("small", bytes + 100, 300);
	memset(name + 5, 'n', 240);
	for (unsigned i = 0; i < 5; i++) {
		name[5] = (char)('a' + i);
		put(name, "", 0);
	}
	make_image("-comp lz4 -noI -noD -noF -noX -b 4096 -nopad -all-root -no-xattrs");
	pristine_size = image_size;
	pristine = malloc(image_size);
	memcpy(pristine, image, image_size);
	return 0;
}

static int remove_tiny(void **state)
{
	free(pristine);
	return remove_work(state);
}

static void set(size_t position, unsigned bytes, uint64_t value)
{
	assert_true(range_inside(image_size, position, bytes));
	for (unsigned i = 0; i < bytes; i++)
		image[position + i] = (uint8_t)(value >> 8 * i);
}

/* Where the inode at a path is in the image. */
static size_t inode_of(const char *path, struct node *node)
{
	uint64_t place;

	restore();
	assert_status(mount_image(), OK);
	assert_status(file_find(&fs, path, false, node), OK);
	place = node->words[WORD_INODE] - 1;
	return (size_t)(place >> 16) + 2 + (place & 0xffff);
}

#endif
