/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * erofs_fixture.h - an image in memory in place of a verity reader, and mkfs.erofs.
 *
 * Include it once in a test program: it defines verity_read() and verity_size().
 */
#ifndef HOLDFAST_TESTS_EROFS_FIXTURE_H
#define HOLDFAST_TESTS_EROFS_FIXTURE_H

#include "../unit.h"

#include <sys/stat.h>
#include <unistd.h>

#include "file_system.h"
#include "must.h"

static struct {
	uint8_t *bytes;
	size_t size;
	uint64_t calls;
	uint64_t read; /* bytes */
	uint8_t *
		seen; /* of each byte, whether it was read, if this is there; never mind of which */
	size_t seen_below; /* and in a read of fewer bytes than this */
} image;

static struct verity_reader no_reader;

enum status verity_read(struct verity_reader *reader, uint64_t offset, void *destination,
			size_t size)
{
	MUST(reader == &no_reader && range_inside(image.size, offset, size));
	if (size == 0)
		return OK;
	image.calls++;
	image.read += size;
	memcpy(destination, image.bytes + offset, size);
	if (image.seen && size < image.seen_below)
		memset(image.seen + offset, 1, size);
	return OK;
}

uint64_t verity_size(const struct verity_reader *reader)
{
	MUST(reader == &no_reader);
	return image.size;
}

/* A temporary folder; everything of a test is in it. */
static char folder[64];

static inline void make_folder(void)
{
	const char *where = getenv("TMPDIR");

	snprintf(folder, sizeof(folder), "%.40s/erofs-XXXXXX", where ? where : "/tmp");
	assert_non_null(mkdtemp(folder));
}

static inline void remove_folder(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	assert_int_equal(system(command), 0);
}

static inline void write_file(const char *path, const uint8_t *bytes, size_t size)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static inline uint8_t *read_whole(const char *path, size_t *size)
{
	FILE *file = fopen(path, "rb");
	struct stat about;
	uint8_t *bytes;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &about), 0);
	*size = (size_t)about.st_size;
	bytes = malloc(*size + 1);
	assert_non_null(bytes);
	assert_int_equal(fread(bytes, 1, *size, file), *size);
	fclose(file);
	return bytes;
}

/* The tree in `folder`/tree as the image; false: this mkfs.erofs does not know the options. */
static inline bool make_image(const char *options)
{
	const char *program = getenv("MKFS_EROFS");
	char command[512];

	snprintf(command, sizeof(command),
		 "cd %s && rm -f image && unset SOURCE_DATE_EPOCH && PATH=$PATH:/usr/sbin:/sbin "
		 "%s -T0 %s image tree >log 2>&1",
		 folder, program ? program : "mkfs.erofs", options);
	if (system(command) != 0)
		return false;
	free(image.bytes);
	snprintf(command, sizeof(command), "%s/image", folder);
	image.bytes = read_whole(command, &image.size);
	return true;
}

static uint8_t *file_memory;

static inline enum status mount_image(struct file_system *fs)
{
	if (!file_memory)
		file_memory = aligned_alloc(MEDIUM_ALIGN, FILE_SYSTEM_MEMORY);
	return file_system_mount(fs, &no_reader, file_memory, FILE_SYSTEM_MEMORY);
}

static inline void forget_image(void)
{
	free(image.bytes);
	free(file_memory);
	free(image.seen);
	memset(&image, 0, sizeof(image));
	file_memory = NULL;
}

#endif
