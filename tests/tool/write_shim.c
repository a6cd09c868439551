/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-or-later */
/*
 * write_shim.c - a medium that lies, by LD_PRELOAD: the write of the byte at SHIM_AT says that all
 * is well. SHIM_DO=drop does nothing, flip writes one bit of that byte wrong, slip writes one block
 * of 512 further on.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

typedef ssize_t writer(int, const void *, size_t, off64_t);

static ssize_t lie(writer *honest, int fd, const void *bytes, size_t size, off64_t offset)
{
	const char *at = getenv("SHIM_AT"), *what = getenv("SHIM_DO");
	off64_t bad = at ? strtoll(at, NULL, 0) : -1;

	if (bad < offset || bad >= offset + (off64_t)size || !what)
		return honest(fd, bytes, size, offset);
	if (!strcmp(what, "drop"))
		return (ssize_t)size;
	if (!strcmp(what, "slip"))
		return honest(fd, bytes, size, offset + 512);
	{
		char *copy = malloc(size);
		ssize_t written;

		if (!copy)
			abort();
		memcpy(copy, bytes, size);
		copy[bad - offset] ^= 1;
		written = honest(fd, copy, size, offset);
		free(copy);
		return written;
	}
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off64_t offset)
{
	return lie((writer *)dlsym(RTLD_NEXT, "pwrite64"), fd, bytes, size, offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t size, off_t offset)
{
	return lie((writer *)dlsym(RTLD_NEXT, "pwrite64"), fd, bytes, size, offset);
}
