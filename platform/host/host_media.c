// SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later
/* host_media.c - files and memory as block devices. */
#include "host_media.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"
#include "platform.h"

#define MEDIA_MAX 8
#define DISKS_MAX 4
#define DISK_BLOCK 512u
#define REQUEST_BYTES (1024u * 1024u)

struct source {
	struct medium medium;
	struct span bytes; /* if file is -1 */
	int file;
	bool in_flight;
	uint64_t offset;
	uint8_t *destination;
	size_t size;
};

static struct source sources[MEDIA_MAX];
static unsigned source_count;
static const struct medium *disks[DISKS_MAX + 1];
static unsigned disk_count;
static host_read_hook *on_read;
static void *on_read_context;

static enum status source_start(const struct medium *medium, uint64_t lba, uint32_t blocks,
				void *destination)
{
	struct source *source = medium->driver;

	/*
	 * The contract, kept to the letter: what the core gets wrong here would be a bug on a
	 * board.
	 */
	if (source->in_flight || blocks == 0 || blocks > medium->max_blocks ||
	    !range_inside(medium->blocks, lba, blocks) ||
	    (uintptr_t)destination % MEDIUM_ALIGN != 0)
		return ERR_INTERNAL;
	source->offset = lba * medium->block_size;
	source->size = (size_t)blocks * medium->block_size;
	source->destination = destination;
	source->in_flight = true;
	return OK;
}

static bool read_file(const struct source *source)
{
	size_t done = 0;

	while (done < source->size) {
		ssize_t got = pread(source->file, source->destination + done, source->size - done,
				    (off_t)(source->offset + done));

		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

static enum status source_wait(const struct medium *medium, uint32_t timeout_ms)
{
	struct source *source = medium->driver;

	(void)timeout_ms;
	if (!source->in_flight)
		return ERR_MEDIA_IO;
	source->in_flight = false;
	if (source->file < 0)
		memcpy(source->destination, source->bytes.at + source->offset, source->size);
	else if (!read_file(source))
		return ERR_MEDIA_IO;
	if (on_read)
		return on_read(on_read_context, source->offset, source->destination, source->size);
	return OK;
}

static void source_stop(const struct medium *medium)
{
	struct source *source = medium->driver;

	source->in_flight = false;
}

static struct source *add_source(uint32_t block_size, uint64_t size)
{
	struct source *source = &sources[source_count];

	if (source_count == MEDIA_MAX) {
		errno = ENFILE;
		return NULL;
	}
	memset(source, 0, sizeof(*source));
	source->file = -1;
	source->medium = (struct medium){
		.name = "host",
		.block_size = block_size,
		.max_blocks = REQUEST_BYTES / block_size,
		.blocks = size / block_size,
		.start = source_start,
		.wait = source_wait,
		.stop = source_stop,
		.driver = source,
	};
	source_count++;
	return source;
}

static struct source *add_bytes(struct span bytes, uint32_t block_size)
{
	struct source *source = add_source(block_size, bytes.size);

	if (source)
		source->bytes = bytes;
	return source;
}

static struct source *add_file(const char *path, uint32_t block_size)
{
	struct stat about;
	struct source *source;
	int file = open(path, O_RDONLY | O_CLOEXEC);

	if (file < 0)
		return NULL;
	if (fstat(file, &about) != 0 || about.st_size < 0) {
		close(file);
		return NULL;
	}
	source = add_source(block_size, (uint64_t)about.st_size);
	if (!source)
		close(file);
	else
		source->file = file;
	return source;
}

static bool add_disk(struct source *source)
{
	if (!source || disk_count == DISKS_MAX)
		return false;
	disks[disk_count++] = &source->medium;
	return true;
}

bool host_platform_disk_file(const char *path)
{
	return add_disk(add_file(path, DISK_BLOCK));
}

void host_platform_disk_bytes(struct span bytes)
{
	if (!add_disk(add_bytes(bytes, DISK_BLOCK)))
		_exit(70);
}

const struct medium *host_medium_file(const char *path)
{
	struct source *source = add_file(path, 1);

	return source ? &source->medium : NULL;
}

const struct medium *host_medium_bytes(struct span bytes)
{
	struct source *source = add_bytes(bytes, 1);

	return source ? &source->medium : NULL;
}

void host_platform_on_read(host_read_hook *hook, void *context)
{
	on_read = hook;
	on_read_context = context;
}

void host_media_reset(void)
{
	for (unsigned i = 0; i < source_count; i++)
		if (sources[i].file >= 0)
			close(sources[i].file);
	source_count = 0;
	disk_count = 0;
	memset(disks, 0, sizeof(disks));
	on_read = NULL;
}

void host_media_stop(void)
{
	for (unsigned i = 0; i < source_count; i++)
		sources[i].in_flight = false;
}

bool host_media_in_flight(void)
{
	for (unsigned i = 0; i < source_count; i++)
		if (sources[i].in_flight)
			return true;
	return false;
}

const struct medium *const *plat_media(void)
{
	return disks;
}
