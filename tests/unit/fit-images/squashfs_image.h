/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * squashfs_image.h - images by mksquashfs, read from memory. Included once in a program: it
 * replaces the verity reader, and the memory of a mount by allocations of exactly the size.
 */
#ifndef HOLDFAST_TEST_SQUASHFS_IMAGE_H
#define HOLDFAST_TEST_SQUASHFS_IMAGE_H

#include <sys/stat.h>
#include <unistd.h>

#include "../unit.h"

#include "file_system.h"

/* In an allocation of exactly its size, so that the sanitizer sees one byte too many. */
static uint8_t *image;
static size_t image_size;
static size_t image_reads;

uint64_t verity_size(const struct verity_reader *reader)
{
	(void)reader;
	return image_size;
}

enum status verity_read(struct verity_reader *reader, uint64_t offset, void *destination,
			size_t size)
{
	(void)reader;
	image_reads++;
	if (!range_inside(image_size, offset, size))
		return refuse(ERR_TRUNCATED, "test", "not inside the image");
	memcpy(destination, image + offset, size);
	return OK;
}

static struct file_system fs;
static struct verity_reader no_reader;
static void *taken[8];
static size_t taken_count;

enum status file_system_take(struct file_system *of, size_t size, const char *what, void **at)
{
	(void)of;
	(void)what;
	assert_true(taken_count < COUNT(taken));
	assert_int_equal(posix_memalign(at, MEDIUM_ALIGN, size), 0);
	memset(*at, 0, size);
	taken[taken_count++] = *at;
	return OK;
}

static void unmount_image(void)
{
	while (taken_count > 0)
		free(taken[--taken_count]);
}

static enum status mount_image(void)
{
	static uint8_t none[MEDIUM_ALIGN];

	unmount_image();
	refusal_clear();
	return file_system_mount(&fs, &no_reader, none, sizeof(none));
}

static char work[256]; /* a directory of this program; work/tree becomes the image */

static void run(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void run(const char *format, ...)
{
	char command[2048], output[4096];
	va_list arguments;
	FILE *pipe;
	size_t size;

	va_start(arguments, format);
	vsnprintf(command, sizeof(command), format, arguments);
	va_end(arguments);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	size = fread(output, 1, sizeof(output) - 1, pipe);
	output[size] = '\0';
	if (pclose(pipe) != 0)
		fail_msg("%s: %s", command, output);
}

static int make_work(void **state)
{
	const char *base = getenv("TMPDIR");

	(void)state;
	snprintf(work, sizeof(work), "%s/squashfs-XXXXXX", base ? base : "/tmp");
	return mkdtemp(work) ? 0 : -1;
}

static int remove_work(void **state)
{
	(void)state;
	free(image);
	unmount_image();
	run("rm -rf '%s' 2>&1", work);
	return 0;
}

static void load_image(const char *name)
{
	char path[512];
	struct stat about;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", work, name);
	file = fopen(path, "rb");
	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &about), 0);
	free(image);
	image_size = (size_t)about.st_size;
	image = malloc(image_size);
	assert_int_equal(fread(image, 1, image_size, file), image_size);
	fclose(file);
}

static void make_image(const char *options)
{
	run("mksquashfs '%s/tree' '%s/image' -noappend -no-progress %s 2>&1", work, work, options);
	load_image("image");
}

/* A file below work/tree. */
static void put(const char *name, const void *bytes, size_t size)
{
	char path[2048];
	FILE *file;

	snprintf(path, sizeof(path), "%s/tree/%s", work, name);
	file = fopen(path, "wb");
	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	fclose(file);
}

#endif
