/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "file_medium.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool.h"

/* In one request; the block size is 1. */
#define REQUEST_MAX (1u << 20)

struct source {
	struct medium medium;
	int fd; /* -1: bytes */
	struct span bytes;
	enum status last; /* how the request that was started ended */
};

static bool read_all(int fd, uint8_t *to, size_t size, uint64_t offset)
{
	while (size) {
		ssize_t got = pread(fd, to, size, (off_t)offset);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		to += got;
		offset += (uint64_t)got;
		size -= (size_t)got;
	}
	return true;
}

static enum status source_start(const struct medium *medium, uint64_t lba, uint32_t blocks,
				void *destination)
{
	struct source *source = medium->driver;
	uint64_t there = lba < source->bytes.size ? source->bytes.size - lba : 0;

	source->last = OK;
	if (source->fd >= 0) {
		if (!read_all(source->fd, destination, blocks, lba))
			source->last = ERR_MEDIA_IO;
		return OK;
	}
	if (there > blocks)
		there = blocks;
	if (there)
		memcpy(destination, source->bytes.at + lba, (size_t)there);
	memset((uint8_t *)destination + there, 0, (size_t)(blocks - there));
	return OK;
}

static enum status source_wait(const struct medium *medium, uint32_t timeout_ms)
{
	const struct source *source = medium->driver;

	(void)timeout_ms;
	return source->last;
}

static void source_stop(const struct medium *medium)
{
	(void)medium;
}

static struct source *source_new(uint64_t size)
{
	struct source *source = allocate(sizeof *source);

	source->fd = -1;
	source->medium = (struct medium){
		.name = "file",
		.block_size = 1,
		.max_blocks = REQUEST_MAX,
		.blocks = size,
		.start = source_start,
		.wait = source_wait,
		.stop = source_stop,
		.driver = source,
	};
	return source;
}

struct extent file_extent(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct source *source;
	struct stat status;
	off_t size;

	if (fd < 0 || fstat(fd, &status))
		fail_file(EXIT_INPUT, path, errno);
	if (!S_ISREG(status.st_mode) && !S_ISBLK(status.st_mode))
		fail(EXIT_INPUT, "%s: not a file: give one", path);
	size = lseek(fd, 0, SEEK_END);
	if (size < 0)
		fail_file(EXIT_INPUT, path, errno);
	source = source_new((uint64_t)size);
	source->fd = fd;
	return extent_whole(&source->medium);
}

struct extent padded_extent(struct span bytes, uint64_t size)
{
	struct source *source = source_new(size);

	source->bytes = bytes;
	return extent_whole(&source->medium);
}
