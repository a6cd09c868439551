/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
#include "written.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECES_MAX 8
/* Direct reads begin and end at multiples of the largest logical block there is. */
#define DIRECT_ALIGN 4096u
#define CHUNK (1u << 20)

/* What must be on the medium. */
struct piece {
	uint64_t offset, size;
	const uint8_t *bytes; /* NULL: fill, all over */
	uint8_t fill;
};

struct written {
	const char *path;
	int fd;
	struct piece pieces[PIECES_MAX];
	unsigned count;
};

struct written *written_open(const char *path, bool alone)
{
	struct written *written = allocate(sizeof *written);
	struct stat status;
	int flags = O_WRONLY | O_CLOEXEC;

	if (alone && !stat(path, &status) && S_ISBLK(status.st_mode))
		flags |= O_EXCL;
	written->path = path;
	written->fd = open(path, flags);
	if (written->fd < 0)
		fail_file(EXIT_OUTPUT, path, errno);
	return written;
}

static void remember(struct written *written, struct piece piece)
{
	if (!piece.size)
		return;
	if (written->count == PIECES_MAX)
		fail(EXIT_INTERNAL, "too many pieces");
	written->pieces[written->count++] = piece;
}

void written_put(struct written *written, uint64_t offset, const void *bytes, uint64_t size)
{
	write_at(written->fd, written->path, offset, bytes, (size_t)size);
	remember(written, (struct piece){ .offset = offset, .size = size, .bytes = bytes });
}

void written_fill(struct written *written, uint64_t offset, uint64_t size, uint8_t byte,
		  const uint8_t *there)
{
	static uint8_t filled[65536];
	uint64_t done;
	size_t part;

	memset(filled, byte, sizeof filled);
	for (done = 0; done < size; done += part) {
		part = size - done < sizeof filled ? (size_t)(size - done) : sizeof filled;
		if (!there || memcmp(there + done, filled, part))
			write_at(written->fd, written->path, offset + done, filled, part);
	}
	remember(written, (struct piece){ .offset = offset, .size = size, .fill = byte });
}

/* tmpfs and others have no direct reads: there the pages are given up, and read again. */
static int open_past_cache(const struct written *written)
{
	int fd = open(written->path, O_RDONLY | O_CLOEXEC | O_DIRECT);

	if (fd < 0 && errno == EINVAL)
		fd = open(written->path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		fail_file(EXIT_OUTPUT, written->path, errno);
	(void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	return fd;
}

_Noreturn static void is_another(const struct written *written, uint64_t offset)
{
	fail(EXIT_OUTPUT,
	     "%s: byte %llu does not read back as it was written: the medium is worn out, lies "
	     "about its size, or lost a write; use another one",
	     written->path, (unsigned long long)offset);
}

/* The bytes at offset, which are size of what was read, against the piece they belong to. */
static void compare(const struct written *written, const struct piece *piece, uint64_t offset,
		    const uint8_t *got, size_t size)
{
	const uint8_t *want = piece->bytes ? piece->bytes + (offset - piece->offset) : NULL;
	size_t i;

	if (want && !memcmp(got, want, size))
		return;
	for (i = 0; i < size; i++)
		if (got[i] != (want ? want[i] : piece->fill))
			is_another(written, offset + i);
}

static void check_piece(const struct written *written, int fd, const struct piece *piece,
			uint8_t *buffer)
{
	uint64_t end = piece->offset + piece->size, at = piece->offset;

	while (at < end) {
		uint64_t start = at / DIRECT_ALIGN * DIRECT_ALIGN;
		ssize_t got = pread(fd, buffer, CHUNK, (off_t)start);
		uint64_t stop;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			fail_file(EXIT_OUTPUT, written->path, errno);
		stop = start + (uint64_t)got < end ? start + (uint64_t)got : end;
		if (stop <= at)
			is_another(written, at);
		compare(written, piece, at, buffer + (at - start), (size_t)(stop - at));
		at = stop;
	}
}

void written_check(struct written *written)
{
	uint8_t *buffer = aligned_alloc(DIRECT_ALIGN, CHUNK);
	unsigned i;
	int fd;

	if (!buffer)
		fail(EXIT_INTERNAL, "out of memory");
	if (fsync(written->fd))
		fail_file(EXIT_OUTPUT, written->path, errno);
	fd = open_past_cache(written);
	for (i = 0; i < written->count; i++)
		check_piece(written, fd, &written->pieces[i], buffer);
	written->count = 0;
	close(fd);
	free(buffer);
}

void written_close(struct written *written)
{
	if (close(written->fd))
		fail_file(EXIT_OUTPUT, written->path, errno);
}
